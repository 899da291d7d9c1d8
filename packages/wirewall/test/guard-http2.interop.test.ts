// The guard in front of its demo, visited over HTTP/2 by programs of others (row: U1, row: U7).

import { chromium, type Browser, type Page } from "playwright-core";
import { connect } from "node:http2";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { run } from "../../server/test/programs.js";
import { startGuard, type Guard } from "./guard-double.js";

/** Where the guard of a test serves TLS. */
const secureUrl = (guard: Guard): string =>
  /https:\/\/[\w.:]+/.exec(guard.terminal.outText)?.[0] ?? "";

const start = (): Promise<Guard> => startGuard("--tls", "--tls-listen", "127.0.0.1:0");

describe("row: U1 the demo page over HTTP/2", () => {
  it("curl, by ALPN and with prior knowledge", async () => {
    const guard = await start();
    const args = ["-sk", "-o", "/dev/null", "-w", "%{http_version} %{response_code}"];
    const secure = await run("curl", ["--http2", ...args, `${secureUrl(guard)}/`]);
    expect(secure.stdout).toBe("2 200");
    const plain = await run("curl", ["--http2-prior-knowledge", ...args, `${guard.url}/`]);
    expect(plain.stdout).toBe("2 200");
  });

  it("nghttp, on both addresses", async () => {
    const guard = await start();
    for (const url of [`${guard.url}/`, `${secureUrl(guard)}/`]) {
      const { stdout, code } = await run("nghttp", ["-n", "-s", url]);
      expect(code).toBe(0);
      expect(stdout).toMatch(/ 200 /);
    }
  });

  it("Node's own client", async () => {
    const guard = await start();
    for (const url of [guard.url, secureUrl(guard)]) {
      const session = connect(url, { rejectUnauthorized: false });
      const stream = session.request({ ":path": "/" });
      const status = await new Promise((resolve, reject) => {
        stream.on("response", (headers) => resolve(headers[":status"]));
        stream.on("error", reject);
        session.on("error", reject);
      });
      expect(status).toBe(200);
      session.destroy();
    }
  });
});

describe("row: U7 Chromium over HTTP/2", () => {
  let browser: Browser;
  let page: Page;

  beforeAll(async () => {
    browser = await chromium.launch({
      executablePath: process.env["CHROMIUM"] ?? "/usr/bin/chromium",
      args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--disable-background-networking"],
    });
  });

  afterAll(() => browser.close());

  const visit = async (guard: Guard, path = "/status/200"): Promise<void> => {
    page = await browser.newPage({ ignoreHTTPSErrors: true });
    const response = await page.goto(`${secureUrl(guard)}${path}`);
    expect(response?.status()).toBe(200);
  };

  it("shows the demo page, which came by h2", async () => {
    await visit(await start(), "/");
    expect(
      await page.evaluate('performance.getEntriesByType("navigation")[0].nextHopProtocol'),
    ).toBe("h2");
  });

  it("uploads, and asks for much at once", async () => {
    await visit(await start());
    const echoed = await page.evaluate(`
      fetch("/echo", { method: "POST", body: "x".repeat(500000) })
        .then((response) => response.text())
        .then((text) => text.length)
    `);
    expect(echoed).toBeGreaterThanOrEqual(500_000);
    const statuses = await page.evaluate(`
      Promise.all(Array.from({ length: 60 }, (_, at) =>
        fetch("/status/200?" + at).then((response) => response.status)))
    `);
    expect(statuses).toEqual(Array.from({ length: 60 }, () => 200));
  });

  it("gives requests up without harm to those that follow", async () => {
    await visit(await start());
    const status = await page.evaluate(`
      (async () => {
        for (let at = 0; at < 30; at++) {
          const controller = new AbortController();
          fetch("/?" + at, { signal: controller.signal }).catch(() => {});
          controller.abort();
        }
        return (await fetch("/")).status;
      })()
    `);
    expect(status).toBe(200);
  });
});
