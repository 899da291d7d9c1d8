import { describe, expect, it } from "vitest";
import { failure, inOrderThenClose, newPool, raw, text } from "./pool-fixture.js";
import { inOrder, OK, until } from "./raw-upstream.js";

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

describe("pool: retry", () => {
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
