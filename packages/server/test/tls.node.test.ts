// TLS: HTTP/1.1 by ALPN, and a handshake that has an owner and a deadline.

import { generate } from "selfsigned";
import { connect as connectTls, type ConnectionOptions, type TLSSocket } from "node:tls";
import { describe, expect, it } from "vitest";
import type { Server, ServeOptions } from "../src/index.js";
import { bodyOf, eventually, gate, get, RawClient, statusOf } from "./raw-client.js";
import { start } from "./running.js";

const { private: key, cert } = generate([{ name: "commonName", value: "localhost" }], {
  keySize: 2_048,
});

const startTls = (more: Partial<ServeOptions> = {}): Promise<Server> =>
  start({
    fetch: (request, info) =>
      new Response(`${request.url} ${info.encrypted} ${info.tlsVersion} ${info.serverName}`),
    tls: { key, cert },
    ...more,
  } as ServeOptions);

async function secure(server: Server, more: ConnectionOptions = {}): Promise<RawClient> {
  const socket: TLSSocket = connectTls({
    port: server.port ?? 0,
    host: "127.0.0.1",
    rejectUnauthorized: false,
    ...more,
  });
  socket.allowHalfOpen = true;
  const client = new RawClient(socket);
  await new Promise<void>((resolve, reject) => {
    socket.once("secureConnect", resolve);
    socket.once("error", reject);
  });
  return client;
}

describe("TLS", () => {
  it("serves, and its URLs say https", async () => {
    const server = await startTls();
    expect(server.url).toBe(`https://127.0.0.1:${server.port}`);
    const client = await secure(server, { servername: "a.example" });
    expect(bodyOf(await client.send(get("/p")).end())).toBe(
      "https://a.example/p true TLSv1.3 a.example",
    );
    const old = await secure(server, { maxVersion: "TLSv1.2" });
    expect(await old.send("GET / HTTP/1.0\r\n\r\n").end()).toContain(" true TLSv1.2 undefined");
  });

  it("agrees on http/1.1, and pipelines", async () => {
    const server = await startTls();
    const client = await secure(server, { ALPNProtocols: ["http/1.0", "http/1.1"] });
    expect((client.socket as TLSSocket).alpnProtocol).toBe("http/1.1");
    const all = await client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n".repeat(5) + get()).end();
    expect(all.match(/200 OK/g)).toHaveLength(6);
  });

  it("answers a client that half-closes", async () => {
    const server = await startTls({
      fetch: async () => {
        await new Promise((resolve) => setTimeout(resolve, 10));
        return new Response("late");
      },
    });
    const client = await secure(server);
    expect(bodyOf(await client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n").finish().end())).toBe(
      "late",
    );
  });

  it("streams both ways, aborts, and shuts down", async () => {
    const gone = gate();
    const server = await startTls({
      fetch: (request: Request) => {
        request.signal.addEventListener("abort", () => gone.open());
        return new Response(request.body);
      },
    });
    const client = await secure(server);
    client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1000000\r\n\r\n");
    client.send("x".repeat(999_999));
    await client.until(() => client.received.length > 999_999);
    client.socket.destroy();
    await gone.promise;
    await server.close();
  });

  it("refuses keys that are none, without showing them", async () => {
    const failing = startTls({ tls: { key: "secret", cert } });
    await expect(failing).rejects.toMatchObject({ option: "tls.key" });
    await expect(failing).rejects.not.toThrow("secret");
  });
});

describe("threat H2-14: handshakes have an owner and a deadline", () => {
  const sockets = (server: Server): number => server.connectionCount;

  it("threat: H2-14 no common protocol", async () => {
    const server = await startTls();
    await expect(secure(server, { ALPNProtocols: ["spdy/3"] })).rejects.toThrow();
    await eventually(() => server.counters.handshakeErrors === 1);
    expect(sockets(server)).toBe(0);
    expect(statusOf(await (await secure(server)).send(get()).end())).toBe(200);
  });

  it("threat: H2-14 silence, a few bytes, or another protocol", async () => {
    const server = await startTls({ handshakeTimeoutMs: 30 });
    const silent = await RawClient.to(server.port);
    const slow = (await RawClient.to(server.port)).send("\x16\x03\x01");
    const plain = (await RawClient.to(server.port)).send(get());
    await silent.end();
    await slow.end();
    await plain.end();
    await eventually(() => server.counters.handshakeErrors === 3);
    expect(sockets(server)).toBe(0);
    expect(statusOf(await (await secure(server)).send(get()).end())).toBe(200);
  });

  it("threat: H2-14 a client that leaves in between", async () => {
    const server = await startTls();
    const client = (await RawClient.to(server.port)).send("\x16\x03\x01");
    client.socket.resetAndDestroy();
    const ended = (await RawClient.to(server.port)).finish();
    await ended.end();
    await eventually(() => server.counters.handshakeErrors === 2);
    await (await secure(server)).send(get()).end();
    await server.close({ timeoutMs: 60_000 });
  });

  it("threat: H2-14 a shutdown in between", async () => {
    const server = await startTls();
    const silent = await RawClient.to(server.port);
    await new Promise((resolve) => setTimeout(resolve, 10));
    await server.close({ timeoutMs: 20 });
    await silent.end();
  });

  it("sockets in their handshake count", async () => {
    const server = await startTls({ maxConnectionCount: 1 });
    const silent = await RawClient.to(server.port);
    await new Promise((resolve) => setTimeout(resolve, 10));
    await expect(secure(server)).rejects.toThrow();
    await eventually(() => server.counters.dropped === 1);
    silent.socket.destroy();
  });
});
