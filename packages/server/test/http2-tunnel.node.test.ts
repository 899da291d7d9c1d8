// Tunnels on streams of HTTP/2 (row: U2): CONNECT, and what RFC 8441 makes of it.

import { Fields } from "@wirewall/fields";
import { constants, type ClientHttp2Session, type ClientHttp2Stream } from "node:http2";
import type { Duplex } from "node:stream";
import { describe, expect, it } from "vitest";
import type { Exchange, Server, ServeOptions } from "../src/index.js";
import { answerOf, ask, sessionTo } from "./http2-client.js";
import { eventually, gate } from "./raw-client.js";
import { start } from "./running.js";

const WEBSOCKET = {
  ":method": "CONNECT",
  ":protocol": "websocket",
  ":scheme": "http",
  ":authority": "a.example",
  ":path": "/chat",
};

/** Accepts everything, and hands out the tunnels. */
async function tunnels(
  more: Partial<ServeOptions> = {},
): Promise<[server: Server, opened: Duplex[], exchanges: Exchange[]]> {
  const opened: Duplex[] = [];
  const exchanges: Exchange[] = [];
  const server = await start({
    exchange: async (exchange) => {
      exchanges.push(exchange);
      if (exchange.head.method !== "CONNECT") return exchange.respond({ status: 200 }, "plain");
      const fields = new Fields([["sec-websocket-protocol", "chat"]]);
      opened.push((await exchange.upgrade({ status: 200, fields })).socket);
      return undefined;
    },
    extendedConnect: true,
    ...more,
  });
  return [server, opened, exchanges];
}

async function connected(server: Server): Promise<[ClientHttp2Session, ClientHttp2Stream]> {
  const session = sessionTo(server);
  await new Promise((resolve) => session.once("remoteSettings", resolve));
  const stream = session.request(WEBSOCKET, { endStream: false });
  stream.on("error", () => {});
  await new Promise((resolve) => stream.once("response", resolve));
  return [session, stream];
}

describe("row: U2 RFC 8441 §4, §5: CONNECT with a protocol", () => {
  it("is offered where it was asked for, and refused where not", async () => {
    const [server] = await tunnels();
    const session = sessionTo(server);
    await new Promise((resolve) => session.once("remoteSettings", resolve));
    expect(session.remoteSettings.enableConnectProtocol).toBe(true);
    const [without] = await tunnels({ extendedConnect: false });
    const other = sessionTo(without);
    await new Promise((resolve) => other.once("remoteSettings", resolve));
    expect(other.remoteSettings.enableConnectProtocol).toBe(false);
  });

  it("gives a Duplex on the stream, past the handler's end, while other streams go on", async () => {
    const [server, opened, exchanges] = await tunnels();
    const [session, stream] = await connected(server);
    const { head } = exchanges[0] ?? {};
    expect(head).toMatchObject({ version: "2", protocol: "websocket", target: "/chat" });
    const [tunnel] = opened;
    tunnel?.on("data", (bytes: Buffer) => tunnel.write(bytes.toString().toUpperCase()));
    let text = "";
    stream.on("data", (bytes: Buffer) => (text += bytes.toString()));
    stream.write("hello");
    await eventually(() => text === "HELLO");
    expect((await ask(session, { ":path": "/" })).text).toBe("plain");
    stream.write(" again");
    await eventually(() => text === "HELLO AGAIN");
  });

  it("ends each direction by itself (RFC 9113 §8.5)", async () => {
    const [server, opened] = await tunnels();
    const [, stream] = await connected(server);
    const [tunnel] = opened;
    let ended = false;
    stream.on("data", () => {});
    stream.on("end", () => (ended = true));
    tunnel?.end("last");
    await eventually(() => ended);
    // Ours has ended, and theirs goes on.
    let text = "";
    tunnel?.on("data", (bytes: Buffer) => (text += bytes.toString()));
    const over = new Promise((resolve) => tunnel?.once("close", resolve));
    stream.write("still");
    await eventually(() => text === "still");
    stream.end();
    await over;
    await eventually(() => stream.closed);
    expect(stream.rstCode).toBe(constants.NGHTTP2_NO_ERROR);
    expect(server.counters.aborted).toBe(0);
  });

  it("holds a writer back that its peer does not read", async () => {
    const [server, opened] = await tunnels();
    const [, stream] = await connected(server);
    const [tunnel] = opened;
    const piece = new Uint8Array(16_384);
    for (let written = 0; written < 400; written++) tunnel?.write(piece);
    tunnel?.end();
    // The client reads nothing: what it may be sent is one window.
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(tunnel?.writableFinished).toBe(false);
    let size = 0;
    stream.on("data", (bytes: Buffer) => (size += bytes.length));
    await eventually(() => size === 400 * 16_384);
  });

  it("carries more than maxBodyBytes, which is a bound of messages", async () => {
    const [server, opened] = await tunnels({ http2: { maxBodyBytes: 1_000 } });
    const [, stream] = await connected(server);
    let size = 0;
    opened[0]?.on("data", (bytes: Buffer) => (size += bytes.length));
    stream.write(new Uint8Array(100_000));
    await eventually(() => size === 100_000);
    expect(server.counters.violations.size).toBe(0);
  });

  it("is destroyed when the client resets it, or is gone", async () => {
    const [server, opened] = await tunnels();
    const [session, stream] = await connected(server);
    stream.close(constants.NGHTTP2_CANCEL);
    await eventually(() => opened[0]?.destroyed === true);
    expect(opened[0]?.errored).toMatchObject({ code: "server.aborted", why: "client-gone" });
    expect(server.counters.aborted).toBe(1);

    const again = session.request(WEBSOCKET, { endStream: false });
    again.on("error", () => {});
    await eventually(() => opened.length === 2);
    session.destroy();
    await eventually(() => opened[1]?.destroyed === true);
    await eventually(() => server.connectionCount === 0);
  });

  it("resets the stream when it is destroyed here", async () => {
    const [server, opened] = await tunnels();
    const [session, stream] = await connected(server);
    opened[0]?.destroy();
    await eventually(() => stream.closed);
    expect(stream.rstCode).toBe(constants.NGHTTP2_CANCEL);
    expect((await ask(session, { ":path": "/" })).text).toBe("plain");
  });

  it("counts as long as it is open, and outlives the silence of a peer", async () => {
    const [server, opened] = await tunnels({
      http2: { maxConcurrentStreamCount: 1, streamStallTimeoutMs: 1_000 },
    });
    const [session, stream] = await connected(server);
    // The client knows that the tunnel is all that it may have open, and waits.
    const answer = ask(session, { ":path": "/" });
    let done = false;
    void answer.then(() => (done = true));
    await new Promise((resolve) => setTimeout(resolve, 1_300));
    expect(stream.closed).toBe(false);
    expect(done).toBe(false);
    opened[0]?.destroy();
    expect((await answer).text).toBe("plain");
  });

  it("is no more once the server has been closed", async () => {
    const [server, opened] = await tunnels();
    const [, stream] = await connected(server);
    await server.close({ timeoutMs: 20 });
    expect(opened[0]?.destroyed).toBe(true);
    await eventually(() => stream.destroyed);
  });

  it("is a UsageError for what is no CONNECT, and for a status that accepts nothing", async () => {
    const errors: unknown[] = [];
    const { promise, open } = gate();
    const server = await start({
      extendedConnect: true,
      exchange: async (exchange) => {
        const status = exchange.head.method === "CONNECT" ? 404 : 200;
        await exchange.upgrade({ status }).catch((error: unknown) => errors.push(error));
        exchange.respond({ status: 404 });
        open();
      },
    });
    const session = sessionTo(server);
    expect((await ask(session, { ":path": "/" })).headers[":status"]).toBe(404);
    await promise;
    const stream = session.request(WEBSOCKET, { endStream: false });
    expect((await answerOf(stream)).headers[":status"]).toBe(404);
    expect(errors).toHaveLength(2);
    for (const error of errors) expect((error as Error).name).toBe("UsageError");
  });
});

describe("row: U2 RFC 9113 §8.5: CONNECT to a host", () => {
  it("is a tunnel as well", async () => {
    const [server, opened, exchanges] = await tunnels();
    const session = sessionTo(server);
    const stream = session.request({ ":method": "CONNECT", ":authority": "b.example:443" });
    await eventually(() => opened.length === 1);
    expect(exchanges[0]?.head).toMatchObject({ form: "authority", target: "b.example:443" });
    let text = "";
    stream.on("data", (bytes: Buffer) => (text += bytes.toString()));
    opened[0]?.write("hi");
    await eventually(() => text === "hi");
  });

  it("is 501 in a fetch handler", async () => {
    const server = await start({ fetch: () => new Response("no") });
    const stream = sessionTo(server).request({
      ":method": "CONNECT",
      ":authority": "b.example:443",
    });
    expect((await answerOf(stream)).headers[":status"]).toBe(501);
  });
});
