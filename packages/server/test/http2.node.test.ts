// HTTP/2 on the port of HTTP/1.1 (row: U2), asked by Node's own client and by frames made by hand.

import { generate } from "selfsigned";
import { constants } from "node:http2";
import { describe, expect, it } from "vitest";
import { ExchangeAborted, type Exchange } from "../src/index.js";
import { answerOf, ask, echo, sessionTo } from "./http2-client.js";
import { eventually, gate, get, RawClient, statusOf } from "./raw-client.js";
import { start } from "./running.js";

describe("row: U2 HTTP/2 and HTTP/1.1 on one port", () => {
  it("answers both on cleartext, the preface in one piece or byte by byte", async () => {
    const server = await start(echo);
    const session = sessionTo(server);
    expect((await ask(session, { ":path": "/a?b" })).text).toBe("GET /a?b 0");
    const plain = await RawClient.to(server.port);
    expect(await plain.send(get("/c")).end()).toContain("GET /c 0");

    const slow = await RawClient.to(server.port);
    for (const character of "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n") {
      slow.send(character);
      await new Promise((resolve) => setImmediate(resolve));
    }
    // SETTINGS of the server: its type stands in the fourth octet.
    await eventually(() => slow.received.length >= 9);
    expect(slow.received.charCodeAt(3)).toBe(0x4);
    slow.socket.destroy();
  });

  it("reads what only begins like the preface as HTTP/1.1", async () => {
    const server = await start(echo);
    const client = await RawClient.to(server.port);
    for (const piece of ["P", "RI"]) {
      client.send(piece);
      await new Promise((resolve) => setImmediate(resolve));
    }
    expect(
      statusOf(await client.send("SM / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n").end()),
    ).toBe(200);
  });

  it("closes a connection with half a preface when its time is over", async () => {
    const server = await start({ ...echo, http2: { prefaceTimeoutMs: 30 } });
    const client = await RawClient.to(server.port);
    client.send("PRI * HT");
    await eventually(() => client.ended || client.closed);
    client.socket.destroy();
    expect(server.counters.violations.get("http2.timeout.preface")).toBe(1);
    await eventually(() => server.connectionCount === 0);
  });

  it("speaks only what it is told to", async () => {
    const one = await start({ ...echo, protocols: ["http/1.1"] });
    const client = await RawClient.to(one.port);
    expect(statusOf(await client.send("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n").end())).toBe(505);
    const two = await start({ ...echo, protocols: ["h2"] });
    const other = await RawClient.to(two.port);
    other.send(get());
    await eventually(() => other.ended || other.closed);
    other.socket.destroy();
    expect(two.counters.violations.get("http2.preface.invalid")).toBe(1);
  });

  it("agrees by ALPN over TLS", async () => {
    const { private: key, cert } = generate([{ name: "commonName", value: "localhost" }], {
      keySize: 2_048,
    });
    const server = await start({
      fetch: (request, info) => new Response(`${request.url} ${info.encrypted}`),
      tls: { key, cert },
    });
    const session = sessionTo(server);
    const { text } = await ask(session, { ":path": "/x", ":authority": "a.example" });
    expect(text).toBe("https://a.example/x true");
    expect(session.alpnProtocol).toBe("h2");
  });

  it("gives a fetch handler the request, and the client its response", async () => {
    const server = await start({
      fetch: async (request) =>
        new Response(`${request.method} ${request.headers.get("cookie")} ${await request.text()}`, {
          status: 201,
          headers: { "x-a": "1", connection: "close", "set-cookie": "s=1" },
        }),
    });
    const answer = await ask(
      sessionTo(server),
      { ":method": "POST", ":path": "/", cookie: ["a=1", "b=2"] },
      "hello",
    );
    expect(answer.text).toBe("POST a=1; b=2 hello");
    expect(answer.headers).toMatchObject({ ":status": 201, "x-a": "1", "set-cookie": ["s=1"] });
    expect(answer.headers.date).toBeDefined();
    expect(answer.headers.connection).toBeUndefined();
  });

  it("says what a HEAD and a 304 have, and sends nothing of it", async () => {
    const server = await start({
      exchange: (exchange) =>
        exchange.respond({ status: exchange.head.method === "HEAD" ? 200 : 304 }, "12345"),
    });
    const session = sessionTo(server);
    const head = await ask(session, { ":method": "HEAD", ":path": "/" });
    expect(head).toMatchObject({ text: "", code: 0 });
    expect(head.headers["content-length"]).toBe("5");
    expect((await ask(session, { ":path": "/" })).headers[":status"]).toBe(304);
  });

  it("carries trailers both ways, and an interim response", async () => {
    const server = await start({
      exchange: async (exchange) => {
        exchange.sendInformational(103);
        let text = "";
        for await (const piece of exchange.content()) text += Buffer.from(piece).toString();
        exchange.sendHead({ status: 200, content: "stream" });
        exchange.write(Buffer.from(`${text} ${exchange.trailers?.get("x-sum")}`));
        const { Fields } = await import("@wirewall/fields");
        exchange.end(new Fields([["x-end", "1"]]));
      },
    });
    const stream = sessionTo(server).request(
      { ":method": "POST", ":path": "/" },
      { waitForTrailers: true },
    );
    let interim: number | undefined;
    stream.on("headers", (headers) => (interim = Number(headers[":status"])));
    stream.on("wantTrailers", () => stream.sendTrailers({ "x-sum": "7" }));
    const answer = answerOf(stream);
    stream.end("abc");
    const { text, trailers } = await answer;
    expect(text).toBe("abc 7");
    expect(trailers?.["x-end"]).toBe("1");
    expect(interim).toBe(103);
  });

  it("sends 100 Continue when content is pulled", async () => {
    const server = await start(echo);
    const stream = sessionTo(server).request({
      ":method": "POST",
      ":path": "/",
      expect: "100-continue",
    });
    const answer = answerOf(stream);
    await new Promise((resolve) => stream.once("continue", resolve));
    stream.end("abcd");
    expect((await answer).text).toBe("POST / 4");
  });
});

describe("row: U2 HTTP/2 under load and under fire", () => {
  it("serves many streams at once, and large contents both ways", async () => {
    const server = await start({
      exchange: async (exchange) => {
        exchange.sendHead({ status: 200, content: "stream" });
        for await (const piece of exchange.content()) {
          const wait = exchange.write(piece.slice());
          if (wait !== undefined) await wait;
        }
        exchange.end();
      },
    });
    const session = sessionTo(server);
    const sizes = [0, 1, 16_384, 16_385, 300_000, 3_000_000];
    const answers = await Promise.all(
      sizes.map((size) => ask(session, { ":method": "POST", ":path": "/" }, "x".repeat(size))),
    );
    expect(answers.map(({ text }) => text.length)).toEqual(sizes);
    const many = await Promise.all(
      Array.from({ length: 100 }, () => ask(session, { ":path": "/" })),
    );
    expect(many.every(({ headers }) => Number(headers[":status"]) === 200)).toBe(true);
  });

  it("lets no more come than a handler reads", async () => {
    const { promise, open } = gate();
    const server = await start({
      exchange: async (exchange) => {
        await promise;
        let size = 0;
        for await (const piece of exchange.content()) size += piece.length;
        exchange.respond({ status: 200 }, String(size));
      },
    });
    const session = sessionTo(server);
    const stream = session.request({ ":method": "POST", ":path": "/" });
    const answer = answerOf(stream);
    stream.end(new Uint8Array(4_000_000));
    await eventually(() => (stream.session?.state.remoteWindowSize ?? 1) <= 1_048_576 - 262_144);
    await new Promise((resolve) => setTimeout(resolve, 50));
    // The window of the stream is used up, and nothing of it was given back.
    expect(stream.state.localWindowSize).toBeDefined();
    expect(session.state.remoteWindowSize).toBe(1_048_576 - 262_144);
    open();
    expect((await answer).text).toBe("4000000");
  });

  it("aborts the handler of a stream that its client gave up, and of no other", async () => {
    const reasons: unknown[] = [];
    const server = await start({
      exchange: async (exchange) => {
        if (exchange.head.target === "/quick") return exchange.respond({ status: 200 }, "ok");
        await new Promise((resolve) =>
          exchange.signal.addEventListener("abort", resolve, { once: true }),
        );
        reasons.push(exchange.signal.reason);
        return undefined;
      },
    });
    const session = sessionTo(server);
    const stream = session.request({ ":path": "/slow" });
    stream.on("error", () => {});
    await eventually(() => server.counters.requests === 1);
    stream.close(constants.NGHTTP2_CANCEL);
    await eventually(() => reasons.length === 1);
    expect(reasons[0]).toBeInstanceOf(ExchangeAborted);
    expect((await ask(session, { ":path": "/quick" })).text).toBe("ok");
    expect(server.counters.aborted).toBe(1);
  });

  it("resets a stream whose response cannot be completed, and answers 500 before that", async () => {
    const errors: unknown[] = [];
    const server = await start({
      exchange: (exchange) => {
        if (exchange.head.target === "/late") {
          exchange.sendHead({ status: 200, content: "stream" });
          exchange.write(Buffer.from("some"));
        }
        throw new Error("broken");
      },
      onError: (error) => errors.push(error),
    });
    const session = sessionTo(server);
    expect((await ask(session, { ":path": "/" })).headers[":status"]).toBe(500);
    expect((await ask(session, { ":path": "/late" })).code).toBe(constants.NGHTTP2_INTERNAL_ERROR);
    expect((await ask(session, { ":path": "/" })).headers[":status"]).toBe(500);
    expect(errors).toHaveLength(3);
  });

  it("tells a request that is too large, and goes on", async () => {
    const seen: (string | undefined)[] = [];
    const server = await start({ ...echo, onViolation: ({ code }) => seen.push(code) });
    const session = sessionTo(server, { settings: {}, maxSendHeaderBlockLength: 1_000_000 });
    const large = { ":path": "/", "x-large": "y".repeat(70_000) };
    expect((await ask(session, large)).headers[":status"]).toBe(431);
    const long = { ":method": "POST", ":path": "/", "content-length": "99999999" };
    expect((await ask(session, long)).headers[":status"]).toBe(413);
    expect((await ask(session, { ":path": "/" })).text).toBe("GET / 0");
    expect(seen).toEqual(["hpack.string.bytes", "http2.body.too-large"]);
  });

  it("threat: H2-01 handlers that run count until they end, whatever became of their streams", async () => {
    let live = 0;
    let most = 0;
    const server = await start({
      exchange: async (exchange: Exchange) => {
        most = Math.max(most, ++live);
        await new Promise((resolve) => setTimeout(resolve, 200));
        live--;
        exchange.respond({ status: 200 }, "late");
      },
      http2: { maxConcurrentStreamCount: 20 },
    });
    const session = sessionTo(server);
    const closed = new Promise<number>((resolve) => session.once("goaway", resolve));
    await new Promise((resolve) => session.once("remoteSettings", resolve));
    for (let pair = 0; pair < 3_000 && !session.destroyed; pair++) {
      const stream = session.request({ ":path": "/" });
      stream.on("error", () => {});
      stream.close(constants.NGHTTP2_CANCEL);
      if (pair % 50 === 0) await new Promise((resolve) => setImmediate(resolve));
    }
    expect(await closed).toBe(constants.NGHTTP2_ENHANCE_YOUR_CALM);
    expect(most).toBeLessThanOrEqual(20);
    await eventually(() => server.connectionCount === 0);
  });

  it("finishes what runs when it is closed, and takes on nothing more", async () => {
    const { promise, open } = gate();
    const server = await start({
      exchange: async (exchange) => {
        await promise;
        exchange.respond({ status: 200 }, "done");
      },
    });
    const session = sessionTo(server);
    const answer = ask(session, { ":path": "/" });
    await eventually(() => server.counters.requests === 1);
    const closing = server.close();
    const goaway = new Promise((resolve) => session.once("goaway", resolve));
    await goaway;
    open();
    expect((await answer).text).toBe("done");
    await closing;
    expect(server.connectionCount).toBe(0);
  });

  it("ends a connection that sends garbage, with its code, and serves the next", async () => {
    const server = await start(echo);
    const client = await RawClient.to(server.port);
    client.send(`PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\x04\0\0\0\0\0${"\xff".repeat(200)}`);
    await eventually(() => client.ended || client.closed);
    client.socket.destroy();
    expect(server.counters.violations.get("http2.frame.size")).toBe(1);
    expect((await ask(sessionTo(server), { ":path": "/" })).text).toBe("GET / 0");
  });
});
