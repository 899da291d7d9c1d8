import { connect, type ClientHttp2Session } from "node:http2";
import { describe, expect, it, onTestFinished } from "vitest";
import { exchange, startGuard, until, type Guard } from "./guard-double.js";

describe("row: U1 – wirewall guard speaks HTTP/2", () => {
  it("over TLS by ALPN, without TLS by prior knowledge, each beside HTTP/1.1", async () => {
    const guard = await startGuard(
      "--tls",
      "--tls-listen",
      "127.0.0.1:0",
      "--admin",
      "127.0.0.1:0",
    );
    for (const url of [guard.url, guard.line("tls")]) {
      const page = await get(sessionTo(url), "/");
      expect(page).toContain("<title>Wirewall guard</title>");
      expect(page).toContain("2.0 wirewall");
    }
    expect(await exchange(guard.port, "GET /status/200 HTTP/1.0\r\n\r\n")).toMatch(
      /^HTTP\/1\.1 200 /,
    );
    const report = (await (await fetch(guard.line("admin"))).json()) as Report;
    expect(report.requests.protocols).toEqual({ "http/1.0": 1, "http/1.1": 0, h2: 2 });
    expect(report.connections.protocols).toEqual({ "http/1.0": 1, "http/1.1": 0, h2: 2 });
    const metrics = await (await fetch(`${guard.line("admin")}/metrics`)).text();
    expect(metrics).toContain('wirewall_protocol_requests_total{protocol="h2"} 2\n');
  });

  it("to an application that speaks HTTP/2, by h2c://", async () => {
    const behind = await startGuard();
    const guard = await startGuard("--upstream", behind.url.replace("http:", "h2c:"));
    expect(guard.line("upstream")).toBe(behind.url.replace("http:", "h2c:"));
    const echo = JSON.parse(await get(sessionTo(guard.url), "/echo")) as { fields: string[][] };
    expect(echo.fields.find(([name]) => name === "via")?.[1]).toBe("2.0 wirewall");
    expect(echo.fields.filter(([name]) => name === "via")).toHaveLength(2);
  });

  it("limits of HTTP/2 come from the file, and a flood is refused and counted", async () => {
    const guard = await startGuard("--admin", "127.0.0.1:0");
    const session = sessionTo(guard.url);
    await get(session, "/status/200");
    const closed = new Promise((resolve) => session.on("close", resolve));
    const flood = (): void => {
      for (let count = 0; count < 200 && !session.destroyed; count++)
        session.ping(Buffer.alloc(8), () => {});
      if (!session.destroyed) setImmediate(flood);
    };
    session.on("error", () => {});
    flood();
    await closed;
    const report = (await (await fetch(guard.line("admin"))).json()) as Report;
    expect(report.refusals).toEqual({ "http2.flood.pings": 1 });
    await until(() => guard.terminal.errText !== "");
    expect(guard.terminal.errText).toBe("refused http2.flood.pings\n");
    expect(await get(sessionTo(guard.url), "/status/200")).toBe("Status 200.\n");
  });

  it("shows of a request in HTTP/2 what was removed", async () => {
    const guard = await startGuard();
    const page = await get(sessionTo(guard.url), "/", {
      "x-real-ip": "6.6.6.6",
      cookie: ["a=1", "b=2"],
    });
    expect(page).toMatch(/removed<\/span> <code>x-real-ip<\/code><\/th><td><code>6\.6\.6\.6</);
    expect(page).toMatch(/kept<\/span> <code>cookie<\/code><\/th><td><code>a=1; b=2</);
    expect(page).not.toMatch(/removed<\/span> <code>cookie/);
  });
});

interface Report {
  readonly requests: { readonly protocols: object };
  readonly connections: { readonly protocols: object };
  readonly refusals: object;
}

function sessionTo(url: Guard["url"]): ClientHttp2Session {
  const session = connect(url, { rejectUnauthorized: false });
  session.on("error", () => {});
  onTestFinished(() => session.destroy());
  return session;
}

function get(session: ClientHttp2Session, path: string, more: object = {}): Promise<string> {
  const stream = session.request({ ":path": path, ...more });
  let text = "";
  stream.on("data", (chunk: Buffer) => (text += chunk.toString()));
  return new Promise((resolve, reject) => {
    stream.on("end", () => resolve(text));
    stream.on("error", reject);
  });
}
