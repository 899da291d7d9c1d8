// Peers of HTTP/2 that read slowly, vanish or never send, and handlers that never end (row: U2).

import { spawn } from "node:child_process";
import { constants } from "node:http2";
import { describe, expect, it } from "vitest";
import type { Exchange, ExchangeAborted } from "../src/index.js";
import { answerOf, ask, echo, sessionTo } from "./http2-client.js";
import { eventually, gate, RawClient } from "./raw-client.js";
import { start } from "./running.js";

const PIECE = new Uint8Array(16_384);

/** Sends as much as is taken, and counts it. */
function endless(sent: { bytes: number; reason?: unknown }): (exchange: Exchange) => Promise<void> {
  return async (exchange) => {
    exchange.sendHead({ status: 200, content: "stream" });
    try {
      for (;;) {
        sent.bytes += PIECE.length;
        const wait = exchange.write(PIECE);
        if (wait !== undefined) await wait;
      }
    } catch (error) {
      sent.reason = error;
      throw error;
    }
  };
}

describe("row: U2 back-pressure from the peer to the handler", () => {
  it("a stream that nobody reads holds its handler back, and no other stream", async () => {
    const sent = { bytes: 0 };
    const stream = endless(sent);
    const server = await start({
      exchange: (exchange) =>
        exchange.head.target === "/endless"
          ? stream(exchange)
          : exchange.respond({ status: 200 }, "ok"),
    });
    const session = sessionTo(server);
    const slow = session.request({ ":path": "/endless" });
    slow.on("error", () => {});
    await eventually(() => sent.bytes > 65_536);
    await new Promise((resolve) => setTimeout(resolve, 50));
    const before = sent.bytes;
    // One window of 65,535 octets, what the machine queues, and the piece that did not fit.
    expect(before).toBeLessThan(1_000_000);
    for (let turn = 0; turn < 20; turn++)
      expect((await ask(session, { ":path": "/" })).text).toBe("ok");
    expect(sent.bytes).toBe(before);
    let size = 0;
    slow.on("data", (bytes: Buffer) => (size += bytes.length));
    await eventually(() => size > 2_000_000);
    slow.close(constants.NGHTTP2_CANCEL);
  });

  it("streams that reset while their handlers wait free what they held", async () => {
    const sent = { bytes: 0 };
    const server = await start({ exchange: endless(sent) });
    const session = sessionTo(server);
    const streams = Array.from({ length: 20 }, () => session.request({ ":path": "/" }));
    for (const stream of streams) stream.on("error", () => {});
    await eventually(() => server.counters.requests === 20 && sent.bytes > 20 * 16_384);
    for (const stream of streams) stream.close(constants.NGHTTP2_CANCEL);
    await eventually(() => server.counters.aborted === 20);
    // All of them may be asked for again.
    const again = session.request({ ":path": "/" });
    again.on("error", () => {});
    await new Promise((resolve) => again.once("response", resolve));
    again.close(constants.NGHTTP2_CANCEL);
  });
});

describe("row: U2 clients that vanish", () => {
  it("a client that was killed aborts every handler of its connection", async () => {
    const reasons: unknown[] = [];
    const download: { bytes: number; reason?: unknown } = { bytes: 0 };
    const stream = endless(download);
    const server = await start({
      exchange: async (exchange) => {
        if (exchange.head.target === "/download") return stream(exchange);
        await new Promise((resolve) =>
          exchange.signal.addEventListener("abort", resolve, { once: true }),
        );
        reasons.push((exchange.signal.reason as ExchangeAborted).why);
        throw exchange.signal.reason;
      },
    });
    const script = `
      const session = require("node:http2").connect(${JSON.stringify(server.url)});
      for (const path of ["/download", "/a", "/b"]) session.request({ ":path": path }).resume();
    `;
    const child = spawn(process.execPath, ["-e", script], { stdio: "ignore" });
    await eventually(() => server.counters.requests === 3 && download.bytes > 1_000_000);
    child.kill("SIGKILL");
    await eventually(() => reasons.length === 2 && download.reason !== undefined);
    // The system sends FIN or RST for a process that is gone, as it stands with unread bytes.
    for (const why of reasons) expect(why).toMatch(/^client-(?:gone|ended)$/);
    expect(download.reason).toMatchObject({ why: "client-gone" });
    await eventually(() => server.connectionCount === 0);
    expect(server.counters.handlerErrors).toBe(0);
  });

  it("a handler that never ends counts after its client is gone, until close() cuts it off", async () => {
    const { promise, open } = gate();
    let signal: AbortSignal | undefined;
    const server = await start({
      exchange: (exchange) => {
        ({ signal } = exchange);
        return promise;
      },
    });
    const session = sessionTo(server);
    const stream = session.request({ ":path": "/" });
    stream.on("error", () => {});
    await eventually(() => server.counters.requests === 1);
    session.destroy();
    await eventually(() => signal?.aborted === true);
    expect(signal?.reason).toMatchObject({ why: "client-ended" });
    expect(server.connectionCount).toBe(1);
    await server.close({ timeoutMs: 20 });
    expect(server.counters.aborted).toBe(1);
    open();
    await eventually(() => server.connectionCount === 0);
  });

  it("a client that half-closes is answered", async () => {
    const { promise, open } = gate();
    const server = await start({
      exchange: async (exchange) => {
        await promise;
        exchange.respond({ status: 200 }, "late");
      },
    });
    const client = await RawClient.to(server.port);
    // SETTINGS, and HEADERS of GET / by the static table with END_STREAM.
    client.send("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\x04\0\0\0\0\0");
    client.send("\0\0\x06\x01\x05\0\0\0\x01\x82\x84\x86\x41\x01a").finish();
    await eventually(() => server.counters.requests === 1);
    open();
    await eventually(() => client.ended);
    expect(client.received).toContain("late");
    expect(server.counters.violations.size).toBe(0);
  });

  it("an answer before the content was read ends the stream without an error (RFC 9113 §8.1)", async () => {
    const server = await start({ exchange: (exchange) => exchange.respond({ status: 403 }, "no") });
    const session = sessionTo(server);
    const stream = session.request({ ":method": "POST", ":path": "/" });
    const answer = answerOf(stream);
    stream.write(new Uint8Array(100_000));
    const { headers, text, code } = await answer;
    expect([headers[":status"], text, code]).toEqual([403, "no", constants.NGHTTP2_NO_ERROR]);
    expect((await ask(session, { ":path": "/" })).text).toBe("no");
    expect(server.counters.violations.size).toBe(0);
  });

  it("a handler that ends without an answer is 500, and its stream alone", async () => {
    const errors: unknown[] = [];
    const server = await start({
      exchange: async () => {},
      onError: (error) => errors.push((error as Error).name),
    });
    const session = sessionTo(server);
    const answers = await Promise.all([ask(session, { ":path": "/" }), ask(session, {})]);
    expect(answers.map(({ headers }) => headers[":status"])).toEqual([500, 500]);
    expect(errors).toEqual(["HandlerError", "HandlerError"]);
    expect(server.connectionCount).toBe(1);
  });
});

describe("row: U2 messages", () => {
  it("100 Continue leaves once, and not where content came by itself", async () => {
    const server = await start(echo);
    const session = sessionTo(server);
    const patient = session.request({ ":method": "POST", ":path": "/", expect: "100-continue" });
    let count = 0;
    patient.on("continue", () => {
      count++;
      for (let piece = 0; piece < 5; piece++) setTimeout(() => patient.write("ab"), piece * 2);
      setTimeout(() => patient.end(), 12);
    });
    expect((await answerOf(patient)).text).toBe("POST / 10");
    expect(count).toBe(1);
  });

  it("Request.url comes of scheme of the connection, authority and path", async () => {
    const server = await start({ fetch: ({ url }) => new Response(url) });
    const session = sessionTo(server);
    const headers = { ":scheme": "https", ":authority": "b.example:8080", ":path": "/x/../y?z" };
    expect((await ask(session, headers)).text).toBe("http://b.example:8080/y?z");
  });

  it("responses of 204 and of HEAD with a declared length have no content", async () => {
    const server = await start({
      fetch: ({ method }) =>
        method === "HEAD"
          ? new Response(null, { headers: { "content-length": "77" } })
          : new Response(null, { status: 204 }),
    });
    const session = sessionTo(server);
    const head = await ask(session, { ":method": "HEAD", ":path": "/" });
    expect([head.headers["content-length"], head.text]).toEqual(["77", ""]);
    const none = await ask(session, { ":path": "/" });
    expect([none.headers[":status"], none.text]).toEqual([204, ""]);
    expect(none.headers["content-length"]).toBeUndefined();
  });
});
