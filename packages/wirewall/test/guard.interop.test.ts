// Clients of others fetch the demo page through the guard (row: U1): curl, nghttp and Chromium.

import { execFile } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { describe, expect, it, onTestFinished } from "vitest";
import { startGuard } from "./guard-double.js";

const run = promisify(execFile);

async function places(): Promise<{ plain: string; tls: string }> {
  const guard = await startGuard("--tls", "--tls-listen", "127.0.0.1:0");
  return { plain: guard.url, tls: guard.line("tls") };
}

const TITLE = "<title>Wirewall guard</title>";

describe("row: U1 – the demo page, by clients of others", () => {
  it("curl: HTTP/2 by ALPN and by prior knowledge, HTTP/1.1 on both", async () => {
    const { plain, tls } = await places();
    for (const [options, via] of [
      [["--http2", "-k", tls], "2.0 wirewall"],
      [["--http2-prior-knowledge", plain], "2.0 wirewall"],
      [["--http1.1", "-k", tls], "1.1 wirewall"],
      [["--http1.1", plain], "1.1 wirewall"],
    ] as const) {
      const { stdout } = await run("curl", ["-sS", "--max-time", "20", ...options]);
      expect(stdout).toContain(TITLE);
      expect(stdout).toContain(via);
    }
  });

  it("nghttp, over TLS and without", async () => {
    const { plain, tls } = await places();
    for (const url of [tls, plain]) {
      const { stdout } = await run("nghttp", ["--timeout=20s", "--no-verify-peer", `${url}/`]);
      expect(stdout).toContain(TITLE);
      expect(stdout).toContain("2.0 wirewall");
    }
  });

  it("Chromium, over TLS", async () => {
    const { tls } = await places();
    const profile = mkdtempSync(join(tmpdir(), "wirewall-chromium-"));
    onTestFinished(() => rmSync(profile, { recursive: true, force: true }));
    const { stdout } = await run(
      process.env["CHROMIUM"] ?? "chromium",
      [
        "--headless",
        "--no-sandbox",
        "--disable-gpu",
        "--disable-quic",
        "--ignore-certificate-errors",
        "--no-first-run",
        "--disable-background-networking",
        `--user-data-dir=${profile}`,
        "--dump-dom",
        `${tls}/`,
      ],
      { timeout: 60_000 },
    );
    expect(stdout).toContain(TITLE);
    expect(stdout).toContain("2.0 wirewall");
  });
});
