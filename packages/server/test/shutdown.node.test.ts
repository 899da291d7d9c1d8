// close(): nothing new, what runs may finish, and an end that does not depend on anybody.

import { describe, expect, it } from "vitest";
import { ExchangeAborted } from "../src/index.js";
import { bodyOf, eventually, fieldOf, gate, RawClient } from "./raw-client.js";
import { start } from "./running.js";

const SIMPLE = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";

describe("shutdown", () => {
  it("closes idle connections, finishes running exchanges, and accepts nothing", async () => {
    const answering = gate();
    const server = await start({
      fetch: async (request) => {
        if (new URL(request.url).pathname === "/slow") await answering.promise;
        return new Response("answer");
      },
    });
    const silent = await RawClient.to(server.port);
    const idle = await RawClient.to(server.port);
    await idle.send(SIMPLE).has("answer");
    const busy = await RawClient.to(server.port);
    busy.send("GET /slow HTTP/1.1\r\nHost: a\r\n\r\nGET /next HTTP/1.1\r\nHost: a\r\n\r\n");
    await eventually(() => server.counters.requests === 2);

    const closed = server.close();
    await silent.end();
    await idle.end();
    await expect(RawClient.to(server.port)).rejects.toThrow("ECONNREFUSED");
    answering.open();
    const all = await busy.end();
    expect(fieldOf(all, "connection")).toBe("close");
    expect(bodyOf(all)).toBe("answer");
    await closed;
    await server.closed;
    expect(server.connectionCount).toBe(0);
    expect(server.counters.aborted).toBe(0);
  });

  it("lets a head that has begun come, and answers it with close", async () => {
    const server = await start({ fetch: () => new Response("answer") });
    const client = await RawClient.to(server.port);
    client.send("GET / HTTP/1.1\r\n");
    await new Promise((resolve) => setTimeout(resolve, 10));
    const closed = server.close();
    client.send("Host: a\r\n\r\n");
    expect(fieldOf(await client.end(), "connection")).toBe("close");
    await closed;
  });

  it("lets a stream end, and then closes", async () => {
    const going = gate();
    const server = await start({
      exchange: async (exchange) => {
        exchange.sendHead({ status: 200, content: "stream" });
        await exchange.write(Buffer.from("first"));
        await going.promise;
        await exchange.write(Buffer.from("last"));
        exchange.end();
      },
    });
    const client = await RawClient.to(server.port);
    await client.send(SIMPLE).has("first");
    const closed = server.close();
    going.open();
    expect((await client.end()).endsWith("4\r\nlast\r\n0\r\n\r\n")).toBe(true);
    await closed;
  });

  it("cuts off what is left at the deadline, and tells the handler", async () => {
    let why: unknown;
    const server = await start({
      fetch: (request) =>
        new Promise<Response>(() =>
          request.signal.addEventListener("abort", () => {
            why = (request.signal.reason as ExchangeAborted).why;
          }),
        ),
      shutdownTimeoutMs: 20,
    });
    const client = await RawClient.to(server.port);
    client.send(SIMPLE);
    await eventually(() => server.counters.requests === 1);
    await server.close();
    expect(why).toBe("shutdown");
    await client.end();
    expect(client.received).toBe("");
  });

  it("may be hurried by a second call, and not slowed", async () => {
    const server = await start({ fetch: () => new Promise<Response>(() => {}) });
    const client = await RawClient.to(server.port);
    client.send(SIMPLE);
    await eventually(() => server.counters.requests === 1);
    const first = server.close({ timeoutMs: 60_000 });
    void server.close({ timeoutMs: 10 });
    await Promise.all([first, server.close()]);
    expect(() => server.close({ timeoutMs: -1 })).toThrow(RangeError);
    client.socket.destroy();
  });

  it("cuts off a tunnel at the deadline", async () => {
    const server = await start({
      exchange: async (exchange) => {
        await exchange.upgrade({ status: 200 });
        await new Promise(() => {});
      },
    });
    const client = await RawClient.to(server.port);
    await client.send("CONNECT a:1 HTTP/1.1\r\nHost: a:1\r\n\r\n").has("200 OK");
    await server.close({ timeoutMs: 10 });
    await client.end();
  });
});
