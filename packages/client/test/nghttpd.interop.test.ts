// nghttpd as an upstream over HTTP/2 (row: U7, row: U3): with prior knowledge, and by ALPN over TLS.

import { generate } from "selfsigned";
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { programOf } from "../../server/test/programs.js";
import { identify, Pool, type ClientResponse, type Identity } from "../src/index.js";

const LARGE = "0123456789abcdef".repeat(40_000);

/** Starts nghttpd on a folder with two files; returns its port. */
async function startNghttpd(
  tls: { readonly key: string; readonly cert: string } | undefined,
): Promise<number> {
  const folder = mkdtempSync(join(tmpdir(), "wirewall-nghttpd-"));
  writeFileSync(join(folder, "small.txt"), "hello");
  writeFileSync(join(folder, "large.txt"), LARGE);
  const port = 20_000 + Math.floor(Math.random() * 20_000);
  const args = ["-d", folder, "-a", "127.0.0.1", "--echo-upload", String(port)];
  if (tls === undefined) args.unshift("--no-tls");
  else {
    writeFileSync(join(folder, "key.pem"), tls.key);
    writeFileSync(join(folder, "cert.pem"), tls.cert);
    args.push(join(folder, "key.pem"), join(folder, "cert.pem"));
  }
  const child = spawn(programOf("nghttpd"), args, { stdio: "ignore" });
  onTestFinished(() => {
    child.kill("SIGKILL");
    rmSync(folder, { recursive: true, force: true });
  });
  for (let attempt = 0; attempt < 100; attempt++) {
    if (await accepts(port)) return port;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error("nghttpd does not listen");
}

function accepts(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1");
    socket.on("connect", () => {
      socket.destroy();
      resolve(true);
    });
    socket.on("error", () => resolve(false));
  });
}

const textOf = async (response: ClientResponse): Promise<string> =>
  new TextDecoder().decode(await response.bytes());

async function visit(upstream: Identity): Promise<void> {
  const pool = new Pool();
  onTestFinished(() => pool.close());
  const small = await pool.request(upstream, { target: "/small.txt" });
  expect(small.version).toBe("2");
  expect(await textOf(small)).toBe("hello");
  const many = await Promise.all(
    Array.from({ length: 40 }, async () => {
      const response = await pool.request(upstream, { target: "/large.txt" });
      return (await textOf(response)) === LARGE;
    }),
  );
  expect(many).toEqual(Array.from({ length: 40 }, () => true));
  const content = new TextEncoder().encode(LARGE);
  const echoed = await pool.request(upstream, { method: "POST", target: "/", content });
  expect(await textOf(echoed)).toBe(LARGE);
  const missing = await pool.request(upstream, { target: "/none" });
  expect(missing.status).toBe(404);
  await textOf(missing);
  expect(pool.counters.opened).toBe(1);
}

describe("row: U3 nghttpd as an upstream", () => {
  it("answers many calls on one connection, with prior knowledge", async () => {
    const port = await startNghttpd(undefined);
    await visit(identify(`h2c://127.0.0.1:${port}`));
  });

  it("answers many calls on one connection, by ALPN over TLS", async () => {
    const { private: key, cert } = generate([{ name: "commonName", value: "localhost" }], {
      keySize: 2_048,
      extensions: [{ name: "subjectAltName", altNames: [{ type: 7, ip: "127.0.0.1" }] }],
    });
    const port = await startNghttpd({ key, cert });
    await visit(identify({ scheme: "https", host: "127.0.0.1", port, tls: { ca: cert } }));
  });
});
