// Programs of others as peers of serve() over HTTP/2 (row: U7, row: U2): the conformance suite
// h2spec in its strict mode, and the clients that people use.

import { generate } from "selfsigned";
import { describe, expect, it } from "vitest";
import type { Server, ServeOptions } from "../src/index.js";
import { run } from "./programs.js";
import { start } from "./running.js";

const { private: key, cert } = generate([{ name: "commonName", value: "localhost" }], {
  keySize: 2_048,
});

/** Answers once the request is complete, with as much content as h2spec asks for. */
const answering: ServeOptions = {
  exchange: async (exchange) => {
    let size = 0;
    for await (const piece of exchange.content()) size += piece.length;
    exchange.respond({ status: 200 }, `Hello, world! ${exchange.head.version} ${size}\n`);
  },
};

/** What h2spec counted, and the lines of what failed. */
async function h2spec(
  server: Server,
  ...more: string[]
): Promise<{ counts: string; failed: string[] }> {
  const args = ["--strict", "-h", "127.0.0.1", "-p", String(server.port), "-o", "5", ...more];
  const { stdout } = await run("h2spec", args);
  const counts = /^\d+ tests, .*$/m.exec(stdout)?.[0] ?? stdout.slice(-500);
  const failures = stdout.slice(stdout.indexOf("Failures:"));
  return {
    counts,
    failed: stdout.includes("Failures:") ? (failures.match(/× \d+: .*/g) ?? []) : [],
  };
}

describe("row: U7 h2spec, strict", () => {
  it("passes as a whole on cleartext", async () => {
    const server = await start({ ...answering, protocols: ["h2"] });
    expect(await h2spec(server)).toEqual({
      counts: "146 tests, 146 passed, 0 skipped, 0 failed",
      failed: [],
    });
  });

  it("passes as a whole over TLS, where HTTP/1.1 is served too", async () => {
    const server = await start({ ...answering, tls: { key, cert } });
    expect(await h2spec(server, "-t", "-k")).toEqual({
      counts: "146 tests, 146 passed, 0 skipped, 0 failed",
      failed: [],
    });
  });

  it("misses one on cleartext where HTTP/1.1 is served too: no preface is a request of that", async () => {
    const server = await start(answering);
    expect(await h2spec(server)).toEqual({
      counts: "146 tests, 145 passed, 0 skipped, 1 failed",
      failed: ["× 2: Sends invalid connection preface"],
    });
  });
});

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

  it("curl is told to go on by 100 Continue, and sends a megabyte", async () => {
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
