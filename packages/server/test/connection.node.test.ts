// Peers that leave, stall, break the rules or come in numbers, and what becomes of the handler.

import { channel } from "node:diagnostics_channel";
import type { Socket } from "node:net";
import { describe, expect, it } from "vitest";
import { ExchangeAborted, type Exchange } from "../src/index.js";
import { ask, bodyOf, eventually, fieldOf, gate, get, RawClient, statusOf } from "./raw-client.js";
import { start } from "./running.js";

const SIMPLE = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";

describe("a client that has gone", () => {
  it("aborts the signal of the handler, once", async () => {
    const reasons: string[] = [];
    const { port, counters } = await start({
      fetch: async (request) => {
        await new Promise<void>((resolve) =>
          request.signal.addEventListener("abort", () => {
            reasons.push((request.signal.reason as ExchangeAborted).why);
            resolve();
          }),
        );
        return new Response("late");
      },
    });
    const client = await RawClient.to(port);
    client.send(SIMPLE);
    await eventually(() => counters.requests === 1);
    client.socket.resetAndDestroy();
    await eventually(() => reasons.length > 0);
    expect(reasons).toEqual(["client-gone"]);
    expect(counters.aborted).toBe(1);
    expect(counters.handlerErrors).toBe(0);
  });

  it("aborts a signal that is touched only afterwards", async () => {
    const gone = gate();
    let aborted: unknown;
    const { port, counters } = await start({
      exchange: async (exchange) => {
        await gone.promise;
        aborted = [exchange.aborted, exchange.signal.aborted, exchange.signal.reason];
      },
    });
    const client = await RawClient.to(port);
    client.send(SIMPLE);
    await eventually(() => counters.requests === 1);
    client.socket.resetAndDestroy();
    await eventually(() => counters.aborted === 1);
    gone.open();
    await eventually(() => aborted !== undefined);
    expect(aborted).toEqual([true, true, expect.any(ExchangeAborted)]);
  });

  it("rejects reads and writes, and nothing is unhandled", async () => {
    const whys: unknown[] = [];
    const why = (error: unknown): void => void whys.push((error as ExchangeAborted).why);
    const { port, counters } = await start({
      exchange: async (exchange) => {
        exchange.sendHead({ status: 200, content: "stream" });
        const piece = new Uint8Array(1_048_576);
        const reading = exchange.content().next().catch(why);
        for (let wait = exchange.write(piece); ; wait = exchange.write(piece))
          if (wait !== undefined && (await wait.then(() => false).catch(() => true))) break;
        await reading;
        await exchange.content().next().catch(why);
        await exchange.write(piece)?.catch(why);
        void exchange.write(piece);
        exchange.end();
        throw new ExchangeAborted("client-gone");
      },
    });
    const client = await RawClient.to(port);
    client.socket.pause();
    client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\n");
    await eventually(() => counters.requests === 1);
    client.socket.resetAndDestroy();
    await eventually(() => whys.length === 3);
    expect(whys).toEqual(["client-gone", "client-gone", "client-gone"]);
    expect(counters.handlerErrors).toBe(0);
  });

  it("cancels the body of the Response", async () => {
    let cancelled: unknown;
    const { port, counters } = await start({
      fetch: () =>
        new Response(
          new ReadableStream({
            pull: () => new Promise(() => {}),
            cancel(reason) {
              cancelled = reason;
            },
          }),
        ),
    });
    const client = await RawClient.to(port);
    await client.send(SIMPLE).has("\r\n\r\n");
    client.socket.resetAndDestroy();
    await eventually(() => cancelled !== undefined);
    expect(cancelled).toBeInstanceOf(ExchangeAborted);
    await eventually(() => counters.aborted === 1);
  });

  it("cancels the body of a Response that comes too late", async () => {
    const answering = gate();
    let cancelled = false;
    const server = await start({
      fetch: async () => {
        await answering.promise;
        return new Response(
          new ReadableStream({
            cancel() {
              cancelled = true;
            },
          }),
        );
      },
    });
    const client = await RawClient.to(server.port);
    client.send(SIMPLE);
    await eventually(() => server.counters.requests === 1);
    client.socket.resetAndDestroy();
    await eventually(() => server.counters.aborted === 1);
    // The handler counts until it has returned.
    expect(server.connectionCount).toBe(1);
    answering.open();
    await eventually(() => server.connectionCount === 0);
    expect(cancelled).toBe(true);
  });

  it("in the middle of its content ends the reading, and is no request", async () => {
    let why: unknown;
    const { port, counters } = await start({
      exchange: async (exchange) => {
        try {
          for await (const _piece of exchange.content());
        } catch (error) {
          why = (error as ExchangeAborted).why;
          throw error;
        }
      },
    });
    const client = await RawClient.to(port);
    client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\nhalf");
    await eventually(() => counters.requests === 1);
    client.finish();
    expect(statusOf(await client.end())).toBe(400);
    expect(why).toBe("violation");
    expect(counters.violations.get("http1.body.truncated")).toBe(1);
    expect(counters.handlerErrors).toBe(0);
  });
});

describe("a client that only half-closes", () => {
  it("gets its answers", async () => {
    const { port } = await start({
      fetch: async (request) => {
        await new Promise((resolve) => setTimeout(resolve, 5));
        return new Response(new URL(request.url).pathname);
      },
    });
    const client = await RawClient.to(port);
    client.send("GET /1 HTTP/1.1\r\nHost: a\r\n\r\nGET /2 HTTP/1.1\r\nHost: a\r\n\r\n").finish();
    const all = await client.end();
    expect(all).toMatch(/\/1HTTP\/1.1 200 OK.*\/2$/s);
    await eventually(() => client.closed);
  });

  it("gets a long one whole, although it reads slowly", async () => {
    const { port } = await start({
      exchange: async (exchange) => {
        exchange.sendHead({ status: 200, content: 16 * 1_048_576 });
        for (let sent = 0; sent < 256; sent++) await exchange.write(new Uint8Array(65_536));
        exchange.end();
      },
      limits: { lingerTimeoutMs: 20 },
    });
    const client = await RawClient.to(port);
    client.socket.pause();
    client.send(SIMPLE).finish();
    await new Promise((resolve) => setTimeout(resolve, 60));
    client.socket.resume();
    expect(bodyOf(await client.end()).length).toBe(16 * 1_048_576);
  });

  it("gets the rest of an answer that was queued whole, however long it takes", async () => {
    const body = new Uint8Array(16 * 1_048_576);
    const { port } = await start({
      exchange: (exchange) => exchange.respond({ status: 200 }, body),
      limits: { lingerTimeoutMs: 20 },
    });
    for (const finish of [true, false]) {
      const client = await RawClient.to(port);
      client.socket.pause();
      client.send(get());
      if (finish) client.finish();
      await new Promise((resolve) => setTimeout(resolve, 100));
      client.socket.resume();
      expect(bodyOf(await client.end()).length).toBe(body.length);
    }
  });

  it("is probably gone, which the signal says and a response may contradict", async () => {
    const { port } = await start({
      exchange: async (exchange) => {
        await new Promise((resolve) => exchange.signal.addEventListener("abort", resolve));
        const { why } = exchange.signal.reason as ExchangeAborted;
        exchange.respond({ status: 200 }, `${why} ${exchange.aborted}`);
      },
    });
    const client = await RawClient.to(port);
    expect(bodyOf(await client.send(SIMPLE).finish().end())).toBe("client-ended false");
  });

  it("between requests is let go", async () => {
    const server = await start({ fetch: () => new Response("x") });
    const client = await RawClient.to(server.port);
    await client.send(SIMPLE).has("\r\n\r\nx");
    client.finish();
    await eventually(() => client.closed && server.connectionCount === 0);
    expect(server.counters.violations.size).toBe(0);
  });

  it("never sent anything: is let go", async () => {
    const server = await start({ fetch: () => new Response("x") });
    const client = await RawClient.to(server.port);
    client.finish();
    await eventually(() => client.closed && server.connectionCount === 0);
  });
});

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

  it("a fault of our own ends one connection, and is reported", async () => {
    const errors: unknown[] = [];
    const { port } = await start({
      exchange: (exchange: Exchange) => {
        // A response that no machine can send, on the way out of the handler's own failure.
        Object.defineProperty(exchange, "headSent", { value: false });
        Object.defineProperty(exchange, "respond", {
          value: () => {
            throw new Error("planted");
          },
        });
        throw new Error("handler");
      },
      onError: (error) => errors.push((error as Error).message),
    });
    expect(await ask(port, get())).toBe("");
    expect(errors).toEqual(["handler", "planted"]);
  });
});
