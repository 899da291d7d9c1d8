import { createServer, type AddressInfo } from "node:net";
import { createServer as createHttpsServer, type Server } from "node:https";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Pool, type ClientError, type TlsSettings } from "../src/index.js";
import { CERT, KEY } from "./certificate.js";

const pool = new Pool();
let server: Server;
let port: number;

beforeAll(async () => {
  server = createHttpsServer({ cert: CERT, key: KEY }, (request, response) => {
    const { servername } = request.socket as unknown as { servername?: string };
    response.end(`${request.headers.host} ${servername}`);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  ({ port } = server.address() as AddressInfo);
});

afterAll(async () => {
  await pool.close();
  server.closeAllConnections();
  server.close();
});

describe("https: the certificate is always judged", () => {
  it("by the given authority and name", async () => {
    expect(await ask("localhost", { ca: CERT })).toBe(`localhost:${port} localhost`);
    expect(await ask("127.0.0.1", { ca: Buffer.from(CERT), serverName: "wirewall.test" })).toBe(
      `127.0.0.1:${port} wirewall.test`,
    );
  });

  it("a connection is used again, but not under other settings", async () => {
    const before = pool.counters.opened;
    await ask("localhost", { ca: CERT, minVersion: "TLSv1.3" });
    await ask("localhost", { ca: CERT, minVersion: "TLSv1.3" });
    expect(pool.counters.opened).toBe(before + 1);
    await ask("localhost", { ca: [CERT], minVersion: "TLSv1.3" });
    await ask("localhost", { ca: CERT });
    expect(pool.counters.opened).toBeLessThanOrEqual(before + 2);
  });

  for (const [name, host, tls] of [
    ["an authority that nobody trusts", "localhost", undefined],
    ["another name", "127.0.0.1", { ca: CERT }],
    ["another name by serverName", "localhost", { ca: CERT, serverName: "other.test" }],
    ["an authority that is none", "localhost", { ca: "-----BEGIN CERTIFICATE-----\nx" }],
    ["a key that is none", "localhost", { ca: CERT, cert: CERT, key: "nothing" }],
  ] as const)
    it(`refused: ${name}`, async () => {
      await expect(ask(host, tls)).rejects.toMatchObject({ code: "client.connect.tls" });
      expect(pool.waitingCount).toBe(0);
    });

  it("row: P4 – a key without its certificate is refused before a socket opens", async () => {
    await expect(ask("localhost", { ca: CERT, key: "S3CRET" })).rejects.toThrow(
      /^upstream: tls: cert: absent: key and cert go together \(tls\.chain\.invalid\)$/,
    );
  });

  it("row: P4 – RFC 9113 Appendix A: no suite is agreed on that HTTP/2 prohibits", async () => {
    const ciphers = "ECDHE-RSA-AES128-SHA256:AES128-GCM-SHA256";
    const options = { cert: CERT, key: KEY, maxVersion: "TLSv1.2", ciphers } as const;
    const weak = createHttpsServer(options, (_, response) => response.end());
    await new Promise<void>((resolve) => weak.listen(0, "127.0.0.1", resolve));
    const upstream = {
      scheme: "https",
      host: "localhost",
      port: (weak.address() as AddressInfo).port,
      tls: { ca: CERT },
    } as const;
    await expect(pool.request(upstream)).rejects.toMatchObject({ code: "client.connect.tls" });
    weak.close();
  });

  it("no environment variable switches it off", async () => {
    process.env["NODE_TLS_REJECT_UNAUTHORIZED"] = "0";
    try {
      await expect(ask("localhost", undefined)).rejects.toMatchObject({
        code: "client.connect.tls",
      });
    } finally {
      delete process.env["NODE_TLS_REJECT_UNAUTHORIZED"];
    }
  });

  it("a peer that hangs up in the handshake is no connection", async () => {
    const plain = createServer((socket) => socket.destroy());
    await new Promise<void>((resolve) => plain.listen(0, "127.0.0.1", resolve));
    const error = await pool
      .request({ scheme: "https", host: "localhost", port: (plain.address() as AddressInfo).port })
      .catch((reason: unknown) => reason as ClientError);
    expect(error).toMatchObject({ code: "client.connect.tls" });
    plain.close();
  });
});

async function ask(host: string, tls: TlsSettings | undefined): Promise<string> {
  const upstream = { scheme: "https", host, port, ...(tls === undefined ? {} : { tls }) } as const;
  const response = await pool.request(upstream);
  return Buffer.from(await response.bytes()).toString();
}
