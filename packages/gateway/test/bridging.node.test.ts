// Every version of HTTP before every version of HTTP (row: U1): the same request arrives, the same
// response comes back.

import { Fields, fieldName, fieldValue } from "@wirewall/fields";
import { createServer as createHttpServer } from "node:http";
import type { AddressInfo } from "node:net";
import type { IncomingHttpHeaders, ServerHttp2Stream } from "node:http2";
import { describe, expect, it } from "vitest";
import { Pool } from "@wirewall/client";
import { atEnd } from "../../client/test/at-end.js";
import { cleartext, encrypted } from "../../client/test/http2-upstream.js";
import { inOrder, later, OK, until } from "../../client/test/raw-upstream.js";
import { guard, rawUpstream, type Fixture } from "./fixture.js";
import { ask, sessionTo } from "./http2-client.js";

interface Seen {
  readonly method: string;
  readonly path: string;
  readonly authority: string;
  readonly fields: Readonly<Record<string, unknown>>;
  readonly size: number;
  readonly trailers: Readonly<Record<string, unknown>>;
}

const INTERIM = 103;

/** Answers with what it saw, an interim response before, and trailers after. */
async function http1Upstream(): Promise<string> {
  const server = createHttpServer((request, response) => {
    let size = 0;
    request.on("data", (chunk: Buffer) => (size += chunk.length));
    request.on("end", () => {
      const { method, url: path, trailers } = request;
      const { host: authority, ...fields } = request.headers;
      response.writeEarlyHints({ link: "</style.css>; rel=preload" });
      response.writeHead(207, {
        "x-kept": "1",
        connection: "x-hop",
        "x-hop": "1",
        trailer: "x-end",
      });
      response.write(JSON.stringify({ method, path, authority, fields, size, trailers }));
      response.addTrailers({ "x-end": "7" });
      response.end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  atEnd(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

function onStream(stream: ServerHttp2Stream, headers: IncomingHttpHeaders): void {
  let size = 0;
  let trailers: unknown = {};
  stream.on("trailers", (given: object) => (trailers = Object.fromEntries(Object.entries(given))));
  stream.on("data", (chunk: Buffer) => (size += chunk.length));
  stream.on("end", () => {
    const named = Object.entries(headers);
    const fields = Object.fromEntries(named.filter(([name]) => !name.startsWith(":")));
    const [method, path, authority] = [headers[":method"], headers[":path"], headers[":authority"]];
    stream.additionalHeaders({ ":status": INTERIM, link: "</style.css>; rel=preload" });
    stream.respond({ ":status": 207, "x-kept": "1" }, { waitForTrailers: true });
    stream.on("wantTrailers", () => stream.sendTrailers({ "x-end": "7" }));
    stream.end(JSON.stringify({ method, path, authority, fields, size, trailers }));
  });
}

const UPSTREAMS = {
  "HTTP/1.1": () => http1Upstream(),
  "HTTP/2": async () => (await cleartext(onStream)).identity,
  "HTTP/2 over TLS": async () => (await encrypted(onStream)).identity,
} as const;

interface Got {
  readonly status: number;
  readonly kept: unknown;
  readonly hop: unknown;
  readonly informational: readonly number[];
  readonly trailers: unknown;
  readonly seen: Seen;
}

const SENT = { "x-own": "1", te: "trailers", "x-forwarded-for": "6.6.6.6" } as const;
const CONTENT = [new Uint8Array(70_000), new Uint8Array(30_000)] as const;

async function overHttp2({ port }: Fixture): Promise<Got> {
  const answer = await ask(
    sessionTo(port),
    {
      ":method": "PUT",
      ":path": "/a/b?c=%20",
      ":authority": "example.org",
      ...SENT,
      cookie: ["a=1", "b=2"],
    },
    CONTENT,
    { "x-sum": "9" },
  );
  const { status, informational, trailers, text, headers } = answer;
  const [kept, hop] = [headers["x-kept"], headers["x-hop"]];
  return { status, kept, hop, informational, trailers, seen: JSON.parse(text) as Seen };
}

async function overHttp1({ port }: Fixture): Promise<Got> {
  const pool = new Pool();
  atEnd(() => pool.close());
  const informational: number[] = [];
  const response = await pool.request(`http://127.0.0.1:${port}`, {
    method: "PUT",
    target: "/a/b?c=%20",
    fields: [
      ["host", "example.org"],
      ...Object.entries(SENT),
      ["connection", "te, x-gone"],
      ["x-gone", "1"],
      ["cookie", "a=1; b=2"],
    ],
    content: CONTENT,
    trailers: () => new Fields([[fieldName("x-sum"), fieldValue("9")]]),
    onInformational: ({ status }) => informational.push(status),
  });
  const seen = JSON.parse(Buffer.from(await response.bytes()).toString()) as Seen;
  const trailers = Object.fromEntries(response.trailers ?? []);
  const { status, fields } = response;
  const [kept, hop] = [fields.get("x-kept"), fields.get("x-hop")];
  return { status, kept, hop, informational, trailers, seen };
}

const CLIENTS = { "HTTP/2": overHttp2, "HTTP/1.1": overHttp1 } as const;

describe("row: U1 – the same request and the same response, whatever each side speaks", () => {
  for (const [before, get] of Object.entries(CLIENTS))
    for (const [behind, start] of Object.entries(UPSTREAMS))
      it(`${before} before ${behind}`, async () => {
        const fixture = await guard(await start());
        const got = await get(fixture);
        expect(got.status).toBe(207);
        expect([got.kept, got.hop]).toEqual(["1", undefined]);
        expect(got.informational).toEqual([INTERIM]);
        expect(got.trailers).toEqual({ "x-end": "7" });
        const { fields, ...seen } = got.seen;
        expect(seen).toEqual({
          method: "PUT",
          path: "/a/b?c=%20",
          authority: "example.org",
          size: 100_000,
          trailers: { "x-sum": "9" },
        });
        const toHttp1 = behind === "HTTP/1.1";
        expect(fields).toEqual({
          "x-own": "1",
          cookie: "a=1; b=2",
          te: "trailers",
          ...(toHttp1 ? { connection: "te", "transfer-encoding": "chunked" } : {}),
          via: before === "HTTP/2" ? "2.0 wirewall" : "1.1 wirewall",
          forwarded: "for=127.0.0.1;proto=http;host=example.org",
          "x-forwarded-for": "127.0.0.1",
          "x-forwarded-host": "example.org",
          "x-forwarded-proto": "http",
        });
        const { gateway } = fixture;
        expect(gateway.counters.requestsByProtocol.get("h2")).toBe(before === "HTTP/2" ? 1 : 0);
        expect(gateway.counters.connectionsByProtocol.get("http/1.1")).toBe(
          before === "HTTP/2" ? 0 : 1,
        );
        expect(gateway.counters.refusals.size).toBe(0);
      });
});

describe("row: U1 – HTTP/2 before HTTP/1.1", () => {
  it("many streams go out over as many connections, and each answer finds its own", async () => {
    const { port } = await guard(await http1Upstream());
    const session = sessionTo(port);
    const paths = Array.from({ length: 60 }, (_, at) => `/${at}`);
    const answers = await Promise.all(paths.map((path) => ask(session, { ":path": path })));
    expect(answers.map(({ text }) => (JSON.parse(text) as Seen).path)).toEqual(paths);
  });

  it("crumbs of Cookie are one field, in their order (RFC 9113 §8.2.3)", async () => {
    const upstream = await rawUpstream(inOrder(OK));
    const { port } = await guard(upstream.url);
    await ask(sessionTo(port), { ":path": "/", cookie: ["a=1", "b=2", "c=3"] });
    expect(upstream.all.match(/^cookie: .*$/gim)).toEqual(["cookie: a=1; b=2; c=3"]);
  });

  it("a declared length stays one, and HEAD, 204 and 304 have no content", async () => {
    const upstream = await rawUpstream(
      inOrder(
        "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n",
        "HTTP/1.1 204 No Content\r\n\r\n",
        'HTTP/1.1 304 Not Modified\r\nETag: "a"\r\n\r\n',
        OK,
      ),
    );
    const { port } = await guard(upstream.url);
    const session = sessionTo(port);
    expect(await ask(session, { ":method": "HEAD" })).toMatchObject({
      status: 200,
      text: "",
      headers: { "content-length": "9" },
    });
    expect(await ask(session, {})).toMatchObject({ status: 204, text: "" });
    expect(await ask(session, {})).toMatchObject({ status: 304, headers: { etag: '"a"' } });
    const posted = await ask(session, { ":method": "POST", "content-length": "3" }, [
      Buffer.from("abc"),
    ]);
    expect(posted).toMatchObject({ status: 200, text: "ok" });
    expect(upstream.all).toMatch(/\r\ncontent-length: 3\r\n\r\nabc$/i);
    expect(upstream.sockets).toHaveLength(1);
  });

  it("CONNECT and TRACE are refused on their stream; the connection goes on", async () => {
    const upstream = await rawUpstream(inOrder(OK));
    const { gateway, port } = await guard(upstream.url);
    const session = sessionTo(port);
    const connect = await ask(session, { ":method": "CONNECT", ":authority": "a:1" });
    expect(connect).toMatchObject({ status: 501, text: "gateway.method.connect\n" });
    expect(connect.headers).not.toHaveProperty("connection");
    expect(await ask(session, { ":method": "TRACE" })).toMatchObject({ status: 501 });
    expect(await ask(session, {})).toMatchObject({ status: 200, text: "ok" });
    expect([...gateway.counters.refusals.keys()]).toEqual([
      "gateway.method.connect",
      "gateway.method.trace",
    ]);
  });

  it("a client that leaves a stream takes its request with it, and no other", async () => {
    const upstream = await rawUpstream((text, socket) => {
      if (text.startsWith("GET /slow")) return;
      if (text.endsWith("\r\n\r\n")) socket.write(OK);
    });
    const { gateway, port } = await guard(upstream.url);
    const session = sessionTo(port);
    const slow = session.request({ ":path": "/slow" });
    slow.on("error", () => {});
    await until(() => upstream.all.includes("GET /slow"));
    slow.close(8);
    await until(
      () => upstream.sockets[0]?.destroyed === true || upstream.sockets[0]?.readableEnded === true,
    );
    expect(await ask(session, {})).toMatchObject({ status: 200 });
    expect(gateway.counters.aborted).toBe(1);
  });

  it("an upstream that breaks off: the stream is reset, the connection goes on", async () => {
    const upstream = await rawUpstream((text, socket) => {
      if (text.includes("/cut")) socket.end("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nabc");
      else if (text.endsWith("\r\n\r\n")) socket.write(OK);
    });
    const { gateway, port } = await guard(upstream.url);
    const session = sessionTo(port);
    const cut = await ask(session, { ":path": "/cut" });
    expect(cut.code).not.toBe(0);
    expect(await ask(session, {})).toMatchObject({ status: 200, code: 0 });
    expect(gateway.counters.truncated).toBe(1);
  });

  it("an upstream that cannot be reached: 502, on its stream", async () => {
    const { port } = await guard("http://127.0.0.1:1");
    expect(await ask(sessionTo(port), {})).toMatchObject({
      status: 502,
      text: "upstream: client.connect.refused\n",
    });
  });

  it("426 has no Upgrade towards HTTP/2", async () => {
    const upstream = await rawUpstream(
      inOrder(
        "HTTP/1.1 426 Upgrade Required\r\nUpgrade: foo\r\nConnection: upgrade\r\nContent-Length: 0\r\n\r\n",
      ),
    );
    const { port } = await guard(upstream.url);
    const answer = await ask(sessionTo(port), {});
    expect(answer.status).toBe(426);
    expect(answer.headers).not.toHaveProperty("upgrade");
  });

  it("never-indexed fields stay so, both ways", async () => {
    const { sensitiveHeaders } = await import("node:http2");
    const marks: unknown[] = [];
    const upstream = await cleartext((stream, headers) => {
      marks.push((headers as { [key: symbol]: unknown })[sensitiveHeaders]);
      stream.respond({ ":status": 200, "x-token": "t", [sensitiveHeaders]: ["x-token"] });
      stream.end();
    });
    const { port } = await guard(upstream.identity);
    const session = sessionTo(port);
    const stream = session.request({ "x-secret": "s", [sensitiveHeaders]: ["x-secret"] });
    const marked = await new Promise((resolve) => {
      stream.on("response", (given) =>
        resolve((given as { [key: symbol]: unknown })[sensitiveHeaders]),
      );
      stream.resume();
    });
    expect(marks).toEqual([["x-secret"]]);
    expect(marked).toEqual(["x-token"]);
  });
});

describe("row: U1 – both sides wait for each other", () => {
  it("a client that does not read its stream stops the upstream, and other streams go on", async () => {
    let written = 0;
    const upstream = await cleartext((stream, headers) => {
      stream.respond({ ":status": 200 });
      if (headers[":path"] !== "/long") return void stream.end("ok");
      const more = (): void => {
        while (written < 8_000_000) {
          written += 20_000;
          if (!stream.write(Buffer.alloc(20_000))) return void stream.once("drain", more);
        }
        stream.end();
      };
      more();
    });
    const { port } = await guard(upstream.identity);
    const session = sessionTo(port);
    const long = session.request({ ":path": "/long" });
    await later(150);
    expect(written).toBeLessThan(2_000_000);
    expect(await ask(session, { ":path": "/" })).toMatchObject({ text: "ok" });
    let size = 0;
    long.on("data", (chunk: Buffer) => (size += chunk.length));
    await new Promise((resolve) => long.on("end", resolve));
    expect(size).toBe(8_000_000);
  });
});
