import { createServer as createHttpServer, type Server as HttpServer } from "node:http";
import { createServer, type AddressInfo } from "node:net";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { Fields } from "@wirewall/fields";
import {
  identify,
  Pool,
  type CallHandler,
  type ClientError,
  type PoolOptions,
} from "../src/index.js";
import { inOrder, later, OK, RawUpstream, until } from "./raw-upstream.js";

let pools: Pool[] = [];
let upstreams: RawUpstream[] = [];
let servers: HttpServer[] = [];

beforeEach(() => {
  pools = [];
  upstreams = [];
  servers = [];
});

afterEach(async () => {
  for (const pool of pools) await pool.close();
  for (const upstream of upstreams) await upstream.stop();
  for (const server of servers) {
    server.closeAllConnections();
    server.close();
  }
});

describe("pool: reuse", () => {
  it("one connection serves one request after the other", async () => {
    const upstream = await raw(inOrder(OK));
    const pool = newPool();
    for (let count = 0; count < 5; count++) expect(await text(pool, upstream)).toBe("ok");
    expect(upstream.sockets).toHaveLength(1);
    expect(pool.counters).toMatchObject({ opened: 1, reused: 4 });
    expect(pool.idleCount).toBe(1);
  });

  it("the connection used last is used first", async () => {
    const upstream = await raw(inOrder(OK));
    const pool = newPool();
    await Promise.all([text(pool, upstream), text(pool, upstream), text(pool, upstream)]);
    const before = upstream.received.map((received) => received.length);
    for (let count = 0; count < 6; count++) await text(pool, upstream);
    const used = upstream.received.filter((received, at) => received.length > (before[at] ?? 0));
    expect(upstream.sockets).toHaveLength(3);
    expect(used).toHaveLength(1);
  });

  it("two identities never share a connection, even to one address", async () => {
    const upstream = await raw(inOrder(OK));
    const pool = newPool();
    const host = "127.0.0.1";
    const { port } = upstream;
    for (const localAddress of ["127.0.0.1", "127.0.0.2"])
      await (await pool.request({ scheme: "http", host, port, localAddress })).bytes();
    await (await pool.request({ scheme: "http", host, port })).bytes();
    expect(upstream.sockets).toHaveLength(3);
  });

  it("an idle connection is closed after idleTimeoutMs", async () => {
    const upstream = await raw(inOrder(OK));
    const pool = newPool({ limits: { idleTimeoutMs: 40 } });
    await text(pool, upstream);
    expect(pool.connectionCount).toBe(1);
    await until(() => pool.connectionCount === 0);
    expect(pool.counters.poisoned.size).toBe(0);
  });

  const last: [string, string, string][] = [
    [
      "Connection: close",
      "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\nok",
      "ok",
    ],
    ["HTTP/1.0", "HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\nok", "ok"],
  ];
  for (const [name, response, expected] of last)
    it(`never after ${name}`, async () => {
      const upstream = await raw(inOrder(response));
      const pool = newPool();
      expect(await text(pool, upstream)).toBe(expected);
      expect(await text(pool, upstream)).toBe(expected);
      expect(upstream.sockets).toHaveLength(2);
      expect(pool.idleCount).toBe(0);
    });

  it("never after a content that only the close ends", async () => {
    const upstream = await raw((_, socket) => {
      socket.end("HTTP/1.1 200 OK\r\n\r\nall of it");
    });
    const pool = newPool();
    expect(await text(pool, upstream)).toBe("all of it");
    expect(pool.connectionCount).toBe(0);
  });

  it("HEAD, 204 and 304 leave a connection that can be used", async () => {
    const upstream = await raw(
      inOrder(
        "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n",
        "HTTP/1.1 204 No Content\r\n\r\n",
        "HTTP/1.1 304 Not Modified\r\nContent-Length: 9\r\n\r\n",
        OK,
      ),
    );
    const pool = newPool();
    const head = await pool.request(upstream.identity, { method: "HEAD" });
    expect([head.status, head.contentLength]).toEqual([200, 9]);
    expect((await pool.request(upstream.identity)).status).toBe(204);
    expect((await pool.request(upstream.identity)).status).toBe(304);
    expect(await text(pool, upstream)).toBe("ok");
    expect(upstream.sockets).toHaveLength(1);
  });
});

describe("pool: what nobody asked for is nobody's answer (threat: H1-17)", () => {
  it("a response on an idle connection ends it and is counted", async () => {
    const upstream = await raw(inOrder(OK));
    const pool = newPool();
    await text(pool, upstream);
    upstream.sockets[0]?.write("HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nevil");
    await until(() => pool.connectionCount === 0);
    expect(pool.counters.poisoned.get("http1.response.unsolicited")).toBe(1);
    expect(await text(pool, upstream)).toBe("ok");
    expect(upstream.sockets).toHaveLength(2);
  });

  for (const cut of ["with", "right after"])
    it(`a second response ${cut} the first ends the connection`, async () => {
      const extra = "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nevil";
      let count = 0;
      const upstream = await raw((_, socket) => {
        if (count++ > 0) socket.write(OK);
        else if (cut === "with") socket.write(OK + extra);
        else {
          socket.write(OK);
          setImmediate(() => socket.write(extra));
        }
      });
      const pool = newPool();
      expect(await text(pool, upstream)).toBe("ok");
      await until(() => pool.connectionCount === 0);
      expect(pool.counters.poisoned.get("http1.response.unsolicited")).toBe(1);
      expect(await text(pool, upstream)).toBe("ok");
    });

  it("bytes that lie in the socket when a request is given to the connection are not its answer", async () => {
    const upstream = await raw(inOrder(OK));
    const pool = newPool();
    await text(pool, upstream);
    // Blocks the loop until the bytes have surely arrived, then asks in the same turn.
    upstream.sockets[0]?.write("HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nevil");
    await new Promise<void>((resolve) => setImmediate(resolve));
    const end = performance.now() + 30;
    while (performance.now() < end);
    const answer = pool.request(upstream.identity, { method: "POST" });
    expect(Buffer.from(await (await answer).bytes()).toString()).toBe("ok");
    expect(upstream.sockets).toHaveLength(2);
    expect(upstream.received[0]?.split("\r\n\r\n")).toHaveLength(2);
    expect(pool.counters.poisoned.get("http1.response.unsolicited")).toBe(1);
  });

  it("a single byte is enough", async () => {
    const upstream = await raw(inOrder(OK));
    const pool = newPool();
    await text(pool, upstream);
    upstream.sockets[0]?.write("\r");
    await until(() => pool.connectionCount === 0);
    expect(pool.counters.poisoned.get("http1.response.unsolicited")).toBe(1);
  });
});

describe("pool: poisoned on any doubt (threat: H1-16)", () => {
  it("a final response before the content was sent: it is passed on, the connection is not used again", async () => {
    const upstream = await raw(inOrder("HTTP/1.1 413 Too\r\nContent-Length: 2\r\n\r\nno"));
    const pool = newPool();
    let pulled = 0;
    let ended = false;
    const response = await pool.request(upstream.identity, {
      method: "POST",
      content: (async function* () {
        try {
          for (;;) {
            yield new Uint8Array(1_000);
            pulled++;
            await later(5);
          }
        } finally {
          ended = true;
        }
      })(),
    });
    expect(response.status).toBe(413);
    expect(Buffer.from(await response.bytes()).toString()).toBe("no");
    await until(() => ended);
    expect(pulled).toBeLessThan(20);
    expect(pool.connectionCount).toBe(0);
    expect(pool.counters.poisoned.get("client.response.early")).toBe(1);
  });

  it("a response while content is sent, whose request completes in time, is a whole exchange", async () => {
    const upstream = await raw(
      inOrder("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", "2\r\nok\r\n0\r\n\r\n"),
    );
    const pool = newPool();
    const response = await pool.request(upstream.identity, {
      method: "POST",
      content: (async function* () {
        for (let count = 0; count < 3; count++) {
          yield Buffer.from("abc");
          await later(10);
        }
      })(),
    });
    expect(Buffer.from(await response.bytes()).toString()).toBe("ok");
    expect(pool.idleCount).toBe(0);
  });

  it("a response that is not read to its end", async () => {
    const upstream = await raw(inOrder("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf"));
    const pool = newPool();
    const response = await pool.request(upstream.identity);
    for await (const piece of response.content()) {
      expect(piece).toHaveLength(4);
      break;
    }
    expect(pool.connectionCount).toBe(0);
    expect(pool.counters.poisoned.get("client.aborted")).toBe(1);
  });

  it("a cancelled request", async () => {
    const upstream = await raw(() => {});
    const pool = newPool();
    const controller = new AbortController();
    const pending = pool.request(upstream.identity, { signal: controller.signal });
    await until(() => upstream.received[0] !== undefined && upstream.received[0] !== "");
    controller.abort();
    await expect(pending).rejects.toMatchObject({ code: "client.aborted" });
    expect(pool.connectionCount).toBe(0);
  });

  const violations: [string, string, string][] = [
    [
      "two lengths",
      "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 2\r\n\r\nok",
      "http1.framing.length",
    ],
    [
      "length and coding",
      "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\nok",
      "http1.framing.conflict",
    ],
    ["a bare line feed", "HTTP/1.1 200 OK\nContent-Length: 2\n\nok", "http1.line.ending"],
    ["garbage", "SSH-2.0-OpenSSH_9.2\r\n", "http1.status-line.syntax"],
    [
      "a 101 nobody asked for",
      "HTTP/1.1 101 Switching\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n",
      "http1.response.informational",
    ],
    [
      "a length on 204",
      "HTTP/1.1 204 No\r\nContent-Length: 2\r\n\r\nok",
      "http1.framing.forbidden",
    ],
  ];
  for (const [name, response, code] of violations)
    it(`a violation: ${name}`, async () => {
      const upstream = await raw(inOrder(response));
      const pool = newPool();
      const error = await failure(pool.request(upstream.identity));
      expect(error.code).toBe("client.response.violation");
      expect(error.violation?.code).toBe(code);
      expect(pool.counters.errors.get(code)).toBe(1);
      expect(pool.counters.poisoned.get(code)).toBe(1);
      expect(pool.connectionCount).toBe(0);
    });

  it("what a response holds never appears in an error (threat: H1-34)", async () => {
    const upstream = await raw(inOrder("HTTP/1.1 200 OK\r\nMARKER : MARKER\r\n\r\n"));
    const error = await failure(newPool().request(upstream.identity));
    expect(error.violation?.code).toBe("http1.field.name");
    expect(`${error.message}${error.stack}${JSON.stringify(error)}`).not.toContain("MARKER");
    expect(error.cause).toBeUndefined();
  });
});

describe("pool: a tunnel never comes back (threat: H1-20)", () => {
  const SWITCH =
    "HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\nUpgrade: echo\r\n\r\nfirst";
  const upgrade = new Fields([
    ["host", "a"],
    ["connection", "upgrade"],
    ["upgrade", "echo"],
  ]);

  it("101: both directions are handed over, and the pool forgets the connection", async () => {
    const upstream = await raw(inOrder(SWITCH));
    const pool = newPool();
    const response = await pool.request(upstream.identity, { fields: upgrade });
    expect(response.status).toBe(101);
    expect(Buffer.from(response.tunnel?.head ?? []).toString()).toBe("first");
    expect(pool.connectionCount).toBe(0);
    const { socket } = response.tunnel ?? {};
    socket?.resume();
    socket?.write("through");
    await until(() => upstream.received[0]?.endsWith("through") === true);
    const got = new Promise((resolve) => socket?.once("data", (chunk) => resolve(String(chunk))));
    upstream.sockets[0]?.write("back");
    expect(await got).toBe("back");
    socket?.destroy();
    await later();
    expect(pool.idleCount).toBe(0);
  });

  it("2xx to CONNECT is one, another status is a response and the connection stays", async () => {
    const upstream = await raw(
      inOrder("HTTP/1.1 403 No\r\nContent-Length: 0\r\n\r\n", "HTTP/1.1 200 Go\r\n\r\n"),
    );
    const pool = newPool();
    const connect = { method: "CONNECT", target: "a:1", fields: [["host", "a:1"]] as const };
    const refused = await pool.request(upstream.identity, connect);
    expect([refused.status, refused.tunnel]).toEqual([403, undefined]);
    expect(pool.idleCount).toBe(1);
    const accepted = await pool.request(upstream.identity, connect);
    expect(accepted.tunnel).toBeDefined();
    expect(pool.connectionCount).toBe(0);
    accepted.tunnel?.socket.destroy();
  });

  it("no path from content to a tunnel: neither may be asked for with content", async () => {
    const upstream = await raw(inOrder(SWITCH));
    const pool = newPool();
    for (const content of ["abc", "", new Uint8Array(0), []])
      await expect(
        pool.request(upstream.identity, { method: "POST", fields: upgrade, content }),
      ).rejects.toThrow(TypeError);
    await expect(
      pool.request(upstream.identity, { method: "CONNECT", target: "a:1", content: "x" }),
    ).rejects.toThrow(TypeError);
    expect(upstream.sockets).toHaveLength(0);
  });

  it("no path from a tunnel to idle, in any order of what the upstream does", async () => {
    const parts = ["HTTP/1.1 103 Hints\r\n\r\n", SWITCH, OK, ""];
    for (const first of parts)
      for (const second of parts)
        for (const ends of [false, true]) {
          const upstream = await raw((_, socket) => {
            if (first + second !== "") socket.write(first + second);
            if (ends) socket.end();
          });
          const pool = newPool();
          const controller = new AbortController();
          const timer = setTimeout(() => controller.abort(), 40);
          const answer = await pool
            .request(upstream.identity, { fields: upgrade, signal: controller.signal })
            .catch((error: unknown) => error as ClientError);
          if ("tunnel" in answer && answer.tunnel !== undefined) {
            expect(pool.connectionCount).toBe(0);
            answer.tunnel.socket.destroy();
          } else if ("content" in answer) await answer.bytes().catch(() => {});
          await later(5);
          clearTimeout(timer);
          const usable = first + second === OK || first + second === `${parts[0]}${OK}`;
          expect(pool.idleCount, `${first}|${second}|${ends}`).toBe(usable && !ends ? 1 : 0);
        }
  });
});

describe("pool: retry", () => {
  /** Answers once per connection, and closes at the second request without a byte. */
  const closing = inOrderThenClose();

  it("an idempotent request on a used connection that died without a byte is sent once more", async () => {
    const upstream = await raw(closing);
    const pool = newPool();
    await text(pool, upstream);
    expect(await text(pool, upstream)).toBe("ok");
    expect(upstream.sockets).toHaveLength(2);
    expect(pool.counters.retried).toBe(1);
  });

  it("not a POST", async () => {
    const upstream = await raw(closing);
    const pool = newPool();
    await text(pool, upstream);
    const error = await failure(pool.request(upstream.identity, { method: "POST" }));
    expect(error.code).toBe("client.connection.closed");
    expect(upstream.sockets).toHaveLength(1);
  });

  it("not a request whose content was consumed", async () => {
    const upstream = await raw(closing);
    const pool = newPool();
    await text(pool, upstream);
    const error = await failure(pool.request(upstream.identity, { method: "PUT", content: "abc" }));
    expect(error.code).toMatch(/^client\.connection\./);
    expect(pool.counters.retried).toBe(0);
  });

  it("not after a byte of a response", async () => {
    let count = 0;
    const upstream = await raw((_, socket) => {
      if (count++ === 0) socket.write(OK);
      else socket.end("H");
    });
    const pool = newPool();
    await text(pool, upstream);
    const error = await failure(pool.request(upstream.identity));
    expect(error.code).toBe("client.response.violation");
    expect(error.violation?.code).toBe("http1.body.truncated");
    expect(upstream.sockets).toHaveLength(1);
  });

  it("not on a fresh connection, and not twice", async () => {
    const upstream = await raw((_, socket) => socket.end());
    const pool = newPool();
    const error = await failure(pool.request(upstream.identity));
    expect(error.code).toBe("client.connection.closed");
    expect(upstream.sockets).toHaveLength(1);
  });

  it("a request that was not sent yet moves to another connection, whatever its method", async () => {
    const upstream = await raw(inOrder(OK));
    const pool = newPool();
    await text(pool, upstream);
    upstream.sockets[0]?.destroy();
    await new Promise<void>((resolve) => setImmediate(resolve));
    const end = performance.now() + 20;
    while (performance.now() < end);
    const response = await pool.request(upstream.identity, { method: "POST" });
    expect(response.status).toBe(200);
    await response.bytes();
  });
});

describe("pool: bounds", () => {
  it("connections per origin, a queue first come first served, and one too many", async () => {
    const upstream = await raw((received, socket) => {
      if (received.endsWith("\r\n\r\n")) setTimeout(() => socket.write(OK), 20);
    });
    const pool = newPool({ limits: { maxConnectionsPerOriginCount: 2, maxWaitingCount: 3 } });
    const order: number[] = [];
    const run = [0, 1, 2, 3, 4].map(async (number) => {
      await text(pool, upstream);
      order.push(number);
    });
    const error = await failure(pool.request(upstream.identity));
    expect(error.code).toBe("client.pool.exhausted");
    expect([pool.connectionCount, pool.waitingCount]).toEqual([2, 3]);
    await Promise.all(run);
    expect(order).toEqual([0, 1, 2, 3, 4]);
    expect(upstream.sockets).toHaveLength(2);
  });

  it("waiting ends after waitTimeoutMs", async () => {
    const upstream = await raw(() => {});
    const pool = newPool({ limits: { maxConnectionsPerOriginCount: 1, waitTimeoutMs: 30 } });
    const stuck = pool.request(upstream.identity);
    const error = await failure(pool.request(upstream.identity));
    expect(error.code).toBe("client.pool.timeout");
    expect(pool.waitingCount).toBe(0);
    await pool.close();
    expect((await failure(stuck)).code).toBe("client.pool.closed");
  });

  it("a waiting request can be cancelled, and its place goes to the next", async () => {
    const upstream = await raw((received, socket) => {
      if (received.endsWith("\r\n\r\n")) setTimeout(() => socket.write(OK), 30);
    });
    const pool = newPool({ limits: { maxConnectionsPerOriginCount: 1 } });
    const controller = new AbortController();
    const first = text(pool, upstream);
    const second = pool.request(upstream.identity, { signal: controller.signal });
    const third = text(pool, upstream);
    controller.abort();
    expect((await failure(second)).code).toBe("client.aborted");
    expect([await first, await third]).toEqual(["ok", "ok"]);
  });

  it("a connection that fails makes room for one that waits", async () => {
    let count = 0;
    const upstream = await raw((_, socket) => {
      if (count++ === 0) socket.destroy();
      else socket.write(OK);
    });
    const pool = newPool({ limits: { maxConnectionsPerOriginCount: 1 } });
    const first = failure(pool.request(upstream.identity));
    const second = text(pool, upstream);
    expect((await first).code).toBe("client.connection.closed");
    expect(await second).toBe("ok");
  });

  it("origins are counted; one that is all idle makes room", async () => {
    const one = await raw(inOrder(OK));
    const two = await raw(inOrder(OK));
    const pool = newPool({ limits: { maxOriginCount: 1 } });
    await text(pool, one);
    await text(pool, two);
    expect(pool.connectionCount).toBe(1);
    const three = await raw(() => {});
    const stuck = failure(pool.request(three.identity));
    expect((await failure(pool.request(one.identity))).code).toBe("client.pool.exhausted");
    await pool.close();
    await stuck;
  });

  it("connect: refused, without a name, too slow", async () => {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const { port } = server.address() as AddressInfo;
    server.close();
    const pool = newPool({ limits: { connectTimeoutMs: 50 } });
    expect((await failure(pool.request(`http://127.0.0.1:${port}`))).code).toBe(
      "client.connect.refused",
    );
    expect((await failure(pool.request({ scheme: "http", path: "/nonexistent/s" }))).code).toBe(
      "client.connect.refused",
    );
    // A handshake that never comes.
    const silent = await raw(() => {});
    const slow = identify({ scheme: "https", host: "127.0.0.1", port: silent.port });
    expect((await failure(pool.request(slow))).code).toBe("client.connect.timeout");
    // No TLS at the other end.
    const plain = await raw((_, socket) => socket.end("HTTP/1.1 400 Bad\r\n\r\n"));
    const wrong = identify({ scheme: "https", host: "127.0.0.1", port: plain.port });
    expect((await failure(pool.request(wrong))).code).toBe("client.connect.tls");
    expect(pool.connectionCount).toBe(0);
  });

  it("a response that does not come, and one that stops, end by their deadlines", async () => {
    const upstream = await raw(inOrder("", "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf"));
    const pool = newPool({ http1: { responseTimeoutMs: 40, bodyIdleTimeoutMs: 40 } });
    const error = await failure(pool.request(upstream.identity));
    expect(error.code).toBe("client.response.timeout");
    const half = await raw(inOrder("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf"));
    const response = await pool.request(half.identity);
    const cut = await failure(response.bytes());
    expect([cut.code, cut.violation?.code]).toEqual([
      "client.response.timeout",
      "http1.timeout.body",
    ]);
  });

  it("a response that is left unread is given up", async () => {
    const upstream = await raw(inOrder(OK));
    const pool = newPool({ limits: { pauseTimeoutMs: 30 } });
    const response = await pool.request(upstream.identity);
    await until(() => pool.connectionCount === 0);
    expect((await failure(response.bytes())).code).toBe("client.response.unread");
  });

  it("close: what runs may finish, what waits fails, nothing more is taken", async () => {
    const upstream = await raw((received, socket) => {
      if (received.endsWith("\r\n\r\n")) setTimeout(() => socket.write(OK), 40);
    });
    const pool = newPool({ limits: { maxConnectionsPerOriginCount: 1 } });
    const running = text(pool, upstream);
    const waiting = failure(pool.request(upstream.identity));
    await later(10);
    const closed = pool.close({ timeoutMs: 1_000 });
    expect((await waiting).code).toBe("client.pool.closed");
    expect(await running).toBe("ok");
    expect((await failure(pool.request(upstream.identity))).code).toBe("client.pool.closed");
    await pool.close();
    await closed;
    expect(pool.connectionCount).toBe(0);
  });
});

describe("pool: dispatch", () => {
  it("callbacks that throw end their own call only", async () => {
    const upstream = await raw(inOrder(OK));
    const pool = newPool();
    const request = {
      method: "GET",
      target: "/",
      fields: new Fields([["host", "a"]]),
      content: "none",
    } as const;
    for (const where of ["onHead", "onContent", "onEnd"] as const) {
      const errors: string[] = [];
      let ended = 0;
      const handler: CallHandler = {
        onHead() {},
        onContent: () => true,
        onEnd() {
          ended++;
        },
        onError(error) {
          errors.push(error.code);
        },
      };
      const broken: CallHandler = {
        ...handler,
        [where]() {
          throw new Error("handler");
        },
      };
      const bad = pool.dispatch(upstream.identity, request, broken);
      pool.dispatch(upstream.identity, request, handler);
      await until(() => ended === 1 && bad.over);
      expect(errors).toEqual(where === "onEnd" ? [] : ["client.handler"]);
    }
    expect(pool.counters.callbackErrors).toBe(1);
  });

  it("a request that may not be sent costs no connection", async () => {
    const upstream = await raw(inOrder(OK));
    const pool = newPool();
    await text(pool, upstream);
    for (const bad of [
      { target: "/a b" },
      { target: "/\r\nx: y" },
      { method: "G T" },
      { fields: [["content-length", "5"]] as const },
      { fields: [["transfer-encoding", "chunked"]] as const },
      { fields: [["host", "a b"]] as const },
    ])
      expect((await failure(pool.request(upstream.identity, bad))).code).toBe(
        "client.request.invalid",
      );
    expect(await text(pool, upstream)).toBe("ok");
    expect(upstream.sockets).toHaveLength(1);
    expect(upstream.received[0]?.split("\r\n\r\n")).toHaveLength(3);
  });
});

describe("pool: against node:http", () => {
  it("500 requests of all kinds over a few connections", async () => {
    const server = createHttpServer((request, response) => {
      const parts: Buffer[] = [];
      request.on("data", (chunk: Buffer) => parts.push(chunk));
      request.on("end", () => {
        const body = Buffer.concat(parts);
        response.setHeader("x-method", request.method ?? "");
        if (request.url === "/204") response.writeHead(204).end();
        else if (request.url === "/chunked") {
          response.write(body);
          response.end("!");
        } else response.end(body);
      });
    });
    servers.push(server);
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const target = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const pool = newPool({ limits: { maxConnectionsPerOriginCount: 4 } });
    await Promise.all(
      Array.from({ length: 500 }, async (_, number) => {
        const method = ["GET", "POST", "PUT", "HEAD", "DELETE"][number % 5] ?? "GET";
        const path = ["/", "/chunked", "/204"][number % 3] ?? "/";
        const content = method === "POST" || method === "PUT" ? `content ${number}` : undefined;
        const response = await pool.request(target, {
          method,
          target: path,
          ...(content === undefined ? {} : { content }),
        });
        expect(response.fields.get("x-method")).toBe(method);
        const got = Buffer.from(await response.bytes()).toString();
        const wanted =
          path === "/204" || method === "HEAD"
            ? ""
            : `${content ?? ""}${path === "/chunked" ? "!" : ""}`;
        expect(got).toBe(wanted);
      }),
    );
    expect(pool.counters.opened).toBe(4);
    expect(pool.counters.errors.size).toBe(0);
  });
});

function newPool(options: PoolOptions = {}): Pool {
  const pool = new Pool(options);
  pools.push(pool);
  return pool;
}

async function raw(answer: Parameters<typeof RawUpstream.start>[0]): Promise<RawUpstream> {
  const upstream = await RawUpstream.start(answer);
  upstreams.push(upstream);
  return upstream;
}

async function text(pool: Pool, upstream: RawUpstream): Promise<string> {
  const response = await pool.request(upstream.identity);
  return Buffer.from(await response.bytes()).toString();
}

async function failure(pending: Promise<unknown>): Promise<ClientError> {
  try {
    await pending;
  } catch (error) {
    return error as ClientError;
  }
  throw new Error("it did not fail");
}

function inOrderThenClose(): Parameters<typeof RawUpstream.start>[0] {
  return (received, socket) => {
    if (received.split("\r\n\r\n").length === 2) socket.write(OK);
    else socket.destroy();
  };
}
