// The clients that people use as peers of serve() over HTTP/2 (row: U2).

import { generate } from "selfsigned";
import { describe, expect, it } from "vitest";
import type { ServeOptions } from "../src/index.js";
import { run } from "./programs.js";
import { start } from "./running.js";

const { private: key, cert } = generate([{ name: "commonName", value: "localhost" }], {
  keySize: 2_048,
});

/** Answers once the request is complete, and says which version it came in and its size. */
const answering: ServeOptions = {
  exchange: async (exchange) => {
    let size = 0;
    for await (const piece of exchange.content()) size += piece.length;
    exchange.respond({ status: 200 }, `Hello, world! ${exchange.head.version} ${size}\n`);
  },
};

describe("row: U2 clients of others over HTTP/2", () => {
  it("curl, with prior knowledge and by ALPN, and HTTP/1.1 on the same port", async () => {
    const plain = await start(answering);
    const url = `http://127.0.0.1:${plain.port}/`;
    const h2c = await run("curl", ["-s", "--http2-prior-knowledge", "-d", "12345", url]);
    expect(h2c.stdout).toBe("Hello, world! 2 5\n");
    expect((await run("curl", ["-s", url])).stdout).toBe("Hello, world! 1.1 0\n");
    const secure = await start({ ...answering, tls: { key, cert } });
    const args = ["-sk", "-w", "%{http_version}", `https://127.0.0.1:${secure.port}/`];
    expect((await run("curl", ["--http2", ...args])).stdout).toBe("Hello, world! 2 0\n2");
    expect((await run("curl", ["--http1.1", ...args])).stdout).toBe("Hello, world! 1.1 0\n1.1");
  });

  it("curl is told to go on by 100 Continue, and sends a hundred kilobytes", async () => {
    const server = await start(answering);
    const { stdout } = await run("curl", [
      "-s",
      "--http2-prior-knowledge",
      "-H",
      "expect: 100-continue",
      "-d",
      "x".repeat(100_000),
      `http://127.0.0.1:${server.port}/`,
    ]);
    expect(stdout).toBe("Hello, world! 2 100000\n");
  });

  it("nghttp, many requests on one connection", async () => {
    const server = await start(answering);
    const url = `http://127.0.0.1:${server.port}/`;
    const { stdout, code } = await run("nghttp", ["-s", "-m", "30", url]);
    expect(code).toBe(0);
    expect(stdout.match(/Hello, world! 2 0/g)).toHaveLength(30);
    expect(stdout.match(/ 200 /g)).toHaveLength(30);
  });

  it("h2load: every one of 20,000 requests succeeds", async () => {
    const server = await start(answering);
    const url = `http://127.0.0.1:${server.port}/`;
    const { stdout } = await run("h2load", ["-c8", "-m32", "-n20000", url]);
    expect(stdout).toMatch(/20000 succeeded, 0 failed, 0 errored, 0 timeout/);
  });
});
