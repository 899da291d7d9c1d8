import { describe, expect, it } from "vitest";
import { Fields, fieldName, fieldValue } from "@wirewall/fields";
import type { CallHandler } from "../src/index.js";
import {
  DATA,
  END_HEADERS,
  END_STREAM,
  entry,
  frame,
  GOAWAY,
  HEADERS,
  ok,
  RST_STREAM,
  SETTINGS,
  STATUS_200,
  uint32,
  WINDOW_UPDATE,
} from "./http2-frames.js";
import { cleartext, RawHttp2Upstream } from "./http2-upstream.js";
import { failure, newPool } from "./pool-fixture.js";
import { later, until } from "./raw-upstream.js";

const REFUSED_STREAM = 7;
const CANCEL = 8;

describe("row: U3 – what the upstream did not begin with is sent once more (RFC 9113 §8.7)", () => {
  for (const method of ["GET", "POST"])
    it(`${method} after REFUSED_STREAM, on the same connection`, async () => {
      const upstream = await RawHttp2Upstream.start((received, socket) => {
        if (received.type === HEADERS && received.stream === 1)
          socket.write(frame(RST_STREAM, 0, 1, uint32(REFUSED_STREAM)));
        else ok(received, socket);
      });
      const pool = newPool();
      const response = await pool.request(upstream.identity, { method });
      expect(text(await response.bytes())).toBe("ok");
      expect(upstream.of(HEADERS).map(({ stream }) => stream)).toEqual([1, 3]);
      expect(pool.counters).toMatchObject({ opened: 1, retried: 1 });
    });

  it("not twice", async () => {
    const upstream = await RawHttp2Upstream.start(({ type, stream }, socket) => {
      if (type === HEADERS) socket.write(frame(RST_STREAM, 0, stream, uint32(REFUSED_STREAM)));
    });
    const pool = newPool();
    const error = await failure(pool.request(upstream.identity));
    expect(error.code).toBe("client.request.refused");
    expect(upstream.of(HEADERS)).toHaveLength(2);
    expect(pool.connectionCount).toBe(1);
  });

  it("not after content of the request was handed over", async () => {
    const upstream = await RawHttp2Upstream.start(({ type, stream }, socket) => {
      if (type === DATA) socket.write(frame(RST_STREAM, 0, stream, uint32(REFUSED_STREAM)));
    });
    const pool = newPool();
    const error = await failure(pool.request(upstream.identity, { method: "PUT", content: "abc" }));
    expect(error.code).toBe("client.request.refused");
    expect(pool.counters.retried).toBe(0);
  });

  it("streams above the last one of GOAWAY, on another connection; those below come to their end", async () => {
    let count = 0;
    const upstream = await RawHttp2Upstream.start((received, socket, connection) => {
      if (connection > 0) return ok(received, socket);
      if (received.type === HEADERS && ++count === 3) {
        socket.write(frame(GOAWAY, 0, 0, uint32(1, 0)));
        setTimeout(() => ok({ ...received, stream: 1 }, socket), 20);
      }
    });
    const pool = newPool();
    const answers = await Promise.all(
      ["GET", "POST", "DELETE"].map(async (method) => {
        const response = await pool.request(upstream.identity, { method });
        return text(await response.bytes());
      }),
    );
    expect(answers).toEqual(["ok", "ok", "ok"]);
    expect(upstream.sockets).toHaveLength(2);
    expect(pool.counters).toMatchObject({ opened: 2, retried: 2 });
    await until(() => pool.connectionCount === 1);
    expect(pool.counters.poisoned.size).toBe(0);
  });

  it("a safe request on a connection that served before and died, but no POST", async () => {
    const upstream = await RawHttp2Upstream.start((received, socket, connection) => {
      if (connection === 0 && received.stream > 1) socket.destroy();
      else ok(received, socket);
    });
    const pool = newPool();
    await (await pool.request(upstream.identity)).bytes();
    const [get, post] = await Promise.allSettled([
      pool.request(upstream.identity),
      pool.request(upstream.identity, { method: "POST" }),
    ]);
    expect(get).toMatchObject({ status: "fulfilled", value: { status: 200 } });
    expect(post).toMatchObject({ reason: { code: "client.connection.closed" } });
    expect(pool.counters.retried).toBe(1);
  });
});

describe("row: U3 – what ends one call touches no other", () => {
  it("RST_STREAM of the upstream", async () => {
    const upstream = await RawHttp2Upstream.start((received, socket) => {
      if (received.type === HEADERS && received.stream === 1)
        socket.write(frame(RST_STREAM, 0, 1, uint32(2)));
      else ok(received, socket);
    });
    const pool = newPool();
    const [first, second] = await Promise.allSettled([
      pool.request(upstream.identity),
      pool.request(upstream.identity),
    ]);
    expect(first).toMatchObject({ reason: { code: "client.response.reset" } });
    expect(second).toMatchObject({ value: { status: 200 } });
    expect(upstream.sockets).toHaveLength(1);
  });

  it("a call that is cancelled: RST_STREAM CANCEL, and the connection goes on", async () => {
    const upstream = await RawHttp2Upstream.start((received, socket) => {
      if (received.stream !== 1) ok(received, socket);
    });
    const pool = newPool();
    const abort = new AbortController();
    const cancelled = failure(pool.request(upstream.identity, { signal: abort.signal }));
    await until(() => upstream.of(HEADERS).length === 1);
    abort.abort();
    expect((await cancelled).code).toBe("client.aborted");
    await until(() => upstream.of(RST_STREAM).length === 1);
    expect(upstream.of(RST_STREAM)[0]).toMatchObject({ stream: 1, payload: uint32(CANCEL) });
    expect(text(await (await pool.request(upstream.identity)).bytes())).toBe("ok");
    expect(upstream.sockets).toHaveLength(1);
  });

  it("a response that is left early gives its window back", async () => {
    const upstream = await cleartext((stream, headers) => {
      stream.respond({ ":status": 200 });
      if (headers[":path"] === "/long") stream.write(Buffer.alloc(250_000));
      else stream.end(headers[":path"] === "/whole" ? Buffer.alloc(250_000) : "ok");
    });
    const pool = newPool({ http2: { connectionWindowBytes: 300_000 } });
    for (const target of ["/long", "/long", "/whole", "/whole", "/whole"]) {
      const response = await pool.request(upstream.identity, { target });
      await later(20);
      response.cancel();
    }
    expect(text(await (await pool.request(upstream.identity)).bytes())).toBe("ok");
    expect(upstream.sessions).toHaveLength(1);
  });

  it("a callback that throws", async () => {
    const upstream = await RawHttp2Upstream.start(ok);
    const pool = newPool();
    const codes: string[] = [];
    for (const place of ["onHead", "onContent"] as const) {
      const handler: CallHandler = {
        onHead: () => {},
        onContent: () => true,
        onEnd: () => {},
        onError: ({ code }) => codes.push(code),
        [place]: () => {
          throw new Error("a fault of the caller");
        },
      };
      const fields = new Fields([[fieldName("host"), fieldValue("a")]]);
      const request = { method: "GET", target: "/", fields, content: "none" } as const;
      pool.dispatch(upstream.identity, request, handler);
    }
    expect(text(await (await pool.request(upstream.identity)).bytes())).toBe("ok");
    expect(codes).toEqual(["client.handler", "client.handler"]);
    expect(upstream.sockets).toHaveLength(1);
  });

  it("a response to a request that is not over: the rest is not sent (§8.1)", async () => {
    const upstream = await RawHttp2Upstream.start((received, socket) => {
      if (received.type === HEADERS)
        socket.write(frame(HEADERS, END_HEADERS | END_STREAM, received.stream, STATUS_200));
    });
    const pool = newPool();
    let stopped = false;
    async function* endless(): AsyncGenerator<Uint8Array> {
      try {
        for (;;) {
          yield new Uint8Array(100);
          await later(1);
        }
      } finally {
        stopped = true;
      }
    }
    const response = await pool.request(upstream.identity, { method: "POST", content: endless() });
    expect(response.status).toBe(200);
    expect(await response.bytes()).toHaveLength(0);
    await until(() => upstream.of(RST_STREAM).length === 1 && stopped);
    expect(pool.idleCount).toBe(1);
  });
});

describe("row: U3 – whoever does not read is not sent more", () => {
  it("a response that is not pulled: no more than a window comes, then all of it", async () => {
    let written = 0;
    const upstream = await cleartext((stream, headers) => {
      stream.respond({ ":status": 200 });
      if (headers[":path"] === "/other") return void stream.end("ok");
      const more = (): void => {
        while (written < 2_000_000) {
          written += 10_000;
          if (!stream.write(Buffer.alloc(10_000, "x"))) {
            stream.once("drain", more);
            return;
          }
        }
        stream.end();
      };
      more();
    });
    const pool = newPool();
    const response = await pool.request(upstream.identity);
    await later(50);
    expect(written).toBeLessThan(500_000);
    const other = await pool.request(upstream.identity, { target: "/other" });
    expect(text(await other.bytes())).toBe("ok");
    expect((await response.bytes()).length).toBe(2_000_000);
  });

  it("a response that is here to its end is read after the connection has gone", async () => {
    const upstream = await RawHttp2Upstream.start(({ type, stream }, socket) => {
      if (type !== HEADERS) return;
      socket.write(frame(HEADERS, END_HEADERS, stream, STATUS_200));
      for (const piece of ["a", "b", "c"]) socket.write(frame(DATA, 0, stream, Buffer.from(piece)));
      socket.end(frame(DATA, END_STREAM, stream));
    });
    const pool = newPool();
    const response = await pool.request(upstream.identity);
    await until(() => pool.connectionCount === 0);
    expect(text(await response.bytes())).toBe("abc");
  });

  it("a response that is here to its end stays so when the request is stopped (§8.1)", async () => {
    const upstream = await RawHttp2Upstream.start(({ type, stream }, socket) => {
      if (type !== HEADERS) return;
      socket.write(frame(HEADERS, END_HEADERS, stream, STATUS_200));
      socket.write(frame(DATA, 0, stream, Buffer.from("a")));
      socket.write(frame(DATA, END_STREAM, stream, Buffer.from("b")));
      socket.write(frame(RST_STREAM, 0, stream, uint32(0)));
    });
    const pool = newPool();
    async function* endless(): AsyncGenerator<Uint8Array> {
      for (;;) {
        yield new Uint8Array(1);
        await later(1);
      }
    }
    const response = await pool.request(upstream.identity, { method: "POST", content: endless() });
    await later();
    expect(text(await response.bytes())).toBe("ab");
  });

  it("a request that the upstream gives no window for waits", async () => {
    const upstream = await RawHttp2Upstream.start(({ type, flags }, socket) => {
      if (type === SETTINGS && flags === 0) socket.write(frame(SETTINGS, 0, 0, entry(4, 10)));
      if (type === DATA) socket.write(frame(WINDOW_UPDATE, 0, 1, uint32(0)));
    });
    const pool = newPool();
    const error = await failure(
      pool.request(upstream.identity, { method: "POST", content: new Uint8Array(100_000) }),
    );
    expect(error).toMatchObject({
      code: "client.response.violation",
      violation: { code: "http2.flow.zero" },
    });
    const sent = upstream.of(DATA).reduce((sum, { payload }) => sum + payload.length, 0);
    expect(sent).toBeLessThanOrEqual(65_535);
  });

  it.each([
    ["responseTimeoutMs", "client.response.timeout"],
    ["pauseTimeoutMs", "client.response.unread"],
  ] as const)("%s: the stream is reset, the connection stays", async (limit, code) => {
    const upstream = await RawHttp2Upstream.start(({ type, stream }, socket) => {
      if (type !== HEADERS || limit === "responseTimeoutMs") return;
      socket.write(frame(HEADERS, END_HEADERS, stream, STATUS_200));
      socket.write(frame(DATA, 0, stream, Buffer.from("a")));
      socket.write(frame(DATA, 0, stream, Buffer.from("b")));
    });
    const pool = newPool({
      limits: { [limit]: 30 },
      http2: { streamStallTimeoutMs: 10_000 },
    });
    const error = await failure(
      pool.request(upstream.identity).then(async (response) => {
        await until(() => upstream.of(RST_STREAM).length === 1);
        return response.bytes();
      }),
    );
    expect(error.code).toBe(code);
    await until(() => upstream.of(RST_STREAM).length === 1);
    expect(upstream.of(RST_STREAM)[0]?.payload).toEqual(uint32(CANCEL));
    expect(pool.connectionCount).toBe(1);
  });
});

function text(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString();
}
