import { createServer as createHttpsServer } from "node:https";
import { sensitiveHeaders } from "node:http2";
import type { AddressInfo } from "node:net";
import { createServer as createTlsServer } from "node:tls";
import { describe, expect, it } from "vitest";
import { Fields, fieldName, fieldValue } from "@wirewall/fields";
import { identify, type CallHandler } from "../src/index.js";
import { CERT, KEY } from "./certificate.js";
import { cleartext, encrypted, type NodeUpstream } from "./http2-upstream.js";
import { atEnd } from "./at-end.js";
import { failure, newPool } from "./pool-fixture.js";
import { later, until } from "./raw-upstream.js";

const hello = () =>
  cleartext((stream, headers) => {
    stream.respond({ ":status": 200, "x-path": headers[":path"] });
    stream.end("hello");
  });

describe("row: U3 – which protocol is spoken (RFC 9113 §3)", () => {
  it("over TLS, the one that ALPN chose: h2", async () => {
    const { identity } = await encrypted((stream, headers) => {
      stream.respond({ ":status": 200 });
      stream.end(`${headers[":scheme"]} ${headers[":authority"]}`);
    });
    const pool = newPool();
    const response = await pool.request(identity);
    expect(response.version).toBe("2");
    expect(response.reason).toBe("");
    expect(text(await response.bytes())).toBe(`https ${identity.authority}`);
    expect(pool.counters.protocols.get("h2")).toBe(1);
  });

  it("over TLS, the one that ALPN chose: http/1.1", async () => {
    const server = createHttpsServer({ cert: CERT, key: KEY }, (_, response) => response.end("1"));
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    atEnd(() => server.close());
    const { port } = server.address() as AddressInfo;
    const upstream = { scheme: "https", host: "localhost", port, tls: { ca: CERT } } as const;
    const pool = newPool();
    const responses = await Promise.all([1, 2, 3].map(() => pool.request(upstream)));
    expect(responses.map(({ version }) => version)).toEqual(["1.1", "1.1", "1.1"]);
    for (const response of responses) expect(text(await response.bytes())).toBe("1");
    expect(pool.connectionCount).toBe(3);
    const error = await failure(pool.request({ ...upstream, protocol: "h2" }));
    expect(error.code).toMatch(/^client\.connect\.(?:tls|protocol)$/);
  });

  it("never the other one, if it was named: a peer without ALPN does not speak HTTP/2", async () => {
    const server = createTlsServer({ cert: CERT, key: KEY }, (socket) => socket.resume());
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    atEnd(() => server.close());
    const { port } = server.address() as AddressInfo;
    const upstream = { scheme: "https", host: "localhost", port, tls: { ca: CERT } } as const;
    const pool = newPool();
    const error = await failure(pool.request({ ...upstream, protocol: "h2" }));
    expect(error.code).toBe("client.connect.protocol");
    expect(pool.connectionCount).toBe(0);
  });

  it("the one that is asked for, and what asks for a tunnel goes over HTTP/1.1", async () => {
    const upstream = await encrypted((stream) => {
      stream.respond({ ":status": 200 });
      stream.end();
    }, true);
    upstream.server.on("request", (request, response) => {
      if (request.httpVersion === "1.1") response.end("1.1");
    });
    const tls = { ca: CERT };
    const place = { scheme: "https", host: "localhost", port: upstream.port, tls } as const;
    const pool = newPool();
    const old = await pool.request({ ...place, protocol: "http/1.1" });
    expect([old.version, text(await old.bytes())]).toEqual(["1.1", "1.1"]);
    const asked = await pool.request(place);
    expect(asked.version).toBe("2");
    const head = await new Promise<string>((resolve, reject) => {
      const handler: CallHandler = {
        onHead: ({ version, status }) => resolve(`${version} ${status}`),
        onContent: () => true,
        onEnd: () => {},
        onTunnel: ({ socket }) => socket.destroy(),
        onError: reject,
      };
      const fields = new Fields([
        [fieldName("host"), fieldValue("a")],
        [fieldName("connection"), fieldValue("upgrade")],
        [fieldName("upgrade"), fieldValue("websocket")],
      ]);
      const request = { method: "GET", target: "/", fields, content: "none" } as const;
      pool.dispatch(identify(place), request, handler);
      const only = identify({ ...place, protocol: "h2" });
      expect(() => pool.dispatch(only, request, handler)).toThrow(/HTTP\/2 has no upgrade/);
    });
    expect(head).toMatch(/^1\.1 /);
  });
});

describe("row: U3 – many calls on one connection", () => {
  it("a burst waits for the first connection, and all of it goes over that", async () => {
    const upstream = await hello();
    const pool = newPool();
    const paths = Array.from({ length: 80 }, (_, at) => `/${at}`);
    const seen = await Promise.all(
      paths.map(async (target) => {
        const response = await pool.request(upstream.identity, { target });
        return `${response.fields.get("x-path")} ${text(await response.bytes())}`;
      }),
    );
    expect(seen).toEqual(paths.map((path) => `${path} hello`));
    expect(upstream.sessions).toHaveLength(1);
    expect(pool.counters).toMatchObject({ opened: 1, reused: 79 });
    expect([pool.idleCount, pool.connectionCount, pool.waitingCount]).toEqual([1, 1, 0]);
  });

  it("no more than the upstream takes at once, on one connection after the other", async () => {
    let live = 0;
    let most = 0;
    const upstream = await cleartext(
      (stream) => {
        most = Math.max(most, ++live);
        setTimeout(() => {
          live--;
          stream.respond({ ":status": 200 });
          stream.end("x");
        }, 5);
      },
      { settings: { maxConcurrentStreams: 3 } },
    );
    const pool = newPool({ limits: { maxHttp2ConnectionsPerOriginCount: 2 } });
    await ask(pool, upstream);
    const answers = await Promise.all(Array.from({ length: 20 }, () => ask(pool, upstream)));
    expect(answers).toEqual(Array.from({ length: 20 }, () => "x"));
    expect(most).toBeLessThanOrEqual(6);
    expect(upstream.sessions).toHaveLength(2);
    expect(pool.counters).toMatchObject({ opened: 2, reused: 19, retried: 0 });
    expect(pool.counters.errors.size).toBe(0);
  });

  it("waiting is bounded in number and in time", async () => {
    const upstream = await cleartext(() => {}, { settings: { maxConcurrentStreams: 1 } });
    const limits = {
      maxHttp2ConnectionsPerOriginCount: 1,
      maxWaitingCount: 2,
      waitTimeoutMs: 30,
    };
    const pool = newPool({ limits });
    const first = failure(pool.request(upstream.identity));
    await until(() => pool.counters.protocols.get("h2") === 1);
    await later();
    const waiting = [1, 2, 3].map(() => failure(pool.request(upstream.identity)));
    const codes = (await Promise.all(waiting)).map(({ code }) => code).toSorted();
    expect(codes).toEqual(["client.pool.exhausted", "client.pool.timeout", "client.pool.timeout"]);
    await pool.close();
    expect((await first).code).toBe("client.pool.closed");
  });

  it("the call that a connection is opened for may leave; those that wait are served", async () => {
    const upstream = await hello();
    const pool = newPool();
    const abort = new AbortController();
    const first = failure(pool.request(upstream.identity, { signal: abort.signal }));
    const second = ask(pool, upstream);
    abort.abort();
    expect((await first).code).toBe("client.aborted");
    expect(await second).toBe("hello");
  });

  it("a pool that closes lets running calls finish, and takes nothing more", async () => {
    const upstream = await cleartext((stream) => {
      setTimeout(() => {
        stream.respond({ ":status": 200 });
        stream.end("late");
      }, 50);
    });
    const pool = newPool();
    const running = [ask(pool, upstream), ask(pool, upstream)];
    await until(() => pool.waitingCount === 0 && pool.connectionCount === 1);
    await later(10);
    const closed = pool.close({ timeoutMs: 10_000 });
    expect((await failure(pool.request(upstream.identity))).code).toBe("client.pool.closed");
    expect(await Promise.all(running)).toEqual(["late", "late"]);
    await closed;
    expect(pool.connectionCount).toBe(0);
  });

  it("an idle pool closes with GOAWAY, and leaves nothing open", async () => {
    const upstream = await hello();
    const pool = newPool();
    await ask(pool, upstream);
    let goneAway: number | undefined;
    upstream.sessions[0]?.on("goaway", (code) => {
      goneAway = code;
    });
    const closed = new Promise((resolve) => upstream.sessions[0]?.once("close", resolve));
    await pool.close();
    await closed;
    expect(goneAway).toBe(0);
    expect(pool.connectionCount).toBe(0);
  });
});

describe("row: U3 – messages over HTTP/2", () => {
  it("content both ways, as large as it is, with trailers both ways", async () => {
    const upstream = await cleartext((stream, headers) => {
      let size = 0;
      let trailers: unknown;
      stream.on("trailers", (given: Record<string, string>) => {
        trailers = given["x-sum"];
      });
      stream.on("data", (chunk: Buffer) => {
        size += chunk.length;
      });
      stream.on("end", () => {
        stream.respond(
          { ":status": 200, "x-length": `${headers["content-length"]}` },
          {
            waitForTrailers: true,
          },
        );
        stream.on("wantTrailers", () =>
          stream.sendTrailers({ "x-size": String(size), "x-seen": String(trailers) }),
        );
        stream.end(Buffer.alloc(3_000_000, "b"));
      });
    });
    const pool = newPool();
    const pieces = Array.from({ length: 50 }, () => new Uint8Array(40_000));
    const response = await pool.request(upstream.identity, {
      method: "POST",
      content: pieces,
      trailers: () => new Fields([[fieldName("x-sum"), fieldValue("7")]]),
    });
    expect(response.fields.get("x-length")).toBe("undefined");
    expect((await response.bytes()).length).toBe(3_000_000);
    expect([...(response.trailers ?? [])]).toEqual([
      ["x-size", "2000000"],
      ["x-seen", "7"],
    ]);
    expect(pool.idleCount).toBe(1);
  });

  it("HEAD, 204, 304, interim responses and what Connection names", async () => {
    const seen: unknown[] = [];
    const upstream = await cleartext((stream, headers) => {
      seen.push(Object.fromEntries(Object.entries(headers)));
      const status = Number(headers["x-status"]);
      stream.additionalHeaders({ ":status": 103, link: "</a>" });
      stream.respond({ ":status": status, "content-length": "9" }, { endStream: true });
    });
    const pool = newPool();
    const interim: number[] = [];
    for (const [method, status] of [
      ["HEAD", "200"],
      ["GET", "304"],
    ] as const) {
      const response = await pool.request(upstream.identity, {
        method,
        target: "/x?y",
        fields: [
          ["x-status", status],
          ["connection", "te, x-hop"],
          ["x-hop", "1"],
          ["keep-alive", "timeout=5"],
          ["te", "trailers"],
        ],
        onInformational: (informational) => interim.push(informational.status),
      });
      expect([response.status, response.contentLength]).toEqual([Number(status), 9]);
      expect(await response.bytes()).toHaveLength(0);
    }
    expect(interim).toEqual([103, 103]);
    expect(seen[0]).toEqual({
      ":method": "HEAD",
      ":path": "/x?y",
      ":scheme": "http",
      ":authority": upstream.identity.authority,
      "x-status": "200",
      te: "trailers",
    });
  });

  it("what cannot be sent fails alone", async () => {
    const upstream = await hello();
    const pool = newPool();
    await ask(pool, upstream);
    const error = await failure(pool.request(upstream.identity, { target: "no slash" }));
    expect(error.code).toBe("client.request.invalid");
    expect(await ask(pool, upstream)).toBe("hello");
    expect(upstream.sessions).toHaveLength(1);
  });

  it("never-indexed fields are marked on the wire and stay so", async () => {
    const upstream = await cleartext((stream, headers) => {
      const marked = (headers as { [key: symbol]: unknown })[sensitiveHeaders];
      stream.respond({ ":status": 200 });
      stream.end(JSON.stringify(marked));
    });
    const response = await newPool().request(upstream.identity, {
      fields: [
        ["x-secret", "s"],
        ["x-plain", "p"],
      ],
      sensitive: ["x-secret"],
    });
    expect(JSON.parse(text(await response.bytes()))).toEqual(["x-secret"]);
  });
});

async function ask(pool: ReturnType<typeof newPool>, upstream: NodeUpstream): Promise<string> {
  const response = await pool.request(upstream.identity);
  return text(await response.bytes());
}

function text(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString();
}
