import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer as createHttpServer } from "node:http";
import { connect, createServer, type AddressInfo, type Server } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it, onTestFinished, vi } from "vitest";
import { listen } from "../src/guard/listening.js";
import { RefusalLog } from "../src/guard/refusal-log.js";
import { addressText, type ListenAddress } from "../src/options/address.js";
import { exchange, startGuard, until } from "./guard-double.js";
import { run } from "./terminal-double.js";

const folder = mkdtempSync(join(tmpdir(), "wirewall-guard-"));
afterAll(() => rmSync(folder, { recursive: true }));

const REFUSED: [name: string, message: string, code: string, status: number][] = [
  [
    "Content-Length with Transfer-Encoding",
    "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    "http1.framing.conflict",
    400,
  ],
  [
    "two different Host fields",
    "GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n",
    "http1.host.duplicate",
    400,
  ],
  ["a host with a path", "GET / HTTP/1.1\r\nHost: a b/c?d\r\n\r\n", "http1.host.syntax", 400],
  [
    "a target that disagrees with Host",
    "GET http://a/ HTTP/1.1\r\nHost: b\r\n\r\n",
    "http1.host.conflict",
    400,
  ],
  [
    "Transfer-Encoding in HTTP/1.0",
    "POST / HTTP/1.0\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    "http1.framing.version",
    400,
  ],
  [
    "an unknown expectation",
    "POST / HTTP/1.1\r\nHost: a\r\nExpect: y 100-continue\r\nContent-Length: 1\r\n\r\nx",
    "http1.expect.unknown",
    417,
  ],
  [
    "a chunk size of 17 digits",
    "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n00000000000000001\r\nx\r\n0\r\n\r\n",
    "http1.chunk.size",
    400,
  ],
];

describe("wirewall guard", () => {
  it.each(REFUSED)(
    "row: U1 – %s: answered, closed, counted once, unseen by the upstream",
    async (...row) => {
      const [, message, code, status] = row;
      const upstream = await startUpstream();
      const guard = await startGuard("--upstream", upstream.url, "--admin", "127.0.0.1:0");
      const answer = await exchange(guard.port, message);
      expect(answer).toMatch(
        new RegExp(`^HTTP/1\\.1 ${status} [\\s\\S]*\r\nconnection: close\r\n`),
      );
      expect(answer.match(/HTTP\/1\.1/g)).toHaveLength(1);
      const report = (await (await fetch(guard.line("admin"))).json()) as { refusals: object };
      expect(report.refusals).toEqual({ [code]: 1 });
      const metrics = await (await fetch(`${guard.line("admin")}/metrics`)).text();
      expect(metrics).toContain(`{code="${code}"} 1\n`);
      expect(upstream.completed).toBe(0);
      await until(() => guard.terminal.errText !== "");
      expect(guard.terminal.errText).toBe(`refused ${code}\n`);
    },
  );

  it("forwards what is in order, and says who asked", async () => {
    const upstream = await startUpstream();
    const guard = await startGuard("--upstream", upstream.url);
    expect(guard.line("upstream")).toBe(upstream.url);
    const answer = await exchange(
      guard.port,
      "GET /a?b HTTP/1.1\r\nHost: example.org\r\nX-Forwarded-For: 6.6.6.6\r\nConnection: close, x-mine\r\nX-Mine: 1\r\n\r\n",
    );
    expect(answer).toMatch(/^HTTP\/1\.1 200 OK\r\n/);
    const seen = JSON.parse(answer.slice(answer.indexOf("\r\n\r\n") + 4)) as Seen;
    expect(seen).toMatchObject({ method: "GET", url: "/a?b" });
    expect(seen.headers).toMatchObject({ host: "example.org", "x-forwarded-for": "127.0.0.1" });
    expect(seen.headers).not.toHaveProperty("x-mine");
  });

  it("answers for an upstream that is down, and says so once a second", async () => {
    const port = await freePort();
    const guard = await startGuard("--upstream", `http://127.0.0.1:${port}`);
    expect(await exchange(guard.port, "GET / HTTP/1.0\r\n\r\n")).toMatch(/^HTTP\/1\.1 502 /);
    await until(() => guard.terminal.errText !== "");
    expect(guard.terminal.errText).toMatch(/^upstream failed client\.[a-z.]+\n$/);
  });

  it("listens on a Unix socket", async () => {
    const path = join(folder, "guard.sock");
    const guard = await startGuard("--listen", `unix:${path}`);
    expect(guard.url).toBe(`unix:${path}`);
    expect(await exchange(path, "GET /status/204 HTTP/1.0\r\n\r\n")).toMatch(/^HTTP\/1\.1 204 /);
    expect(guard.line("try")).toBe(`curl --unix-socket ${path} http://localhost/echo -d hello`);
  });

  it("bounds clients by the file of limits and by the preset", async () => {
    const path = join(folder, "small.json");
    writeFileSync(path, '{"http1": {"maxBodyBytes": 4}, "server": {"maxConnectionCount": 100}}');
    const guard = await startGuard("--limits", path, "--preset", "strict");
    expect(guard.line("limits")).toBe(`preset strict, ${path}`);
    const post = (content: string) => fetch(`${guard.url}/echo`, { method: "POST", body: content });
    expect((await post("four")).status).toBe(200);
    expect((await post("fives")).status).toBe(413);
    const many = `GET /echo HTTP/1.1\r\nHost: a\r\n${"a: b\r\n".repeat(64)}\r\n`;
    expect(await exchange(guard.port, many)).toMatch(/^HTTP\/1\.1 431 /);
  });

  it("lets through to the upstream what a limit was raised for", async () => {
    const path = join(folder, "large.json");
    const limits = { maxHeaderBytes: 200_000, maxHeaderCount: 300, maxRequestLineBytes: 50_000 };
    writeFileSync(path, JSON.stringify({ http1: { ...limits, maxBodyBytes: 33_554_432 } }));
    const guard = await startGuard("--limits", path);
    const answer = await exchange(
      guard.port,
      `GET /echo?${"q".repeat(40_000)} HTTP/1.0\r\n${`a: ${"b".repeat(600)}\r\n`.repeat(290)}\r\n`,
    );
    expect(answer).toMatch(/^HTTP\/1\.1 200 /);
    const body = new Uint8Array(20_000_000);
    const long = await fetch(`${guard.url}/echo`, { method: "POST", body });
    expect(await long.json()).toMatchObject({ bytes: 20_000_000, encoding: "none", content: null });
  });

  it("lets every request through that the default limits allow", async () => {
    const guard = await startGuard();
    const full = "a: b\r\n".repeat(127);
    expect(await exchange(guard.port, `GET /echo HTTP/1.0\r\n${full}\r\n`)).toMatch(
      /^HTTP\/1\.1 200 /,
    );
    const large = `a: ${"b".repeat(65_000)}\r\n`;
    expect(await exchange(guard.port, `GET /echo HTTP/1.0\r\n${large}\r\n`)).toMatch(
      /^HTTP\/1\.1 200 /,
    );
  });
});

describe("ending the guard", () => {
  it("lets an open request finish, then ends with 0", async () => {
    const guard = await startGuard();
    const answer = fetch(`${guard.url}/delay/300`);
    await new Promise((resolve) => setTimeout(resolve, 100));
    guard.terminal.interrupt("SIGTERM");
    expect(await (await answer).text()).toBe("Waited 300 ms.\n");
    expect(await guard.ended).toBe(0);
    expect(guard.terminal.errText).toMatch(/^SIGTERM: open requests may finish/);
    await expect(fetch(guard.url)).rejects.toThrow();
  });

  it("ends at once at the second signal", async () => {
    const guard = await startGuard();
    const answer = fetch(`${guard.url}/delay/20000`).catch(() => "cut off");
    await new Promise((resolve) => setTimeout(resolve, 100));
    const start = Date.now();
    guard.terminal.interrupt("SIGINT");
    guard.terminal.interrupt("SIGINT");
    expect(await guard.ended).toBe(130);
    expect(Date.now() - start).toBeLessThan(1_000);
    void answer;
  });
});

describe("addresses that cannot be had", () => {
  it("names a busy port of the guard and of its admin address, and leaves nothing open", async () => {
    const busy = await hold();
    const free = await freePort();
    const guard = await run(["guard", "--listen", `:${busy}`]);
    expect([guard.code, guard.stdout]).toEqual([2, ""]);
    expect(guard.stderr).toBe(
      `error: --listen 127.0.0.1:${busy}: already in use (expected a free port)\n`,
    );
    const admin = await run(["guard", "--listen", `:${free}`, "--admin", `${busy}`]);
    expect([admin.code, admin.stdout]).toEqual([2, ""]);
    expect(admin.stderr).toBe(
      `error: --admin 127.0.0.1:${busy}: already in use (expected a free port)\n`,
    );
    await expect(canConnect(free)).resolves.toBe(false);
  });

  it.each([
    [["--listen", "192.0.2.1:8080"], /^error: --listen 192\.0\.2\.1:8080: not an address of this/],
    [["--listen", "unix:/nowhere/at/all.sock"], /^error: --listen unix:\/nowhere\/at\/all\.sock: /],
    [["--listen", "no-such-host.invalid:80"], /^error: --listen no-such-host\.invalid:80: /],
  ])("%j", async (argv, expected) => {
    const { code, stdout, stderr } = await run(["guard", ...argv]);
    expect([code, stdout]).toEqual([2, ""]);
    expect(stderr).toMatch(expected);
    expect(stderr).toMatch(/^[^\n]+\n$/);
  });

  it("takes the next free port only where none was named", async () => {
    const tried: string[] = [];
    const open = async (address: ListenAddress): Promise<string> => {
      tried.push(addressText(address));
      if (tried.length < 3) throw Object.assign(new Error("busy"), { code: "EADDRINUSE" });
      return "open";
    };
    expect(await listen("--listen", undefined, open)).toBe("open");
    expect(tried).toEqual([8080, 8081, 8082].map((port) => `127.0.0.1:${port}`));
    const never = (): Promise<never> =>
      Promise.reject(Object.assign(new Error("busy"), { code: "EADDRINUSE" }));
    await expect(listen("--listen", undefined, never)).rejects.toThrow(/8179: already in use/);
    const fault = (): Promise<never> => Promise.reject(new Error("a fault of ours"));
    await expect(listen("--listen", undefined, fault)).rejects.toThrow("a fault of ours");
  });
});

describe("the log of refusals", () => {
  it("writes at most one line a second, and only what has grown", () => {
    vi.useFakeTimers();
    onTestFinished(() => void vi.useRealTimers());
    const refused = new Map([["http1.host.missing", 1]]);
    const failed = new Map<string, number>();
    const lines: string[] = [];
    const log = new RefusalLog({ refused, "upstream failed": failed }, (line) => lines.push(line));
    vi.advanceTimersByTime(1_000);
    refused.set("http1.host.missing", 12_346).set("http1.chunk.size", 1);
    failed.set("client.connect", 2);
    vi.advanceTimersByTime(3_000);
    refused.set("http1.chunk.size", 3);
    log.close();
    vi.advanceTimersByTime(3_000);
    expect(lines).toEqual([
      "refused http1.host.missing",
      "refused http1.host.missing ×12,345, http1.chunk.size; upstream failed client.connect ×2",
      "refused http1.chunk.size ×2",
    ]);
  });
});

interface Seen {
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
}

/** An application of somebody else: answers with what it saw, and counts the requests that were whole. */
async function startUpstream(): Promise<{ url: string; readonly completed: number }> {
  let completed = 0;
  const server = createHttpServer((request, response) => {
    request.resume();
    request.on("end", () => {
      completed++;
      const { method, url, headers } = request;
      response.end(JSON.stringify({ method, url, headers }));
    });
  });
  onTestFinished(() => void server.close());
  return {
    url: `http://127.0.0.1:${await opened(server)}`,
    get completed() {
      return completed;
    },
  };
}

async function hold(): Promise<number> {
  const server = createServer();
  onTestFinished(() => void server.close());
  return opened(server);
}

async function freePort(): Promise<number> {
  const server = createServer();
  const port = await opened(server);
  await new Promise((resolve) => server.close(resolve));
  return port;
}

async function opened(server: Server): Promise<number> {
  server.listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  return (server.address() as AddressInfo).port;
}

function canConnect(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1");
    socket.on("connect", () => {
      socket.destroy();
      resolve(true);
    });
    socket.on("error", () => resolve(false));
  });
}
