// Authorities and redaction in a real browser: what a page's own fetch and storage do behind a grant, what is documented not
// to be covered, and a HAR file as Chromium writes it.

import { build } from "esbuild";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { chromium, type Browser, type Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { run } from "./terminal-double.js";

interface Served {
  readonly origin: string;
  readonly seen: { url: string; cookie: string | undefined }[];
  close(): void;
}

/** What the tests touch of a page. */
interface PageWindow {
  readonly localStorage: { readonly length: number; setItem(key: string, value: string): void };
  readonly navigator: { sendBeacon(url: string, content: string): boolean };
}

const packages = fileURLToPath(new URL("../../", import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "wirewall-browser-"));
let browser: Browser;
let page: Page;
let home: Served;
let other: Served;

async function serve(
  answer: (request: IncomingMessage, response: ServerResponse) => void,
): Promise<Served> {
  const seen: Served["seen"] = [];
  const server = createServer((request, response) => {
    if (request.url !== "/favicon.ico")
      seen.push({ url: request.url ?? "", cookie: request.headers.cookie });
    answer(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    seen,
    close() {
      server.closeAllConnections();
      server.close();
    },
  };
}

/** The package as one script for a page. */
async function script(): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [join(packages, "authority/src/index.ts")],
    bundle: true,
    write: false,
    format: "iife",
    globalName: "authority",
    platform: "browser",
    plugins: [
      {
        name: "sources",
        setup: (setup) =>
          setup.onResolve({ filter: /^@wirewall\// }, ({ path }) => ({
            path: join(packages, path.slice("@wirewall/".length), "src/index.ts"),
          })),
      },
    ],
  });
  return outputFiles[0]?.text ?? "";
}

beforeAll(async () => {
  const text = await script();
  home = await serve((request, response) => {
    if (request.url === "/script.js")
      response.setHeader("content-type", "text/javascript").end(text);
    else if (request.url === "/away")
      response.writeHead(302, { location: `${other.origin}/target` }).end();
    else response.setHeader("content-type", "text/html").end("<script src=/script.js></script>ok");
  });
  other = await serve((request, response) => {
    response.setHeader("access-control-allow-origin", request.headers.origin ?? home.origin);
    response.setHeader("access-control-allow-credentials", "true");
    response.setHeader("set-cookie", "sid=1; path=/");
    response.end("other");
  });
  browser = await chromium.launch({
    executablePath: process.env["CHROMIUM"] ?? "/usr/bin/chromium",
    args: [
      "--no-sandbox",
      "--disable-gpu",
      "--disable-quic",
      "--no-first-run",
      "--disable-background-networking",
    ],
  });
  page = await browser.newPage();
  await page.goto(home.origin);
});

afterAll(async () => {
  await browser.close();
  home.close();
  other.close();
  rmSync(folder, { recursive: true, force: true });
});

/** Fetches behind a grant of both origins: the text, or the code of what denied it. */
function fetched(url: string, init: object = {}, credentials = false): Promise<string> {
  const origins = [home.origin, other.origin].map((origin) => ({
    origin,
    privateAddress: true,
    credentials,
  }));
  return page.evaluate(
    async ([target, options, listed]) => {
      const { FetchGrant, browserIo } = (globalThis as never)[
        "authority"
      ] as typeof import("@wirewall/authority");
      const grant = new FetchGrant({ origins: listed, methods: ["GET", "POST"], pinning: "host" });
      try {
        const response = await browserIo(globalThis as never, { fetch: grant }).fetch?.fetch(
          target,
          options,
        );
        return (await response?.text()) ?? "nothing";
      } catch (error) {
        return (
          (error as { code?: string }).code ??
          `${(error as Error).name}: ${(error as Error).message}`
        );
      }
    },
    [url, init, origins] as const,
  );
}

describe("row: P1 threat: AU-15 fetch of a page", () => {
  it("what was granted, at home and elsewhere, and nothing else", async () => {
    expect(await fetched(`${home.origin}/x`)).toContain("ok");
    expect(await fetched(`${other.origin}/x`)).toBe("other");
    expect(await fetched(`${other.origin}/x`, { method: "DELETE" })).toBe(
      "authority.fetch.method-denied",
    );
    expect(await fetched("https://example.org/")).toBe("authority.fetch.origin-denied");
    expect(await fetched("\\\\127.0.0.1")).toBe("authority.fetch.invalid-url");
  });

  it("cookies go along only where they were granted and asked for", async () => {
    await page.evaluate(
      (url) => fetch(url, { credentials: "include" }).then((response) => response.text()),
      `${other.origin}/set`,
    );
    const sent = async (init: object, credentials: boolean): Promise<string | undefined> => {
      await fetched(`${other.origin}/look`, init, credentials);
      return other.seen.at(-1)?.cookie;
    };
    expect(await sent({}, false)).toBeUndefined();
    expect(await sent({}, true)).toBeUndefined();
    expect(await sent({ credentials: "include" }, true)).toBe("sid=1");
    expect(await fetched(`${other.origin}/look`, { credentials: "include" })).toBe(
      "authority.fetch.credentials-denied",
    );
  });

  it.each(["follow", "error", "manual"])(
    "a redirect, asked to %s, is denied, since where it leads is hidden",
    async (redirect) => {
      const before = other.seen.length;
      expect(await fetched(`${home.origin}/away`, { redirect })).toBe(
        "authority.fetch.redirect-denied",
      );
      expect(other.seen.slice(before).filter(({ url }) => url === "/target")).toEqual([]);
    },
  );

  it("no-cors and keepalive are refused", async () => {
    expect(await fetched(`${other.origin}/x`, { mode: "no-cors" })).toMatch(
      /^TypeError: fetch: mode/,
    );
    expect(await fetched(`${other.origin}/x`, { keepalive: true })).toMatch(
      /^TypeError: fetch: keepalive/,
    );
  });

  it("a grant that wants pinning does not fetch where the browser resolves", async () => {
    const code = await page.evaluate(async (origin) => {
      const { FetchGrant, browserIo } = (globalThis as never)[
        "authority"
      ] as typeof import("@wirewall/authority");
      const grant = new FetchGrant({
        origins: [{ origin, privateAddress: true }],
        methods: ["GET"],
      });
      const io = browserIo(globalThis as never, { fetch: grant });
      return io.fetch?.fetch(origin).catch((error: { code: string }) => error.code);
    }, home.origin);
    expect(code).toBe("authority.fetch.address-denied");
  });

  it("what is documented as not covered is not: the page's own fetch, and sendBeacon", async () => {
    await page.evaluate(
      (url) => fetch(url, { mode: "no-cors" }).then(() => {}),
      `${other.origin}/own-fetch`,
    );
    await page.evaluate(
      (url) => (globalThis as never as PageWindow).navigator.sendBeacon(url, "x"),
      `${other.origin}/beacon`,
    );
    await expect
      .poll(() => other.seen.map(({ url }) => url))
      .toEqual(expect.arrayContaining(["/own-fetch", "/beacon"]));
  });
});

describe("row: P2 storage of a page", () => {
  it("is kept apart by namespace, within its quota, over the page's own", async () => {
    const told = await page.evaluate(async () => {
      const { StorageGrant, browserIo } = (globalThis as never)[
        "authority"
      ] as typeof import("@wirewall/authority");
      const { localStorage } = globalThis as never as PageWindow;
      localStorage.setItem("of the page", "x");
      const options = {
        backends: ["local"],
        operations: ["get", "set", "list"],
        namespaces: ["plugin"],
        quotaBytes: 20,
      };
      const io = browserIo(globalThis as never, { storage: new StorageGrant(options as never) });
      const storage = io.storage?.storage;
      if (storage === undefined) return [];
      await storage.set("plugin", "key", "value");
      const outcome = (promise: Promise<unknown>) =>
        promise.then(
          (value) => value,
          (error: { code: string }) => error.code,
        );
      return [
        await outcome(storage.get("plugin", "key")),
        await outcome(storage.list("plugin")),
        await outcome(storage.get("other", "of the page")),
        await outcome(storage.set("plugin", "more", "x".repeat(20))),
        await outcome(storage.clear("plugin")),
        localStorage.length,
      ];
    });
    expect(told).toEqual([
      "value",
      ["key"],
      "authority.storage.namespace-denied",
      "authority.storage.quota-exceeded",
      "authority.storage.operation-denied",
      2,
    ]);
  });
});

describe("row: P3 a HAR file of Chromium", () => {
  it("leaks as it is, and comes out clean", async () => {
    const raw = join(folder, "session.har");
    const context = await browser.newContext({ recordHar: { path: raw, content: "embed" } });
    const visitor = await context.newPage();
    await visitor.goto(home.origin);
    await visitor.evaluate(
      (url) =>
        fetch(url, {
          method: "POST",
          credentials: "include",
          body: "canary-body",
          headers: { "x-custom": "canary-header" },
        })
          .then((response) => response.text())
          .catch(() => ""),
      `${home.origin}/api?token=canary-token&page=canary-page`,
    );
    await context.close();
    expect(readFileSync(raw, "utf8")).toContain("canary-body");
    const checked = await run(["redact", raw, "--check"]);
    expect(checked.code).toBe(1);
    expect(checked.stdout).toMatch(/log\.entries\.\d+\.request\.url: secret/);
    expect(checked.stdout).not.toContain("canary");
    for (const mode of ["metadata_only", "strict"]) {
      const { code, stdout } = await run(["redact", raw, "--mode", mode]);
      expect(code).toBe(0);
      expect(stdout).not.toContain("canary");
      const clean = join(folder, `${mode}.har`);
      writeFileSync(clean, stdout);
      expect(await run(["redact", clean, "--mode", mode, "--check"])).toMatchObject({
        code: 0,
        stdout: "",
      });
      const har = JSON.parse(stdout) as { log: { entries: object[] } };
      expect(har.log.entries.length).toBeGreaterThan(1);
    }
  });
});
