import { Fields } from "@wirewall/fields";
import { createServer as createHttpServer } from "node:http";
import { createServer, type AddressInfo } from "node:net";
import { describe, expect, it } from "vitest";
import { identify, type CallHandler } from "../src/index.js";
import { atEnd } from "./at-end.js";
import { failure, newPool, raw, text } from "./pool-fixture.js";
import { inOrder, later, OK, until } from "./raw-upstream.js";

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
    atEnd(() => server.close());
    atEnd(() => server.closeAllConnections());
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
