// Peers that leave, or seem to, and what becomes of the handler.

import { describe, expect, it } from "vitest";
import { ExchangeAborted } from "../src/index.js";
import { bodyOf, eventually, gate, get, RawClient, statusOf } from "./raw-client.js";
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
