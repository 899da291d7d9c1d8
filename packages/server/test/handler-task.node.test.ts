// A handler is a task of its connection, over real sockets: it is asked to stop with a reason, and its
// response is an obligation.

import { judgeTrace } from "@wirewall/lab";
import type { TraceEvent } from "@wirewall/trace";
import { connect } from "node:net";
import { once } from "node:events";
import { describe, expect, it } from "vitest";
import { cxOf, ServeOptionError, type Server } from "../src/index.js";
import { start } from "./running.ts";

interface Traced {
  readonly events: TraceEvent[];
  readonly trace: { event(event: TraceEvent): void };
}

function traced(): Traced {
  const events: TraceEvent[] = [];
  return { events, trace: { event: (event) => void events.push(event) } };
}

async function ask(server: Server, text: string): Promise<ReturnType<typeof connect>> {
  const socket = connect(server.port ?? 0, "127.0.0.1");
  await once(socket, "connect");
  socket.write(text);
  return socket;
}

const until = async (isSo: () => boolean): Promise<void> => {
  while (!isSo()) await new Promise((resolve) => setTimeout(resolve, 2));
};

const GET = "GET / HTTP/1.1\r\nhost: a\r\n\r\n";

describe("row: R9 a handler as a task", () => {
  it("is asked to stop when its client has gone, cleans up, and owes nothing", async () => {
    const { events, trace } = traced();
    const seen: unknown[] = [];
    const server = await start({
      trace,
      exchange: async ({ cx }) => {
        try {
          await cx.sleep(60_000);
        } finally {
          seen.push(cx.cancelReason?.kind, cx.signal.aborted);
          await cx.mask(() => cx.sleep(1));
          seen.push("cleaned");
        }
      },
    });
    const socket = await ask(server, GET);
    await until(() => events.some(({ kind }) => kind === "obligation_reserve"));
    socket.resetAndDestroy();
    await until(() => seen.length === 3);
    await server.close();
    expect(seen).toEqual(["linkedExit", true, "cleaned"]);
    const kinds = events.map(({ kind }) => kind);
    expect(kinds.filter((kind) => kind.startsWith("obligation_"))).toEqual([
      "obligation_reserve",
      "obligation_abort",
    ]);
    expect(judgeTrace(events)).toEqual([]);
    expect(server.counters.handlerErrors).toBe(0);
  });

  it("is asked to stop with the kind shutdown when the server's patience ends", async () => {
    const seen: unknown[] = [];
    const server = await start({
      exchange: async ({ cx }) => {
        try {
          await cx.sleep(60_000);
        } finally {
          seen.push(cx.cancelReason?.kind);
        }
      },
    });
    const socket = await ask(server, GET);
    socket.on("error", () => {});
    await until(() => server.counters.requests === 1);
    await server.close({ timeoutMs: 5 });
    await until(() => seen.length > 0);
    expect(seen).toEqual(["shutdown"]);
  });

  it("that was cancelled for a reason of its own is answered by 499", async () => {
    const server = await start({
      fetch: async (request) => {
        await cxOf(request).withRegion({}, (region, inner) => {
          region.cancel();
          return inner.sleep(1);
        });
        return new Response("never");
      },
    });
    const response = await fetch(server.url);
    expect([response.status, await response.text()]).toEqual([499, "Cancelled\n"]);
  });

  it("is asked to stop by its deadline, and answered for; one that is in time is not", async () => {
    const kinds: unknown[] = [];
    const server = await start({
      handlerTimeoutMs: 50,
      fetch: async (request) => {
        const cx = cxOf(request);
        try {
          await cx.sleep(request.url.endsWith("/slow") ? 60_000 : 1);
        } finally {
          kinds.push(cx.cancelReason?.kind);
        }
        return new Response("in time");
      },
    });
    expect((await fetch(`${server.url}/quick`)).status).toBe(200);
    expect((await fetch(`${server.url}/slow`)).status).toBe(499);
    expect(kinds).toEqual([undefined, "deadline"]);
  });

  it.each([0, 1.5, "1s"])("a deadline of %j is refused by its name", async (handlerTimeoutMs) => {
    const options = { handlerTimeoutMs, exchange: () => {} } as never;
    expect(await start(options).catch((error: unknown) => error)).toMatchObject({
      option: "handlerTimeoutMs",
      expected: "a whole number from 1 to 86400000",
    });
  });

  it("owes a response exactly once, whoever answers: at once, later, from a callback, by throwing", async () => {
    const { events, trace } = traced();
    const server = await start({
      trace,
      exchange: (exchange) => {
        const [, how] = exchange.head.target?.split("/") ?? [];
        const answer = (): void => exchange.respond({ status: 200 }, "hello");
        if (how === "now") return answer();
        if (how === "task") {
          exchange.cx.checkpoint();
          return answer();
        }
        if (how === "callback") return void setTimeout(answer, 2);
        if (how === "throw") throw new Error("it fails");
        return exchange.cx.sleep(1).then(answer);
      },
    });
    for (const how of ["now", "task", "callback", "throw", "later"])
      expect((await fetch(`${server.url}/${how}`)).status).toBe(how === "throw" ? 500 : 200);
    await server.close();
    const count = (kind: string): number => events.filter((event) => event.kind === kind).length;
    expect([count("obligation_reserve"), count("obligation_commit")]).toEqual([3, 3]);
    expect(judgeTrace(events)).toEqual([]);
  });

  it("what a peer is refused for is told by its code and limit, and not by its bytes", async () => {
    const { events, trace } = traced();
    const server = await start({ trace, limits: { maxRequestLineBytes: 256 }, exchange: () => {} });
    const socket = await ask(server, `GET /${"secret".repeat(60)} HTTP/1.1\r\nhost: a\r\n\r\n`);
    socket.resume();
    await once(socket, "close");
    await server.close();
    const [refused] = events.filter(({ kind }) => kind === "limit_exceeded");
    expect(refused?.data).toMatchObject({ protocol: "http1", limit: 256 });
    expect(JSON.stringify(events)).not.toContain("secret");
  });

  it("a trace that is none, and a request that was not given, are refused", async () => {
    const failed = await start({ trace: {} as never, exchange: () => {} }).catch((error) => error);
    expect(failed).toBeInstanceOf(ServeOptionError);
    expect(failed).toMatchObject({ option: "trace" });
    expect(() => cxOf(new Request("http://a/"))).toThrow(/cxOf: expected the request/);
  });
});
