// The conformance suite h2spec, strict, against serve() (row: U7), and against node:http2, which is
// known to fail some of it: a harness that finds nothing wrong there finds nothing anywhere.

import { createServer } from "node:http2";
import type { AddressInfo } from "node:net";
import { generate } from "selfsigned";
import { describe, expect, it, onTestFinished } from "vitest";
import type { ServeOptions } from "../src/index.js";
import { CASES, h2spec, RUNS } from "./h2spec.js";
import { start } from "./running.js";

const { private: key, cert } = generate([{ name: "commonName", value: "localhost" }], {
  keySize: 2_048,
});

/** Answers once the request is complete, with as much content as h2spec asks for. */
const answering: ServeOptions = {
  exchange: async (exchange) => {
    for await (const piece of exchange.content()) void piece;
    exchange.respond({ status: 200 }, "Hello, world!");
  },
};

const runs = Array.from({ length: RUNS }, (_, at) => at + 1);
const ALL = { passed: CASES, failed: [], skipped: [] };

describe("row: U7 h2spec, strict", () => {
  it.each(runs)("passes as a whole on cleartext, run %i", async () => {
    const { port } = await start({ ...answering, protocols: ["h2"] });
    expect(await h2spec(port)).toEqual(ALL);
  });

  it.each(runs)("passes as a whole over TLS, where HTTP/1.1 is served too, run %i", async () => {
    const { port } = await start({ ...answering, tls: { key, cert } });
    expect(await h2spec(port, "-t", "-k")).toEqual(ALL);
  });

  it("misses one on cleartext where HTTP/1.1 is served too: no preface is a request of that", async () => {
    const { port } = await start(answering);
    expect(await h2spec(port)).toEqual({
      passed: CASES - 1,
      failed: ["http2/3.5: Sends invalid connection preface"],
      skipped: [],
    });
  });

  it("finds faults in node:http2, so that it is known to find any", async () => {
    const server = createServer();
    server.on("sessionError", () => {});
    server.on("stream", (stream) => {
      stream.on("error", () => {});
      stream.on("end", () => {
        if (stream.destroyed) return;
        stream.respond({ ":status": 200 });
        stream.end("Hello, world!");
      });
      stream.resume();
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    onTestFinished(() => void server.close());
    const { port } = server.address() as AddressInfo;
    const { passed, failed, skipped } = await h2spec(port);
    expect(passed + failed.length + skipped.length).toBe(CASES);
    expect(failed.length).toBeGreaterThan(0);
    expect(passed).toBeGreaterThan(100);
  });
});
