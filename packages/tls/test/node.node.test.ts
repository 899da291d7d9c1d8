// What a policy makes of real certificates, keys and handshakes (row: P4).

import { generate } from "selfsigned";
import { X509Certificate } from "node:crypto";
import { once } from "node:events";
import { connect as connectNet, type AddressInfo, type Socket } from "node:net";
import {
  connect,
  createServer,
  type ConnectionOptions,
  type Server,
  type TlsOptions as NodeOptions,
} from "node:tls";
import { describe, expect, it, onTestFinished } from "vitest";
import { limits, subjectNames, TlsPolicyError } from "@wirewall/tls";
import { checkNodeTls, keyDigest, nodeTls, refusal } from "@wirewall/tls/node";

interface AltName {
  readonly type: number;
  readonly value?: string;
  readonly ip?: string;
}

const made = (altNames: readonly AltName[], commonName = "localhost", days = 1) => {
  const { private: key, cert } = generate([{ name: "commonName", value: commonName }], {
    keySize: 2_048,
    algorithm: "sha256",
    days,
    extensions: [{ name: "subjectAltName", altNames: [...altNames] }],
  });
  return { key, cert };
};
const dns = (value: string): AltName => ({ type: 2, value });
const local = made([dns("localhost"), { type: 7, ip: "127.0.0.1" }]);
const other = made([dns("other.example")]);
const ALPN = ["h2", "http/1.1"];

async function listen(options: NodeOptions): Promise<number> {
  const server: Server = createServer(options, (socket) => socket.end("hello"));
  server.on("tlsClientError", () => {});
  server.listen(0, "127.0.0.1");
  onTestFinished(() => void server.close());
  await once(server, "listening");
  return (server.address() as AddressInfo).port;
}

/** What a client of a policy meets: "ok", or the code of what ended it. */
function visit(
  port: number,
  options: ConnectionOptions,
  servername = "localhost",
): Promise<string> {
  return new Promise((resolve) => {
    const socket = connect({ ...options, port, host: "127.0.0.1", servername });
    socket.on("secureConnect", () => {
      resolve(`ok ${socket.alpnProtocol}`);
      socket.destroy();
    });
    socket.on("error", (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message));
  });
}

describe("row: P4 certificates and keys are looked at before a socket opens", () => {
  const now = Date.now();
  const codes = (options: object, at = Date.now()): string[] =>
    checkNodeTls({ ALPNProtocols: ALPN, ...options }, at).map(
      ({ code, field }) => `${code} ${field}`,
    );

  it("a pair that belongs together is fine", () => expect(codes(local)).toEqual([]));

  it("a key of another certificate, garbage, an expired one", () => {
    expect(codes({ cert: local.cert, key: other.key })).toEqual(["tls.chain.invalid key"]);
    expect(codes({ cert: "no PEM", key: local.key })).toEqual(["tls.chain.invalid cert"]);
    expect(codes({ cert: local.cert, key: "no PEM" })).toEqual(["tls.chain.invalid key"]);
    expect(codes(local, now + 3 * 86_400_000)).toEqual(["tls.chain.invalid cert"]);
    expect(codes(local, now - 3 * 86_400_000)).toEqual(["tls.chain.invalid cert"]);
  });

  it("more certificates, or names, than allowed", () => {
    const chain = Array.from({ length: 11 }, () => local.cert).join("\n");
    expect(codes({ cert: chain, key: local.key })).toEqual(["tls.chain.invalid cert"]);
    const many = made(Array.from({ length: 257 }, (_, at) => dns(`a${at}.example`)));
    expect(codes(many)).toEqual(["tls.chain.invalid cert"]);
  });

  it("throws all findings where a policy has to be good", () => {
    expect(() => nodeTls({ cert: local.cert, key: local.key })).toThrow(TlsPolicyError);
  });
});

describe("threat: TL-02 names come from the encoding of the certificate", () => {
  const names = (pem: string) => subjectNames(new X509Certificate(pem).raw, 256);

  it("dNSName, URI and iPAddress, and never the common name", () => {
    const { cert } = made([
      dns("a.example"),
      { type: 6, value: "https://u" },
      { type: 7, ip: "::1" },
    ]);
    expect(names(cert)).toEqual({
      dns: ["a.example"],
      uris: ["https://u"],
      addresses: [[...new Array<number>(15).fill(0), 1]],
    });
    expect(names(made([dns("b.example")], "a.example").cert)?.dns).toEqual(["b.example"]);
  });

  it("a name that pretends to be several is one name, or none", () => {
    const { cert } = made([dns('evil.example", DNS:a.example')]);
    expect(names(cert)).toBeUndefined();
    expect(names(made([dns("a.example\0.evil")]).cert)).toBeUndefined();
  });

  it("any cut and any changed byte gives names or none, and never throws", () => {
    const der = new X509Certificate(local.cert).raw;
    for (let end = 0; end < der.length; end += 7) subjectNames(der.subarray(0, end), 256);
    for (let at = 0; at < der.length; at += 3) {
      const changed = Uint8Array.from(der);
      changed[at] = (changed[at] ?? 0) ^ 0xff;
      subjectNames(changed, 256);
    }
  });

  it("in a handshake, a certificate of another host ends it", async () => {
    const server = nodeTls({ ...other, ALPNProtocols: ALPN });
    const port = await listen(server.options);
    const client = nodeTls({ role: "client", ALPNProtocols: ALPN, ca: other.cert });
    expect(await visit(port, client.options)).toBe("tls.identity.mismatch");
    expect(await visit(port, client.options, "other.example")).toBe("ok h2");
  });

  it("a pin decides after the chain", async () => {
    const port = await listen(nodeTls({ ...local, ALPNProtocols: ALPN }).options);
    const good = keyDigest(new X509Certificate(local.cert));
    const client = (pin: string) =>
      nodeTls({ role: "client", ALPNProtocols: ALPN, ca: local.cert, pins: [pin] }).options;
    expect(await visit(port, client(good))).toBe("ok h2");
    expect(await visit(port, client("0".repeat(64)))).toBe("tls.pin.mismatch");
  });

  it("nothing is trusted that no root has signed", async () => {
    const port = await listen(nodeTls({ ...local, ALPNProtocols: ALPN }).options);
    const client = nodeTls({ role: "client", ALPNProtocols: ALPN, ca: other.cert });
    expect(await visit(port, client.options)).toMatch(/SELF_SIGNED|UNABLE_TO/);
  });
});

describe("row: P4 versions, suites and callbacks in a handshake", () => {
  it("TLS 1.1 and suites without ephemeral keys are not agreed on", async () => {
    const port = await listen(nodeTls({ ...local, ALPNProtocols: ALPN }).options);
    const weak = { rejectUnauthorized: false, ALPNProtocols: ALPN } as const;
    expect(await visit(port, { ...weak, minVersion: "TLSv1", maxVersion: "TLSv1.1" })).not.toMatch(
      /^ok/,
    );
    const cbc = {
      maxVersion: "TLSv1.2",
      ciphers: "ECDHE-RSA-AES128-SHA256:AES128-GCM-SHA256",
    } as const;
    expect(await visit(port, { ...weak, ...cbc })).not.toMatch(/^ok/);
    expect(await visit(port, weak)).toBe("ok h2");
  });

  it("no protocol in common is an alert (RFC 7301 §3.2)", async () => {
    const port = await listen(
      nodeTls({ ...local, ALPNProtocols: ["h2"], protocols: ["h2"] }).options,
    );
    const client = { rejectUnauthorized: false, ALPNProtocols: ["spdy/3"] };
    expect(await visit(port, client)).toMatch(/NO_APPLICATION_PROTOCOL|ALERT/);
  });

  it("a callback that throws ends its own handshake, and the next client is served", async () => {
    let calls = 0;
    const SNICallback: NodeOptions["SNICallback"] = (_name, done) => {
      if (++calls === 1) throw new Error("broken");
      done(null);
      done(null);
    };
    const port = await listen(nodeTls({ ...local, ALPNProtocols: ALPN, SNICallback }).options);
    const client = { rejectUnauthorized: false, ALPNProtocols: ALPN };
    expect(await visit(port, client)).not.toMatch(/^ok/);
    expect(await visit(port, client)).toBe("ok h2");
  });
});

describe("threat: TL-05 half handshakes have a deadline, and take no memory in advance", () => {
  it("a hello that declares 16 MB, and silence, on 300 connections", async () => {
    const options = nodeTls({ ...local, ALPNProtocols: ALPN, limits: { handshakeTimeoutMs: 300 } });
    const port = await listen(options.options);
    // A record of a handshake message that says it is 16 MiB - 1 long.
    const hello = Uint8Array.of(0x16, 3, 1, 0, 4, 1, 0xff, 0xff, 0xff);
    const before = process.memoryUsage().rss;
    const sockets: Socket[] = [];
    const closed = Array.from({ length: 300 }, async () => {
      const socket = connectNet(port, "127.0.0.1");
      socket.on("error", () => {});
      sockets.push(socket);
      socket.write(hello);
      socket.resume();
      await once(socket, "close");
    });
    await Promise.all(closed);
    // 300 times 16 MB would be 4.8 GB; what is allowed here is a hundredth of it.
    expect(process.memoryUsage().rss - before).toBeLessThan(48 * 1_048_576);
  });
});

describe("what a peer says it is is decided by bytes", () => {
  it("without an encoding there is no name", () => {
    const none = { raw: undefined } as never;
    expect(refusal("a.example", none, { pins: [], limits: limits.resolve() })).toMatchObject({
      code: "tls.identity.mismatch",
    });
  });
});

describe("row: P4 what was judged is what node:tls gets", () => {
  it("nothing that was accepted is dropped, and nothing inherited is taken", () => {
    const given = { ...local, ALPNProtocols: ALPN, sigalgs: "rsa_pss_rsae_sha256" };
    const server = { ...given, secureOptions: 0x4000, sessionTimeout: 60 };
    expect(nodeTls(server).options).toMatchObject({
      sigalgs: "rsa_pss_rsae_sha256",
      secureOptions: 0x4000,
      sessionTimeout: 60,
    });
    const hidden = Object.create(Object.defineProperty({}, "pfx", { value: "unchecked" }));
    expect(nodeTls(Object.assign(hidden, server)).options).not.toHaveProperty("pfx");
    const client = { role: "client", ALPNProtocols: ALPN, servername: "a.example" };
    expect(nodeTls(client).options).toMatchObject({ servername: "a.example" });
  });

  it("CVE-2026-21637: an SNICallback that rejects ends its handshake alone", async () => {
    const SNICallback = (): Promise<never> => Promise.reject(new Error("later"));
    const port = await listen(nodeTls({ ...local, ALPNProtocols: ALPN, SNICallback }).options);
    const { options } = nodeTls({ role: "client", ALPNProtocols: ALPN, ca: local.cert });
    expect(await visit(port, options)).not.toMatch(/^ok/);
  });
});
