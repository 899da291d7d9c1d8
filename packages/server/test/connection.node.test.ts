// Peers that stall or break the rules, and faults of our own.

import { channel } from "node:diagnostics_channel";
import type { Socket } from "node:net";
import { describe, expect, it } from "vitest";
import { ExchangeAborted, type Exchange } from "../src/index.js";
import { ask, eventually, fieldOf, get, RawClient, statusOf } from "./raw-client.js";
import { start } from "./running.js";

const SIMPLE = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";

describe("a refused request", () => {
  it("gets its status and a close, is counted and reported once, and calls no handler", async () => {
    let calls = 0;
    const reported: string[] = [];
    const { port, counters } = await start({
      fetch: () => {
        calls++;
        return new Response("x");
      },
      onViolation: (violation, info) => reported.push(`${violation.code} ${info.remoteAddress}`),
    });
    const smuggling =
      "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n";
    const all = await ask(port, smuggling + get("/smuggled"));
    expect(statusOf(all)).toBe(400);
    expect(fieldOf(all, "connection")).toBe("close");
    expect(all.match(/HTTP\/1.1/g)).toHaveLength(1);
    expect(calls).toBe(0);
    expect(reported).toEqual(["http1.framing.conflict 127.0.0.1"]);
    expect([...counters.violations]).toEqual([["http1.framing.conflict", 1]]);
  });

  it("after good ones leaves their answers standing", async () => {
    const { port, counters } = await start({ fetch: (request) => new Response(request.url) });
    const all = await ask(port, `${SIMPLE}GET / HTTP/1.1\r\nHost : a\r\n\r\n`);
    expect(all).toMatch(/^HTTP\/1.1 200 OK\r\n.*http:\/\/a\/HTTP\/1.1 400 Bad Request\r\n/s);
    expect(counters.violations.get("http1.field.name")).toBe(1);
  });

  it("whose content breaks the rules cuts its handler off", async () => {
    let why: unknown;
    const { port, counters } = await start({
      fetch: async (request) => {
        await request.text().catch((error: unknown) => {
          why = (error as ExchangeAborted).why;
        });
        return new Response("never seen");
      },
    });
    const all = await ask(
      port,
      "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nabX",
    );
    expect(statusOf(all)).toBe(400);
    expect(all).not.toContain("never seen");
    expect(why).toBe("violation");
    expect(counters).toMatchObject({ aborted: 1, handlerErrors: 0 });
  });

  it("that is refused while its answer is on the way is cut off", async () => {
    const { port } = await start({
      exchange: async (exchange) => {
        exchange.sendHead({ status: 200, content: "stream" });
        await exchange.write(Buffer.from("begun"));
        for await (const _piece of exchange.content());
        exchange.end();
      },
    });
    const client = await RawClient.to(port);
    await client
      .send("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n")
      .has("begun");
    const all = await client.send("oops\r\n").end();
    expect(all).not.toMatch(/400|0\r\n\r\n$/);
  });

  it("goes on reading, so that a reset does not eat the answer", async () => {
    const { port } = await start({ fetch: () => new Response("x") });
    const client = await RawClient.to(port);
    client.send("GET / HTTP/1.1\r\n\r\n");
    for (let i = 0; i < 20; i++) client.send("x".repeat(1_000));
    expect(statusOf(await client.end())).toBe(400);
    expect(client.error).toBeUndefined();
  });
});

describe("deadlines", () => {
  it("a slow head gets 408", async () => {
    const { port, counters } = await start({
      fetch: () => new Response("x"),
      limits: { headTimeoutMs: 30 },
    });
    const client = await RawClient.to(port);
    expect(statusOf(await client.send("GET / HT").end())).toBe(408);
    const silent = await RawClient.to(port);
    await silent.end();
    expect(counters.violations.get("http1.timeout.head")).toBe(2);
    expect(counters.requests).toBe(0);
  });

  it("slow content gets 408, and its handler is cut off", async () => {
    const { port, counters } = await start({
      fetch: async (request) => new Response(await request.text()),
      limits: { bodyIdleTimeoutMs: 30 },
    });
    const client = await RawClient.to(port);
    client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\nhalf");
    expect(statusOf(await client.end())).toBe(408);
    expect(counters.violations.get("http1.timeout.body")).toBe(1);
  });

  it("an idle connection is closed without a word", async () => {
    const { port, counters } = await start({
      fetch: () => new Response("x"),
      limits: { keepAliveTimeoutMs: 30 },
    });
    const client = await RawClient.to(port);
    const all = await client.send(SIMPLE).end();
    expect(all.match(/HTTP\/1.1/g)).toHaveLength(1);
    expect(counters.violations.get("http1.timeout.idle")).toBe(1);
  });

  it("a handler that thinks for long is not the peer's fault", async () => {
    const { port } = await start({
      fetch: async () => {
        await new Promise((resolve) => setTimeout(resolve, 100));
        return new Response("x");
      },
      limits: { headTimeoutMs: 30, keepAliveTimeoutMs: 30, bodyIdleTimeoutMs: 30 },
    });
    expect(statusOf(await ask(port, SIMPLE))).toBe(200);
  });

  it("a peer that does not read its answer is given up", async () => {
    let why: unknown;
    const { port, counters } = await start({
      exchange: async (exchange) => {
        exchange.sendHead({ status: 200, content: "stream" });
        try {
          for (;;) await exchange.write(new Uint8Array(65_536));
        } catch (error) {
          why = (error as ExchangeAborted).why;
        }
      },
      limits: { writeStallTimeoutMs: 50 },
    });
    const client = await RawClient.to(port);
    client.socket.pause();
    client.send(SIMPLE);
    await eventually(() => why !== undefined);
    expect(why).toBe("violation");
    expect(counters.violations.get("http1.timeout.write")).toBe(1);
    client.socket.destroy();
  });
});

describe("threat H2-18: errors of one connection end that connection", () => {
  it("threat: H2-18 a socket that fails at any time", async () => {
    const server = await start({ fetch: () => new Response("x") });
    const sockets: Socket[] = [];
    const accepted = (message: unknown): void => {
      sockets.push((message as { socket: Socket }).socket);
    };
    channel("net.server.socket").subscribe(accepted);
    try {
      const silent = await RawClient.to(server.port);
      await eventually(() => sockets.length === 1);
      sockets[0]?.destroy(new Error("injected"));
      await silent.end();
      const talking = await RawClient.to(server.port);
      await talking.send("GET / HT").has("");
      await eventually(() => sockets.length === 2);
      sockets[1]?.emit("error", new Error("injected"));
      talking.socket.destroy();
    } finally {
      channel("net.server.socket").unsubscribe(accepted);
    }
    expect(statusOf(await ask(server.port, get()))).toBe(200);
    await eventually(() => server.connectionCount === 0);
  });

  it.each([
    ["a synchronous handler", (fail: () => never): void => fail()],
    ["an asynchronous handler", async (fail: () => never): Promise<void> => fail()],
  ])("a fault of our own ends one connection, and is reported: %s", async (_name, run) => {
    const errors: unknown[] = [];
    const { port } = await start({
      exchange: (exchange: Exchange) => {
        // The answer to the handler's own failure fails too.
        Object.defineProperty(exchange, "respond", {
          value: () => {
            throw new Error("planted");
          },
        });
        return run(() => {
          throw new Error("handler");
        });
      },
      onError: (error) => errors.push((error as Error).message),
    });
    expect(await ask(port, get())).toBe("");
    expect(errors).toEqual(["handler", "planted"]);
  });
});
