// Content both ways, with back-pressure.

import { Fields, fieldName, fieldValue } from "@wirewall/fields";
import { connect } from "node:net";
import { describe, expect, it } from "vitest";
import { type Exchange } from "../src/index.js";
import { ask, bodyOf, eventually, fieldOf, gate, get, RawClient, statusOf } from "./raw-client.js";
import { start } from "./running.js";

const chunkedPost = (more = ""): string =>
  `POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n${more}\r\n`;

async function echo(exchange: Exchange): Promise<void> {
  exchange.sendHead({ status: 200, content: "stream" });
  for await (const piece of exchange.content()) {
    const wait = exchange.write(piece);
    if (wait !== undefined) await wait;
  }
  exchange.end(exchange.trailers);
}

async function readAll(exchange: Exchange): Promise<string> {
  let text = "";
  for await (const piece of exchange.content()) text += Buffer.from(piece).toString("latin1");
  return text;
}

describe("content", () => {
  it("comes in, with its trailers apart", async () => {
    let trailer: string | undefined;
    let length = 0;
    const { port } = await start({
      exchange: async (exchange) => {
        length = (await readAll(exchange)).length;
        trailer = exchange.trailers?.get("x-sum");
        exchange.respond({ status: 200 }, "done");
      },
    });
    const client = await RawClient.to(port);
    client.send(chunkedPost());
    for (let piece = 0; piece < 20; piece++) client.send("5\r\nhello\r\n");
    await client.send("0\r\nX-Sum: 42\r\n\r\n").has("done");
    expect(length).toBe(100);
    expect(trailer).toBe("42");
    expect(await client.send(get()).end()).toMatch(/done.*done/s);
  });

  it("echoed to a peer that reads slowly holds the sender back, and arrives whole", async () => {
    const total = 64 * 1_048_576;
    const { port } = await start({ exchange: echo, limits: { maxBodyBytes: total } });
    const socket = connect({ port: port ?? 0, host: "127.0.0.1" });
    let received = 0;
    socket.on("data", (chunk: Buffer) => {
      received += chunk.length;
    });
    socket.pause();
    socket.write(`POST / HTTP/1.1\r\nHost: a\r\nContent-Length: ${total}\r\n\r\n`);
    const piece = Buffer.alloc(65_536, "x");
    let sent = 0;
    const sending = (async () => {
      for (; sent < total; sent += piece.length)
        if (!socket.write(piece)) await new Promise((resolve) => socket.once("drain", resolve));
    })();
    let before = -1;
    while (before !== sent) {
      before = sent;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    // What the two sockets' kernel buffers and the server took: far from all of it.
    expect(sent).toBeLessThan(total / 2);
    socket.resume();
    await sending;
    await eventually(() => received > total);
    socket.destroy();
  });

  it("is not read from a socket whose handler does not ask for it", async () => {
    const reading = gate();
    const { port } = await start({
      exchange: async (exchange) => {
        await reading.promise;
        exchange.respond({ status: 200 }, String((await readAll(exchange)).length));
      },
      limits: { maxBodyBytes: 1e9 },
    });
    const client = await RawClient.to(port);
    const total = 16 * 1_048_576;
    client.send(
      `POST / HTTP/1.1\r\nHost: a\r\nContent-Length: ${total}\r\nConnection: close\r\n\r\n`,
    );
    const piece = Buffer.alloc(1_048_576, "x");
    for (let sent = 0; sent < total; sent += piece.length) client.send(piece);
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(client.socket.writableLength).toBeGreaterThan(total / 4);
    reading.open();
    expect(bodyOf(await client.end())).toBe(String(total));
  });

  it("waits with 100 Continue until it is pulled", async () => {
    const reading = gate();
    const { port } = await start({
      exchange: async (exchange) => {
        await reading.promise;
        exchange.respond({ status: 200 }, await readAll(exchange));
      },
    });
    const client = await RawClient.to(port);
    client.send(
      "POST / HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 5\r\nConnection: close\r\n\r\n",
    );
    await new Promise((resolve) => setTimeout(resolve, 10));
    expect(client.received).toBe("");
    reading.open();
    await client.has("HTTP/1.1 100 Continue\r\n\r\n");
    client.send("hello");
    expect(await client.end()).toMatch(
      /^HTTP\/1.1 100 Continue\r\n\r\nHTTP\/1.1 200 OK\r\n.*hello$/s,
    );
  });

  it("that was expected and is not wanted is never asked for", async () => {
    const { port } = await start({ exchange: (exchange) => exchange.respond({ status: 403 }) });
    const client = await RawClient.to(port);
    client.send("POST / HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 5\r\n\r\n");
    const all = await client.end();
    expect(statusOf(all)).toBe(403);
    expect(fieldOf(all, "connection")).toBe("close");
  });

  it("that nobody read never becomes the next request", async () => {
    const seen: string[] = [];
    const { port } = await start({
      exchange: (exchange) => {
        seen.push(exchange.head.target);
        exchange.respond({ status: 200 }, exchange.head.target);
      },
    });
    const smuggled = get("/smuggled");
    const client = await RawClient.to(port);
    client.send(
      `POST /1 HTTP/1.1\r\nHost: a\r\nContent-Length: ${smuggled.length + 1}\r\n\r\n${smuggled}`,
    );
    expect(await client.end()).toContain("connection: close");
    // What is there already is read past, and the connection persists.
    const whole = `POST /2 HTTP/1.1\r\nHost: a\r\nContent-Length: ${smuggled.length}\r\n\r\n${smuggled}`;
    expect(await ask(port, whole + get("/3"))).toMatch(/\/2HTTP\/1.1 200 OK.*\/3$/s);
    expect(seen).toEqual(["/1", "/2", "/3"]);
  });

  it("cannot be read twice at once, nor after the response", async () => {
    const names: unknown[] = [];
    const { port } = await start({
      exchange: async (exchange) => {
        const one = exchange.content();
        const first = one.next();
        names.push(
          await exchange
            .content()
            .next()
            .catch((error: unknown) => (error as Error).name),
        );
        exchange.respond({ status: 200 }, "x");
        names.push(await first.catch((error: unknown) => (error as Error).name));
        names.push(await one.next().catch((error: unknown) => (error as Error).name));
      },
    });
    await ask(port, chunkedPost());
    await eventually(() => names.length === 3);
    expect(names).toEqual(["UsageError", "UsageError", "UsageError"]);
  });
});

describe("a streamed response", () => {
  it("waits for a peer that does not read, with a bounded queue", async () => {
    let waited = 0;
    let written = 0;
    const over = gate();
    const { port } = await start({
      exchange: async (exchange) => {
        exchange.sendHead({ status: 200, content: "stream" });
        const piece = new Uint8Array(65_536);
        for (; written < 32 * 1_048_576; written += piece.length) {
          const wait = exchange.write(piece);
          if (wait === undefined) continue;
          waited++;
          await wait;
        }
        exchange.end();
        over.open();
      },
    });
    const client = await RawClient.to(port);
    client.socket.pause();
    client.send(get());
    await eventually(() => waited > 0);
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(written).toBeLessThan(16 * 1_048_576);
    client.socket.resume();
    await over.promise;
    const all = await client.end();
    expect(all.endsWith("\r\n0\r\n\r\n")).toBe(true);
    expect(all.length).toBeGreaterThan(32 * 1_048_576);
  });

  it("can say something before its head, and something after its content", async () => {
    const { port } = await start({
      exchange: (exchange) => {
        exchange.sendInformational(103, new Fields([["link", "</a>; rel=preload"]]));
        exchange.sendHead({ status: 200, reason: "Fine", content: "stream" });
        void exchange.write(Buffer.from("hello"));
        exchange.end(new Fields().append(fieldName("x-sum"), fieldValue("1")));
      },
    });
    const all = await ask(port, get());
    expect(all).toMatch(/^HTTP\/1.1 103 Early Hints\r\nlink: .*\r\n\r\nHTTP\/1.1 200 Fine\r\n/);
    expect(all.endsWith("5\r\nhello\r\n0\r\nx-sum: 1\r\n\r\n")).toBe(true);
  });

  it("to HEAD, and 304, leave without content", async () => {
    const { port } = await start({
      exchange: (exchange) => {
        const status = exchange.head.method === "HEAD" ? 200 : 304;
        exchange.sendHead({ status, content: 5 });
        void exchange.write(Buffer.from("hello"));
        exchange.end();
      },
    });
    const head = await ask(port, get().replace("GET", "HEAD"));
    expect([statusOf(head), fieldOf(head, "content-length"), bodyOf(head)]).toEqual([200, "5", ""]);
    expect(bodyOf(await ask(port, get()))).toBe("");
  });

  it.each<[string, (exchange: Exchange) => void]>([
    ["a second response", (exchange) => exchange.respond({ status: 200 })],
    ["a second head", (exchange) => exchange.sendHead({ status: 200, content: "none" })],
    ["content after the end", (exchange) => void exchange.write(new Uint8Array(1))],
    ["a second end", (exchange) => exchange.end()],
    ["news after the end", (exchange) => exchange.sendInformational(103)],
  ])("refuses %s, and the connection goes on", async (_name, misuse) => {
    const errors: unknown[] = [];
    const { port } = await start({
      exchange: (exchange) => {
        exchange.respond({ status: 200 }, exchange.head.target);
        misuse(exchange);
      },
      onError: (error) => errors.push((error as Error).name),
    });
    const all = await ask(port, "GET /1 HTTP/1.1\r\nHost: a\r\n\r\n" + get("/2"));
    expect(all).toMatch(/\/1HTTP\/1.1 200 OK.*\/2$/s);
    expect(errors).toEqual(["UsageError", "UsageError"]);
  });

  it("that its handler leaves unfinished is cut off", async () => {
    const errors: unknown[] = [];
    const { port, counters } = await start({
      exchange: async (exchange) => {
        exchange.sendHead({ status: 200, content: "stream" });
        await exchange.write(Buffer.from("hello"));
      },
      onError: (error) => errors.push((error as Error).name),
    });
    const all = await ask(port, "GET / HTTP/1.1\r\nHost: a\r\n\r\n");
    expect(all.endsWith("0\r\n\r\n")).toBe(false);
    expect(errors).toEqual(["HandlerError"]);
    expect(counters.aborted).toBe(1);
  });

  it("that only the end of the connection ends is cut off by a reset", async () => {
    const { port } = await start({
      exchange: async (exchange) => {
        exchange.sendHead({ status: 200, content: "stream" });
        await exchange.write(Buffer.from("hello"));
        await new Promise((resolve) => setTimeout(resolve, 5));
        throw new Error("failed");
      },
    });
    const client = await RawClient.to(port);
    client.send("GET / HTTP/1.0\r\n\r\n");
    await eventually(() => client.closed);
    expect(client.error?.code).toBe("ECONNRESET");
  });

  it("of an unanswered exchange whose handler has returned is 500", async () => {
    const { port } = await start({ exchange: async () => {} });
    expect(statusOf(await ask(port, get()))).toBe(500);
  });
});
