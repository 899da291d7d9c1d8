// The lower-level handler: whole answers, their order, and switches of protocol.

import { Fields } from "@wirewall/fields";
import { describe, expect, it } from "vitest";
import { ExchangeAborted, type Exchange } from "../src/index.js";
import { ask, eventually, fieldOf, gate, get, RawClient, statusOf } from "./raw-client.js";
import { start } from "./running.js";

describe("respond", () => {
  it("answers whole, keeps the connection, and leaves the handler's fields as they are", async () => {
    const fields = new Fields([
      ["x-a", "1"],
      ["connection", "keep-alive"],
    ]);
    const { port, counters } = await start({
      exchange: (exchange) => exchange.respond({ status: 200, fields }, exchange.head.target),
    });
    const client = await RawClient.to(port);
    await client.send("GET /1 HTTP/1.1\r\nHost: a\r\n\r\n").has("/1");
    await client.send("GET /2 HTTP/1.1\r\nHost: a\r\n\r\n").has("/2");
    const all = await client.send(get("/3")).end();
    expect(all.match(/HTTP\/1.1 200 OK/g)).toHaveLength(3);
    expect(all.match(/connection: close/g)).toHaveLength(1);
    expect(all).not.toContain("keep-alive");
    expect(fields.size).toBe(2);
    expect(counters).toMatchObject({ accepted: 1, requests: 3, aborted: 0, handlerErrors: 0 });
  });

  it("may come later than the handler returned", async () => {
    const { port } = await start({
      exchange: (exchange) => {
        setTimeout(() => exchange.respond({ status: 200 }, exchange.head.target), 2);
      },
    });
    const all = await ask(port, "GET /1 HTTP/1.1\r\nHost: a\r\n\r\n" + get("/2"));
    expect(all.match(/\/[12]/g)?.join("")).toContain("/1");
    expect(all.endsWith("/2")).toBe(true);
  });

  it("with Connection: close from the handler closes", async () => {
    const fields = new Fields([["connection", "Close"]]);
    const { port } = await start({
      exchange: (exchange) => exchange.respond({ status: 200, fields }),
    });
    expect(await ask(port, "GET / HTTP/1.1\r\nHost: a\r\n\r\n")).toContain("connection: close");
  });

  it("keeps Upgrade with 426, where it names what is asked for", async () => {
    const fields = new Fields([["upgrade", "websocket"]]);
    const { port } = await start({
      exchange: (exchange) => exchange.respond({ status: 426, fields }),
    });
    expect(fieldOf(await ask(port, get()), "upgrade")).toBe("websocket");
  });
});

describe("pipelining", () => {
  it("answers in order, whatever takes how long, and a read's worth of answers in one write", async () => {
    const { port } = await start({
      exchange: async (exchange) => {
        const { target } = exchange.head;
        if (target === "/2") await new Promise((resolve) => setTimeout(resolve, 5));
        if (target === "/3") await Promise.resolve();
        exchange.respond({ status: 200 }, `[${target}]`);
      },
    });
    const targets = ["/1", "/2", "/3", "/4", "/5"];
    const requests = targets.map((target) => `GET ${target} HTTP/1.1\r\nHost: a\r\n\r\n`).join("");
    const all = await ask(port, requests + get("/6"));
    expect(all.match(/\[..\]/g)?.join("")).toBe("[/1][/2][/3][/4][/5][/6]");
  });

  it.each([
    ["a synchronous handler", (exchange: Exchange): void => exchange.respond({ status: 200 }, "x")],
    [
      "an asynchronous handler",
      async (exchange: Exchange): Promise<void> => {
        await Promise.resolve();
        exchange.respond({ status: 200 }, "x");
      },
    ],
  ])("%s: sixteen requests of one read leave in one write", async (_name, exchange) => {
    const { port } = await start({ exchange });
    const client = await RawClient.to(port);
    let chunks = 0;
    client.socket.on("data", () => chunks++);
    client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n".repeat(16));
    await client.until(() => (client.received.match(/200 OK/g)?.length ?? 0) === 16);
    expect(chunks).toBe(1);
    client.socket.destroy();
  });

  it("of more requests than may be answered at once goes on when the answers have left", async () => {
    const { port } = await start({
      exchange: (exchange) => exchange.respond({ status: 200 }, "x"),
      limits: { maxPipelinedCount: 4 },
    });
    const all = await ask(port, "GET / HTTP/1.1\r\nHost: a\r\n\r\n".repeat(50) + get());
    expect(all.match(/200 OK/g)).toHaveLength(51);
  });

  it("does not hand out a request before the handler of the last one has returned", async () => {
    const returning = gate();
    const seen: string[] = [];
    const { port } = await start({
      exchange: async (exchange) => {
        seen.push(exchange.head.target);
        exchange.respond({ status: 200 }, exchange.head.target);
        if (exchange.head.target === "/1") await returning.promise;
      },
    });
    const client = await RawClient.to(port);
    await client
      .send("GET /1 HTTP/1.1\r\nHost: a\r\n\r\nGET /2 HTTP/1.1\r\nHost: a\r\n\r\n")
      .has("/1");
    await client.send(get("/3")).has("/1");
    expect(seen).toEqual(["/1"]);
    returning.open();
    expect(await client.end()).toMatch(/\/2.*\/3$/s);
  });
});

describe("upgrade", () => {
  const offer = get("/", "Upgrade: echo\r\n").replace("Connection: close", "Connection: upgrade");

  it("hands the socket over with what came after the request", async () => {
    const { port, counters } = await start({
      exchange: async (exchange) => {
        const { socket, head } = await exchange.upgrade({
          status: 101,
          fields: new Fields([["upgrade", "echo"]]),
        });
        socket.write(head);
        socket.pipe(socket);
        await new Promise((resolve) => socket.once("end", resolve));
      },
    });
    const client = await RawClient.to(port);
    await client.send(`${offer}early`).has("early");
    await client.send(" late").has("early late");
    expect(client.received).toMatch(/^HTTP\/1.1 101 Switching Protocols\r\n/);
    client.finish();
    await client.end();
    await eventually(() => client.closed);
    expect(counters).toMatchObject({ aborted: 0, handlerErrors: 0 });
  });

  it("makes a tunnel of CONNECT", async () => {
    const { port } = await start({
      exchange: async (exchange) => {
        const { socket, head } = await exchange.upgrade({ status: 200 });
        socket.end(Buffer.concat([head, Buffer.from(" tunnelled")]));
      },
    });
    const all = await ask(port, "CONNECT a:443 HTTP/1.1\r\nHost: a:443\r\n\r\nbytes");
    expect(all).toMatch(/^HTTP\/1.1 200 OK\r\n.*bytes tunnelled$/s);
    expect(all).not.toMatch(/content-length|transfer-encoding/i);
  });

  it("that was not offered is the handler's fault", async () => {
    const errors: unknown[] = [];
    const { port } = await start({
      exchange: async (exchange) => {
        await exchange.upgrade({ status: 101, fields: new Fields([["upgrade", "other"]]) });
      },
      onError: (error) => errors.push((error as Error).name),
    });
    expect(
      statusOf(await ask(port, offer.replace("upgrade\r\n\r\n", "upgrade, close\r\n\r\n"))),
    ).toBe(500);
    expect(errors).toEqual(["TypeError"]);
  });

  it("rejects when the exchange is cut off already", async () => {
    let name = "";
    const { port } = await start({
      exchange: async (exchange) => {
        await new Promise((resolve) => exchange.signal.addEventListener("abort", resolve));
        await eventually(() => exchange.aborted);
        await exchange.upgrade({ status: 101 }).catch((error: unknown) => {
          name = error instanceof ExchangeAborted ? error.why : "other";
        });
      },
    });
    const client = await RawClient.to(port);
    client.send(offer);
    await new Promise((resolve) => setTimeout(resolve, 5));
    client.socket.resetAndDestroy();
    await eventually(() => name !== "");
    expect(name).toBe("client-gone");
  });
});
