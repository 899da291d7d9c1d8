// Clients by certificate: a chain that was verified is not enough, the client has to be named.

import { generate } from "selfsigned";
import { connect } from "node:tls";
import { describe, expect, it } from "vitest";
import type { ServeOptions } from "../src/index.js";
import { start } from "./running.js";

const made = (name: string): { readonly key: string; readonly cert: string } => {
  const { private: key, cert } = generate([{ name: "commonName", value: name }], {
    keySize: 2_048,
    algorithm: "sha256",
    extensions: [{ name: "subjectAltName", altNames: [{ type: 2, value: name }] }],
  });
  return { key, cert };
};
const own = made("localhost");
const client = made("client.example");

async function answered(clientIdentities: readonly string[]): Promise<boolean> {
  const server = await start({
    fetch: () => new Response("in"),
    tls: { ...own, requestCert: true, ca: client.cert, clientIdentities },
  } as ServeOptions);
  return new Promise((resolve) => {
    const socket = connect({
      ...client,
      port: server.port ?? 0,
      host: "127.0.0.1",
      servername: "localhost",
      ca: own.cert,
      ALPNProtocols: ["http/1.1"],
    });
    socket.on("secureConnect", () => socket.write("GET / HTTP/1.1\r\nHost: a\r\n\r\n"));
    socket.on("data", (bytes) => {
      resolve(bytes.toString().startsWith("HTTP/1.1 200"));
      socket.destroy();
    });
    socket.on("error", () => resolve(false));
    socket.on("close", () => resolve(false));
  });
}

describe("row: P4 clients that are named", () => {
  it("a client of the list is served", async () =>
    expect(await answered(["dns:client.example"])).toBe(true));

  it("another client of the same roots is not", async () =>
    expect(await answered(["dns:other.example"])).toBe(false));
});
