import { describe, expect, it } from "vitest";
import {
  DATA,
  END_HEADERS,
  entry,
  frame,
  GOAWAY,
  HEADERS,
  ok,
  PING,
  PUSH_PROMISE,
  SETTINGS,
  uint32,
  WINDOW_UPDATE,
} from "./http2-frames.js";
import { RawHttp2Upstream } from "./http2-upstream.js";
import { failure, newPool } from "./pool-fixture.js";
import { later, until } from "./raw-upstream.js";

describe("row: U3 – a connection in doubt is never used again", () => {
  const faults: [name: string, bytes: Buffer, code: string][] = [
    ["garbage", Buffer.from("HTTP/1.1 400 Bad Request\r\n\r\n"), "http2.frame.size"],
    ["a pushed stream", frame(PUSH_PROMISE, END_HEADERS, 1, uint32(2)), "http2.push.refused"],
    ["DATA on a stream that was never opened", frame(DATA, 0, 99), "http2.stream.idle"],
    ["a setting out of range", frame(SETTINGS, 0, 0, entry(5, 1)), "http2.settings.value"],
    [
      "a window beyond 2^31-1",
      frame(WINDOW_UPDATE, 0, 0, uint32(0x7fff_ffff)),
      "http2.flow.overflow",
    ],
    [
      "a block that HPACK does not know",
      frame(HEADERS, END_HEADERS, 1, Uint8Array.of(0x80)),
      "hpack.index.invalid",
    ],
  ];
  it.each(faults)("%s ends all of its calls, and is counted", async (_, bytes, code) => {
    const upstream = await RawHttp2Upstream.start((received, socket, connection) => {
      if (connection > 0) ok(received, socket);
      else if (received.type === HEADERS && received.stream === 3) socket.write(bytes);
    });
    const pool = newPool();
    const calls = [1, 2].map(() => failure(pool.request(upstream.identity)));
    for (const error of await Promise.all(calls))
      expect(error).toMatchObject({ code: "client.response.violation", violation: { code } });
    expect([...pool.counters.poisoned]).toEqual([[code, 1]]);
    await until(() => upstream.of(GOAWAY).length === 1);
    expect(text(await (await pool.request(upstream.identity)).bytes())).toBe("ok");
    expect(upstream.sockets).toHaveLength(2);
  });

  it("a flood of PING, also while nothing is asked", async () => {
    const upstream = await RawHttp2Upstream.start(ok);
    const pool = newPool();
    await (await pool.request(upstream.identity)).bytes();
    const flood = Buffer.concat(
      Array.from({ length: 5_000 }, () => frame(PING, 0, 0, Buffer.alloc(8))),
    );
    upstream.sockets[0]?.write(flood);
    await until(() => pool.connectionCount === 0);
    expect([...pool.counters.poisoned.keys()]).toEqual(["http2.flood.pings"]);
  });

  it("one that does not answer PING, whether idle or not", async () => {
    const upstream = await RawHttp2Upstream.start(() => {});
    upstream.answersPings = false;
    const pool = newPool({ http2: { pingIntervalMs: 40, pingTimeoutMs: 40 } });
    const error = await failure(pool.request(upstream.identity));
    expect(error).toMatchObject({
      code: "client.response.timeout",
      violation: { code: "http2.timeout.ping" },
    });
    expect(pool.connectionCount).toBe(0);
    expect(upstream.of(PING)).toHaveLength(1);
  });

  it("one that was idle for long is asked by PING before it is trusted", async () => {
    const upstream = await RawHttp2Upstream.start(ok);
    const pool = newPool();
    await (await pool.request(upstream.identity)).bytes();
    await later(1_050);
    await (await pool.request(upstream.identity)).bytes();
    const order = upstream.frames.flat().map(({ type }) => type);
    expect(order.lastIndexOf(PING)).toBe(order.lastIndexOf(HEADERS) - 1);
  });

  it("an upstream that speaks HTTP/1.1 although it should not", async () => {
    const upstream = await RawHttp2Upstream.start(() => {});
    const pool = newPool();
    const pending = failure(pool.request(upstream.identity));
    await until(() => upstream.sockets.length === 1);
    upstream.sockets[0]?.end("HTTP/1.1 505 HTTP Version Not Supported\r\n\r\n");
    expect((await pending).code).toMatch(/^client\.(?:response\.violation|connection\.closed)$/);
    await until(() => pool.connectionCount === 0);
  });

  it("idle for longer than its limit: closed without a doubt", async () => {
    const upstream = await RawHttp2Upstream.start(ok);
    const pool = newPool({ http2: { idleTimeoutMs: 30 } });
    await (await pool.request(upstream.identity)).bytes();
    await until(() => pool.connectionCount === 0);
    expect(pool.counters.poisoned.size).toBe(0);
    await until(() => upstream.of(GOAWAY).length === 1);
  });
});

function text(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString();
}
