// The server in every order: requests, answers, resets and ends of connections come when the lab says.
// Every run is shown to the oracles: no response is lost or given twice, nothing outlives its
// connection, and who is asked to stop does.

import { search, sweep, withNetwork, type LabLink, type LabSocket } from "@wirewall/lab";
import { ClientConnection } from "@wirewall/http2";
import { fromPromise, type Cx } from "@wirewall/runtime";
import type { Socket } from "node:net";
import { describe, expect, it } from "vitest";
import { serveSockets, type Exchange, type SocketServer } from "../src/index.js";

type Handler = (exchange: Exchange) => void | Promise<void>;

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const GET = "GET / HTTP/1.1\r\nhost: a\r\n\r\n";

interface Played {
  readonly server: SocketServer;
  readonly link: LabLink;
  /** What has arrived at the client. */
  readonly seen: string[];
  /** What the server has written, whether it arrives or not. */
  readonly said: Uint8Array[];
}

/** A server and a client whose connection is made; all has to be over when the server is closed. */
const program =
  (handler: Handler, protocol: "http/1.1" | "h2", act: (cx: Cx, played: Played) => Promise<void>) =>
  (cx: Cx): Promise<void> =>
    withNetwork(cx, async (network) => {
      const server = serveSockets(cx, { exchange: handler, protocols: [protocol] });
      const said: Uint8Array[] = [];
      network.listen((socket) => {
        tap(socket, said);
        server.accept(socket as unknown as Socket);
      });
      const link = network.connect();
      const seen: string[] = [];
      if (protocol === "http/1.1") attend(link.near, seen);
      await act(cx, { server, link, seen, said });
      await fromPromise(cx, server.close({ timeoutMs: 1_000 }), link.near.label);
      if (server.connectionCount !== 0) throw new Error("a connection is left");
    });

function attend(socket: LabSocket, seen: string[]): void {
  socket.on("data", (chunk: Uint8Array) => void seen.push(new TextDecoder("latin1").decode(chunk)));
  socket.on("end", () => void socket.end());
  socket.on("error", () => {});
}

function tap(socket: LabSocket, said: Uint8Array[]): void {
  const write = socket.write.bind(socket);
  socket.write = (data, encoding, callback) => {
    if (typeof data !== "string") said.push(data.slice());
    return write(data, encoding, callback);
  };
}

describe("row: R9 block: SEC-BLOCK-05 HTTP/1.1 in every order", () => {
  it("a client that breaks off at any time: its handler cleans up, and is never heard twice", async () => {
    let begun = 0;
    let cleaned = 0;
    const kinds = new Set<string>();
    const handler: Handler = async (exchange) => {
      const { cx } = exchange;
      begun++;
      try {
        await cx.yield();
        exchange.sendHead({ status: 200, content: "stream" });
        await cx.yield();
        exchange.end();
      } finally {
        cleaned++;
        kinds.add(cx.cancelReason?.kind ?? "none");
        await cx.mask(() => cx.yield());
      }
    };
    const found = await search(
      program(handler, "http/1.1", async (cx, { link }) => {
        link.near.write(bytes(GET));
        await cx.yield();
        link.cut();
      }),
    );
    expect(found).toMatchObject({ complete: true, violations: [] });
    expect(found.executions).toBeGreaterThan(3);
    expect(cleaned).toBe(begun);
    expect([...kinds].toSorted()).toEqual(["linkedExit", "none"]);
  });

  it("a shutdown at any time: a request that was taken is answered, whole, once", async () => {
    const handler: Handler = async (exchange) => {
      await exchange.cx.yield();
      exchange.respond({ status: 200 }, "hello");
    };
    const found = await search(
      program(handler, "http/1.1", async (cx, { link, server, seen }) => {
        link.near.write(bytes(GET));
        await cx.yield();
        const closed = server.close({ timeoutMs: 1_000 });
        await fromPromise(cx, closed, link.near.label);
        const answers = seen.join("").split("HTTP/1.1 200").length - 1;
        const taken = server.counters.requests;
        if (answers !== taken) throw new Error(`${answers} answers to ${taken} requests`);
      }),
    );
    expect(found).toMatchObject({ complete: true, violations: [] });
    expect(found.executions).toBeGreaterThan(2);
  });

  it("a peer that is gone without a word is given up by time", async () => {
    const found = await search(
      program(
        (exchange) => exchange.respond({ status: 200 }, "hello"),
        "http/1.1",
        async (cx, { link, server }) => {
          link.silence();
          await cx.sleep(600_000);
          if (server.connectionCount !== 0) throw new Error("it is held for ever");
        },
      ),
    );
    expect(found).toMatchObject({ complete: true, violations: [] });
  });

  it("requests in pieces, over a slow network, whose writes complete in any order", async () => {
    let answered = 0;
    const handler: Handler = async (exchange) => {
      const parts: string[] = [];
      const content = exchange.content();
      for (;;) {
        const part = await fromPromise(exchange.cx, content.next(), "link:0.far");
        if (part.done === true) break;
        parts.push(new TextDecoder().decode(part.value));
      }
      exchange.respond({ status: 200 }, parts.join(""));
      answered++;
    };
    const slow = (cx: Cx): Promise<void> =>
      withNetwork(
        cx,
        async (network) => {
          const server = serveSockets(cx, { exchange: handler, protocols: ["http/1.1"] });
          network.listen((socket) => server.accept(socket as unknown as Socket));
          const { near } = network.connect();
          const seen: string[] = [];
          attend(near, seen);
          near.write(bytes("POST / HTTP/1.1\r\nhost: a\r\ncontent-length: 5\r\n\r\nhello"));
          await cx.sleep(1_000);
          if (!seen.join("").endsWith("\r\n\r\nhello"))
            throw new Error("it was not answered whole");
          near.end();
          await fromPromise(cx, server.close({ timeoutMs: 1_000 }), near.label);
        },
        { segmentBytes: 7, delayMs: 10, completes: true },
      );
    const { failure } = await sweep(slow, 50);
    expect(failure?.violation).toBeUndefined();
    expect(answered).toBe(50);
  });
});

describe("row: R9 block: SEC-BLOCK-05 two streams of HTTP/2", () => {
  it("every order of reply and reset: the stream that was given up stops, the other does not", async () => {
    const seen = new Set<string>();
    const handler: Handler = async (exchange) => {
      if (exchange.aborted) throw new Error("it begins for nobody");
      try {
        await exchange.cx.yield();
        exchange.respond({ status: 200 }, "hello");
      } finally {
        seen.add(`${exchange.head.target} ${exchange.cx.cancelReason?.kind ?? "none"}`);
      }
    };
    const found = await search(
      program(handler, "h2", async (cx, { link, said, server }) => {
        const { requests, reset } = conversation();
        link.near.write(requests);
        await cx.yield();
        link.near.write(reset);
        await fromPromise(cx, server.close({ timeoutMs: 1_000 }), "link:0.far");
        if (!endsOf(said).includes(3) && server.counters.requests === 2)
          throw new Error("the other stream was not answered");
        if (server.counters.handlerErrors > 0) throw new Error("a handler failed");
      }),
    );
    expect(found).toMatchObject({ complete: true, violations: [] });
    expect([...seen].toSorted()).toEqual(["/1 linkedExit", "/1 none", "/3 none"]);
  });

  it("every order of reply, reset and close: no answer is lost, none comes twice", async () => {
    const kinds = new Set<string>();
    const answered = new Set<string>();
    const handler: Handler = async (exchange) => {
      try {
        await exchange.cx.yield();
        exchange.respond({ status: 200 }, "hello");
      } finally {
        kinds.add(exchange.cx.cancelReason?.kind ?? "none");
      }
    };
    const found = await search(
      program(handler, "h2", async (cx, { link, said }) => {
        const { near } = link;
        const { requests, reset } = conversation();
        near.write(requests);
        await cx.withRegion({}, (region) => {
          region.spawn(async (own) => {
            await own.yield();
            near.write(reset);
          });
          region.spawn(async (own) => {
            await own.yield();
            near.end();
          });
        });
        answered.add(endsOf(said).join());
      }),
      { maxExecutions: 20_000 },
    );
    expect(found).toMatchObject({ complete: true, violations: [] });
    expect(found.executions).toBeGreaterThan(50);
    expect([...kinds].toSorted()).toEqual(["linkedExit", "none"]);
    expect([...answered].toSorted()).toEqual(["", "1", "1,3", "3"]);
  });
});

/** What a client says: that it asks on the streams 1 and 3, and that it gives up stream 1. */
function conversation(): { readonly requests: Uint8Array; readonly reset: Uint8Array } {
  const machine = new ClientConnection({ now: 0 });
  ask(machine);
  const requests = outputOf(machine);
  machine.reset(1);
  return { requests, reset: outputOf(machine) };
}

function ask(machine: ClientConnection): void {
  const request = { method: "GET", scheme: "http", authority: "a", content: "none" } as const;
  for (const stream of [1, 3]) machine.sendRequest({ ...request, path: `/${stream}` });
}

/** The streams that were answered to their end, in order; a stream twice would be a violation. */
function endsOf(said: readonly Uint8Array[]): number[] {
  const machine = new ClientConnection({ now: 0 });
  ask(machine);
  const ends: number[] = [];
  for (const chunk of said) {
    machine.receive(chunk, 0);
    for (let event = machine.next(0); event !== undefined; event = machine.next(0)) {
      if (event.type === "violation") throw new Error(event.code);
      if (event.type === "end") ends.push(event.stream);
    }
  }
  return ends.toSorted((left, right) => left - right);
}

function outputOf(machine: ClientConnection): Uint8Array {
  const pieces: number[] = [];
  for (let out = machine.takeOutput(0); out !== undefined; out = machine.takeOutput(0))
    pieces.push(...out);
  machine.outputSent(0);
  return Uint8Array.from(pieces);
}
