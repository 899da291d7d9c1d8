import { X509Certificate } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { request } from "node:https";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { connect } from "node:tls";
import { generate } from "selfsigned";
import { afterAll, describe, expect, it } from "vitest";
import { EXPIRED_CERT, EXPIRED_KEY } from "./expired-certificate.js";
import { startGuard } from "./guard-double.js";
import { run } from "./terminal-double.js";

const folder = mkdtempSync(join(tmpdir(), "wirewall-tls-"));
afterAll(() => rmSync(folder, { recursive: true }));

const pair = (): { cert: string; key: string } => {
  const names = [{ name: "commonName", value: "app.example" }];
  const options = { keySize: 2_048, algorithm: "sha256", days: 1 };
  const { cert, private: key } = generate(names, options);
  return { cert, key };
};
const own = pair();

function file(name: string, content: string): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

describe("row: U1 – wirewall guard over TLS", () => {
  it("shows a development certificate, made now, and says so", async () => {
    const guard = await startGuard("--tls", "--tls-listen", "127.0.0.1:0");
    const url = guard.line("tls");
    expect(url).toMatch(/^https:\/\/127\.0\.0\.1:\d+$/);
    expect(guard.terminal.outText).toMatch(/a development certificate .*: nobody trusts it\n/);
    expect(guard.terminal.outText).toContain(`curl --http2 -k ${url}/echo -d hello\n`);
    expect(await get(url)).toBe("Status 200.\n");
    const certificate = await certificateOf(url);
    expect(certificate.subjectAltName).toBe(
      "DNS:localhost, IP Address:127.0.0.1, IP Address:0:0:0:0:0:0:0:1",
    );
    expect(certificate.ca).toBe(false);
    const days = (Date.parse(certificate.validTo) - Date.parse(certificate.validFrom)) / 86_400_000;
    expect(Math.round(days)).toBe(30);
    const other = await startGuard("--tls-listen", "127.0.0.1:0");
    expect((await certificateOf(other.line("tls"))).fingerprint256).not.toBe(
      certificate.fingerprint256,
    );
  });

  it("shows the certificate of its files", async () => {
    const files = ["--tls-cert", file("own.crt", own.cert), "--tls-key", file("own.key", own.key)];
    const guard = await startGuard("--tls-listen", "127.0.0.1:0", ...files);
    expect((await certificateOf(guard.line("tls"))).raw).toEqual(new X509Certificate(own.cert).raw);
    expect(guard.terminal.outText).not.toContain("development");
  });

  it("without any TLS option an application of one's own is served without TLS", async () => {
    const guard = await startGuard("--upstream", "http://127.0.0.1:1");
    expect(guard.line("tls")).toBe("");
  });

  const cert = file("a.crt", own.cert);
  const key = file("a.key", own.key);
  it.each([
    [["--tls-cert", cert], /^error: --tls-cert: expected --tls-key as well\n$/],
    [["--tls-key", key], /^error: --tls-key: expected --tls-cert as well\n$/],
    [
      ["--tls", "--tls-cert", cert, "--tls-key", key],
      /^error: --tls: not together with --tls-cert/,
    ],
    [
      ["--tls-cert", join(folder, "none"), "--tls-key", key],
      /^error: --tls-cert .*none: cannot be read: no such file\n$/,
    ],
    [
      ["--tls-cert", cert, "--tls-key", folder],
      /^error: --tls-key .*: cannot be read: it is a directory\n$/,
    ],
    [
      ["--tls-cert", key, "--tls-key", key],
      /^error: --tls-cert .*a\.key: expected a certificate in PEM\n$/,
    ],
    [
      ["--tls-cert", cert, "--tls-key", cert],
      /^error: --tls-key .*a\.crt: expected a private key in PEM\n$/,
    ],
    [
      ["--tls-cert", cert, "--tls-key", file("other.key", pair().key)],
      /^error: --tls-key .*other\.key: does not belong to the certificate\n$/,
    ],
    [
      ["--tls-cert", file("late.crt", EXPIRED_CERT), "--tls-key", file("late.key", EXPIRED_KEY)],
      /^error: --tls-cert .*late\.crt: expired on [^\n]*\n$/,
    ],
    [
      ["--tls-cert", file("big.crt", "x".repeat(300_000)), "--tls-key", key],
      /^error: --tls-cert .*big\.crt: expected at most 262144 bytes\n$/,
    ],
    [["--tls-listen", "nowhere"], /^error: option '--tls-listen <addr>' argument 'nowhere' is/],
    [["--tls", "--tls-listen", "192.0.2.1:1"], /^error: --tls-listen 192\.0\.2\.1:1: not an addr/],
  ])("%j: one line, exit code 2, nothing open", async (argv, expected) => {
    const { code, stdout, stderr } = await run(["guard", "--listen", "127.0.0.1:0", ...argv]);
    expect([code, stdout]).toEqual([2, ""]);
    expect(stderr).toMatch(expected);
    expect(stderr).not.toContain("PRIVATE");
  });
});

function get(url: string): Promise<string> {
  return new Promise((resolve, reject) => {
    request(`${url}/status/200`, { rejectUnauthorized: false }, (response) => {
      let text = "";
      response.on("data", (chunk: Buffer) => (text += chunk.toString()));
      response.on("end", () => resolve(text));
    })
      .on("error", reject)
      .end();
  });
}

function certificateOf(url: string): Promise<X509Certificate> {
  return new Promise((resolve, reject) => {
    const port = Number(new URL(url).port);
    const socket = connect({ port, host: "127.0.0.1", rejectUnauthorized: false }, () => {
      const certificate = socket.getPeerX509Certificate();
      socket.destroy();
      if (certificate === undefined) reject(new Error("no certificate"));
      else resolve(certificate);
    });
    socket.on("error", reject);
  });
}
