// Which protocol a connection speaks, and what becomes of those that never say it (RFC 9113 §3).

import { channel } from "node:diagnostics_channel";
import type { Socket } from "node:net";
import { connect as connectTls, type ConnectionOptions } from "node:tls";
import { generate } from "selfsigned";
import { describe, expect, it } from "vitest";
import type { Server, ServeOptions } from "../src/index.js";
import { ask, echo, sessionTo } from "./http2-client.js";
import { ask as askHttp1, bodyOf, eventually, get, RawClient, statusOf } from "./raw-client.js";
import { start } from "./running.js";

const { private: key, cert } = generate([{ name: "commonName", value: "localhost" }], {
  keySize: 2_048,
});
const tls = { key, cert };

async function secure(server: Server, more: ConnectionOptions = {}): Promise<RawClient> {
  const socket = connectTls({
    port: server.port ?? 0,
    host: "127.0.0.1",
    rejectUnauthorized: false,
    ...more,
  });
  const client = new RawClient(socket);
  await new Promise<void>((resolve, reject) => {
    socket.once("secureConnect", resolve);
    socket.once("error", reject);
  });
  return client;
}

/** Both protocols are still served, and nothing else is left. */
async function servesBoth(server: Server): Promise<void> {
  const session = sessionTo(server);
  expect((await ask(session, { ":path": "/" })).text).toBe("GET / 0");
  session.destroy();
  const client = server.url.startsWith("https")
    ? await secure(server)
    : await RawClient.to(server.port);
  expect(bodyOf(await client.send(get()).end())).toBe("GET / 0");
  client.socket.destroy();
  await eventually(() => server.connectionCount === 0);
}

describe("row: U2 both protocols at once", () => {
  it.each([
    ["cleartext", {}],
    ["TLS", { tls }],
  ])("interleaved requests of both on one port, over %s", async (_name, more) => {
    const server = await start({ ...echo, ...more });
    const session = sessionTo(server);
    const answers = await Promise.all(
      Array.from({ length: 30 }, async (_, turn) => {
        if (turn % 2 === 0)
          return (await ask(session, { ":method": "POST", ":path": `/${turn}` }, "ab")).text;
        const client = "tls" in more ? await secure(server) : await RawClient.to(server.port);
        return bodyOf(await client.send(get(`/${turn}`)).end());
      }),
    );
    expect(answers).toEqual(
      answers.map((_, turn) => (turn % 2 === 0 ? `POST /${turn} 2` : `GET /${turn} 0`)),
    );
    expect(server.counters.requests).toBe(30);
  });

  it("hands every byte of HTTP/1.1 on, wherever it left the preface", async () => {
    const server = await start(echo);
    const preface = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";
    // A token that begins like the preface is a method of HTTP/1.1.
    expect(bodyOf(await askHttp1(server.port, get().replace("GET", "PRI")))).toBe("PRI / 0");
    for (let length = 0; length < preface.length; length++) {
      const client = await RawClient.to(server.port);
      client.send(preface.slice(0, length));
      await new Promise((resolve) => setImmediate(resolve));
      const status = statusOf(await client.send("\0\r\n\r\n").end());
      expect([400, 501, 505]).toContain(status);
    }
    expect(server.counters.requests).toBe(1);
  });

  it.each([["h2"], ["http/1.1"]] as const)("speaks %s alone where that is all", async (only) => {
    const server = await start({ ...echo, protocols: [only] });
    const plain = await RawClient.to(server.port);
    plain.send(get());
    await eventually(() => plain.ended || plain.closed);
    const session = sessionTo(server);
    const failed = new Promise((resolve) => session.once("error", () => resolve("refused")));
    const answer = await Promise.race([ask(session, { ":path": "/" }).then((a) => a.text), failed]);
    expect(plain.received.startsWith("HTTP/1.1 200")).toBe(only === "http/1.1");
    expect(answer === "GET / 0").toBe(only === "h2");
    plain.socket.destroy();
  });

  it("prefers what the server names first, among what the client offers", async () => {
    for (const protocols of [
      ["h2", "http/1.1"],
      ["http/1.1", "h2"],
    ] as const) {
      const server = await start({ ...echo, tls, protocols });
      const client = await secure(server, { ALPNProtocols: ["http/1.1", "h2"] });
      expect("alpnProtocol" in client.socket && client.socket.alpnProtocol).toBe(protocols[0]);
      client.socket.destroy();
    }
  });

  it.each([[[]], [["h3"]], [["h2", "h2"]], ["h2"]])("refuses protocols: %j", async (protocols) => {
    const failing = start({ ...echo, protocols } as unknown as ServeOptions);
    await expect(failing).rejects.toMatchObject({ option: "protocols" });
  });

  it("refuses extendedConnect beside fetch, and what is no boolean", async () => {
    const beside = start({ fetch: () => new Response(), extendedConnect: true });
    await expect(beside).rejects.toMatchObject({ option: "extendedConnect" });
    const wrong = start({ ...echo, extendedConnect: 1 } as unknown as ServeOptions);
    await expect(wrong).rejects.toMatchObject({ option: "extendedConnect" });
  });
});

describe("threat H2-14: whoever agrees on nothing is closed", () => {
  it("threat: H2-14 no common protocol, then silence or close", async () => {
    const server = await start({ ...echo, tls });
    for (const name of ["spdy/3", "h2c", "http/1.0"])
      await expect(secure(server, { ALPNProtocols: [name] })).rejects.toMatchObject({
        code: "ERR_SSL_TLSV1_ALERT_NO_APPLICATION_PROTOCOL",
      });
    await eventually(() => server.counters.handshakeErrors === 3);
    expect(server.counters.accepted).toBe(0);
    await servesBoth(server);
  });

  it("threat: H2-14 no ALPN: HTTP/1.1 where it is spoken, else closed", async () => {
    const both = await start({ ...echo, tls });
    expect(statusOf(await (await secure(both)).send(get()).end())).toBe(200);
    const only = await start({ ...echo, tls, protocols: ["h2"] });
    const client = await secure(only);
    await eventually(() => client.ended || client.closed);
    expect(client.received).toBe("");
    expect(only.counters).toMatchObject({ handshakeErrors: 1, accepted: 0, requests: 0 });
    expect(only.connectionCount).toBe(0);
    client.socket.destroy();
    const session = sessionTo(only);
    expect((await ask(session, { ":path": "/" })).text).toBe("GET / 0");
  });

  it("threat: H2-14 HTTP/2 was agreed on, then silence, half a preface, or close", async () => {
    const server = await start({ ...echo, tls, http2: { prefaceTimeoutMs: 40 } });
    const offer = { ALPNProtocols: ["h2"] };
    const silent = await secure(server, offer);
    const half = (await secure(server, offer)).send("PRI * HT");
    const other = (await secure(server, offer)).send(get());
    const gone = await secure(server, offer);
    gone.socket.destroy();
    for (const client of [silent, half, other]) {
      await eventually(() => client.ended || client.closed);
      client.socket.destroy();
    }
    await eventually(() => server.connectionCount === 0);
    expect(server.counters.violations.get("http2.timeout.preface")).toBe(2);
    expect(server.counters.violations.get("http2.preface.invalid")).toBe(1);
    await servesBoth(server);
  });

  it("threat: H2-14 cleartext: silence, half a preface, then silence or close", async () => {
    const seen: string[] = [];
    const server = await start({
      ...echo,
      http2: { prefaceTimeoutMs: 40 },
      limits: { headTimeoutMs: 80 },
      onViolation: ({ code }) => seen.push(code),
    });
    const silent = await RawClient.to(server.port);
    const half = (await RawClient.to(server.port)).send("PRI * HT");
    const ended = (await RawClient.to(server.port)).send("PRI * HT").finish();
    const gone = (await RawClient.to(server.port)).send("PRI * HT");
    gone.socket.resetAndDestroy();
    for (const client of [silent, half, ended]) {
      await eventually(() => client.ended || client.closed);
      client.socket.destroy();
    }
    await eventually(() => server.connectionCount === 0);
    // What half-closed was read as HTTP/1.1, whose head is cut off.
    expect(seen.filter((code) => code.startsWith("http2."))).toEqual(["http2.timeout.preface"]);
    await servesBoth(server);
  });

  it("threat: H2-14 a server that closes in between leaves nothing open", async () => {
    const server = await start(echo);
    const silent = await RawClient.to(server.port);
    const half = (await RawClient.to(server.port)).send("PRI * HT");
    await eventually(() => server.connectionCount === 2);
    await server.close({ timeoutMs: 5_000 });
    expect(server.connectionCount).toBe(0);
    silent.socket.destroy();
    half.socket.destroy();
  });
});

describe("threat H2-18: what fails early fails alone", () => {
  it.each([
    ["cleartext", {}],
    ["TLS", { tls }],
  ])("threat: H2-18 failures of accept, handshake and first read, %s", async (_name, more) => {
    const server = await start({ ...echo, ...more });
    const sockets: Socket[] = [];
    const accepted = (message: unknown): void => {
      sockets.push((message as { socket: Socket }).socket);
    };
    channel("net.server.socket").subscribe(accepted);
    try {
      for (const bytes of ["", "PRI", "\x16\x03\x01", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"]) {
        const client = (await RawClient.to(server.port)).send(bytes);
        const count = sockets.length;
        await eventually(() => sockets.length > 0 && sockets.length >= count);
        sockets.at(-1)?.destroy(new Error("injected"));
        await eventually(() => client.ended || client.closed);
        client.socket.destroy();
      }
    } finally {
      channel("net.server.socket").unsubscribe(accepted);
    }
    await eventually(() => server.connectionCount === 0);
    await servesBoth(server);
  });
});
