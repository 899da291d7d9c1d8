import { createHash } from "node:crypto";
import type { Socket } from "node:net";
import { describe, expect, it } from "vitest";
import { guard, rawUpstream } from "./fixture.js";
import { inOrder, later, OK, until, type RawUpstream } from "../../client/test/raw-upstream.js";

const KEY = "dGhlIHNhbXBsZSBub25jZQ==";
const ACCEPT = createHash("sha1")
  .update(`${KEY}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`)
  .digest("base64");
const ASK = `GET /chat HTTP/1.1\r\nHost: a\r\nConnection: keep-alive, Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Key: ${KEY}\r\nSec-WebSocket-Version: 13\r\n\r\n`;
const SWITCH = `HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${ACCEPT}\r\n\r\n`;

describe("gateway: a switch of protocols", () => {
  it("goes both ways from then on, bytes that came early included", async () => {
    const upstream = await rawUpstream((text, socket) => {
      if (text.endsWith("\r\n\r\n")) socket.write(`${SWITCH}hello`);
      else socket.write(text.slice(-1).toUpperCase());
    });
    const { client, gateway } = await guard(upstream.url);
    const peer = client().send(`${ASK}e`);
    const text = await peer.until("helloE");
    expect(text).toBe(
      `HTTP/1.1 101 Switching Protocols\r\nupgrade: websocket\r\nsec-websocket-accept: ${ACCEPT}\r\nconnection: upgrade\r\n\r\nhelloE`,
    );
    expect(upstream.all).toMatch(/\r\nconnection: upgrade\r\nupgrade: websocket\r\n\r\ne$/);
    expect(upstream.all).toContain(`sec-websocket-key: ${KEY}`);
    await peer.send("x").until("helloEX");
    expect([gateway.counters.tunnels, gateway.counters.liveTunnels]).toEqual([1, 1]);
    expect(gateway.counters.liveRequests).toBe(0);
  });

  it("each direction ends on its own, and then the tunnel", async () => {
    const upstream = await rawUpstream(inOrder(SWITCH));
    const { client, gateway } = await guard(upstream.url);
    const peer = client().send(ASK);
    await peer.until("\r\n\r\n");
    upstream.sockets[0]?.removeAllListeners("end");
    peer.socket.end("last");
    await until(() => upstream.all.endsWith("last"));
    await until(() => upstream.sockets[0]?.readableEnded === true);
    upstream.sockets[0]?.end("bye");
    expect(await peer.ended()).toMatch(/bye$/);
    await until(() => gateway.counters.liveTunnels === 0);
  });

  for (const side of ["client", "upstream"] as const)
    it(`ends with the ${side}`, async () => {
      const upstream = await rawUpstream(inOrder(SWITCH));
      const { client, gateway } = await guard(upstream.url);
      const peer = client().send(ASK);
      await peer.until("\r\n\r\n");
      await until(() => gateway.counters.liveTunnels === 1);
      if (side === "client") peer.socket.resetAndDestroy();
      else upstream.sockets[0]?.resetAndDestroy();
      await until(() => gateway.counters.liveTunnels === 0);
      if (side === "upstream") await peer.ended();
      else await until(() => upstream.sockets[0]?.destroyed === true);
    });

  it("ends with the gateway, and when nothing passes for too long", async () => {
    const upstream = await rawUpstream(inOrder(SWITCH));
    const idle = await guard(upstream.url, { limits: { tunnelIdleTimeoutMs: 40 } });
    const peer = idle.client().send(ASK);
    await peer.until("\r\n\r\n");
    await peer.ended();
    const closed = await guard(upstream.url);
    const other = closed.client().send(ASK);
    await other.until("\r\n\r\n");
    await until(() => closed.gateway.counters.liveTunnels === 1);
    await closed.gateway.close({ timeoutMs: 0 });
    await other.ended();
  });

  it("is slow where one side is: no more is read than the other takes", async () => {
    let socketOfUpstream: Socket | undefined;
    const upstream = await rawUpstream((text, socket) => {
      socketOfUpstream = socket;
      if (text.endsWith("\r\n\r\n")) socket.write(SWITCH);
    });
    const { client } = await guard(upstream.url);
    const peer = client().send(ASK);
    await peer.until("\r\n\r\n");
    peer.socket.pause();
    let sent = 0;
    const piece = Buffer.alloc(65_536);
    const push = (): void => {
      while (sent < 128 * 1_048_576) {
        sent += piece.length;
        if (socketOfUpstream?.write(piece) !== true) {
          socketOfUpstream?.once("drain", push);
          return;
        }
      }
    };
    push();
    let last = -1;
    while (sent !== last) {
      last = sent;
      await later(100);
    }
    expect(sent).toBeLessThan(32 * 1_048_576);
  });
});

describe("gateway: no tunnel but the one that was asked for (threat: H1-20)", () => {
  it("content with the request withholds the offer", async () => {
    const { upstream, text } = await ask(
      ASK.replace("GET", "POST").replace("\r\n\r\n", "\r\nContent-Length: 3\r\n\r\nabc"),
      OK,
    );
    expect(upstream.all).not.toMatch(/upgrade/i);
    expect(text).toMatch(/\r\n\r\nok$/);
  });

  for (const protocol of ["h2c", "TLS/1.0", "HTTP/2.0", "foo"])
    it(`${protocol} is not offered on: what it carries could not be judged`, async () => {
      const { upstream } = await ask(
        `GET / HTTP/1.1\r\nHost: a\r\nConnection: Upgrade, HTTP2-Settings\r\nUpgrade: ${protocol}\r\nHTTP2-Settings: AAMAAABk\r\n\r\n`,
        OK,
      );
      expect(upstream.all).not.toMatch(/upgrade|http2-settings/i);
    });

  it("of several offers only the allowed one goes on", async () => {
    const { upstream } = await ask(
      ASK.replace("Upgrade: websocket", "Upgrade: h2c, websocket"),
      OK,
    );
    expect(upstream.all).toMatch(/\r\nupgrade: websocket\r\n/);
    expect(upstream.all).not.toContain("h2c");
  });

  it("a refused offer is a response, and both connections go on", async () => {
    const { upstream, text, peer } = await ask(ASK, OK);
    expect(text).toMatch(/^HTTP\/1\.1 200 OK/);
    peer.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
    await peer.until(/ok[^]*ok$/);
    expect(upstream.sockets).toHaveLength(1);
  });

  for (const [name, head] of [
    ["another protocol", SWITCH.replace("websocket", "h2c")],
    ["two protocols", SWITCH.replace("Upgrade: websocket", "Upgrade: websocket\r\nUpgrade: h2c")],
    ["no protocol", SWITCH.replace("Upgrade: websocket\r\n", "")],
  ] as const)
    it(`a switch to ${name} is 502`, async () => {
      const { peer, upstream } = await ask(ASK, `${head}GET /evil`);
      expect(peer.status).toBe(502);
      expect(peer.text).not.toContain("evil");
      await until(() => upstream.sockets[0]?.readableEnded === true);
    });
});

async function ask(
  request: string,
  response: string,
): Promise<{
  upstream: RawUpstream;
  text: string;
  peer: ReturnType<Awaited<ReturnType<typeof guard>>["client"]>;
}> {
  const upstream = await rawUpstream((text, socket) => {
    if (/\r\n\r\n(abc)?$/.test(text)) socket.write(response);
  });
  const { client } = await guard(upstream.url);
  const peer = client().send(request);
  await peer.until("\r\n\r\n");
  await later(20);
  return { upstream, text: peer.text, peer };
}
