import { createHash } from "node:crypto";
import { createServer, request as nodeRequest, Agent, type IncomingMessage } from "node:http";
import { mkdtempSync, rmSync } from "node:fs";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeEach, describe, expect, it } from "vitest";
import { atEnd } from "../../client/test/at-end.js";
import { guard } from "./fixture.js";

let upstream: string;
let agent: Agent;

beforeEach(async () => {
  const server = createServer((request, response) => {
    const hash = createHash("sha256");
    let size = 0;
    request.on("data", (chunk: Buffer) => {
      size += chunk.length;
      hash.update(chunk);
    });
    request.on("end", () => {
      response.setHeader("x-size", size);
      response.setHeader("x-hash", hash.digest("hex"));
      const [, kind, count] = /^\/(\w+)\/?(\d+)?/.exec(request.url ?? "") ?? [];
      const content = Buffer.alloc(Number(count ?? 0), "abcdefg");
      if (kind === "length") response.setHeader("content-length", content.length).end(content);
      else if (kind === "chunked") {
        response.setHeader("trailer", "x-trailer");
        response.write(content.subarray(0, content.length >> 1));
        response.write(content.subarray(content.length >> 1));
        response.addTrailers({ "x-trailer": "t" });
        response.end();
      } else if (kind === "status") response.writeHead(Number(count)).end();
      else response.end("?");
    });
  });
  server.keepAliveTimeout = 50;
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  upstream = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  atEnd(() => server.closeAllConnections());
  atEnd(() => server.close());
  agent = new Agent({ keepAlive: true, maxSockets: 8 });
  atEnd(() => agent.destroy());
});

describe("gateway between node:http and node:http", () => {
  it("600 requests of all kinds, each answered by its own response", async () => {
    // The upstream closes idle connections early, so that some requests meet a closing one.
    const { port, gateway } = await guard(upstream, {
      pool: { idleTimeoutMs: 30, maxConnectionsPerOriginCount: 5 },
    });
    const kinds = ["length", "chunked"];
    await Promise.all(
      Array.from({ length: 600 }, async (_, number) => {
        const size = [0, 1, 4_095, 4_096, 65_537, 300_000][number % 6] ?? 0;
        const upload = [0, 5, 70_000][number % 3] ?? 0;
        const method = upload === 0 ? ["GET", "HEAD", "DELETE"][(number % 9) % 3] : "PUT";
        const content = Buffer.alloc(upload, String(number));
        const chunked = number % 2 === 0;
        const answer = await send(
          port,
          method ?? "GET",
          `/${kinds[number % 2]}/${size}`,
          content,
          chunked,
        );
        expect(answer.status).toBe(200);
        expect(answer.headers["x-size"]).toBe(String(upload));
        expect(answer.headers["x-hash"]).toBe(createHash("sha256").update(content).digest("hex"));
        expect(answer.size).toBe(method === "HEAD" ? 0 : size);
      }),
    );
    expect(gateway.counters.responses.get("2xx")).toBe(600);
    expect(gateway.counters.liveRequests).toBe(0);
    expect(gateway.counters.upstreamErrors.size).toBe(0);
  });

  it("statuses come through as they are", async () => {
    const { port } = await guard(upstream);
    for (const status of [200, 201, 202, 204, 205, 301, 304, 400, 404, 429, 500, 503, 599])
      expect((await send(port, "GET", `/status/${status}`)).status).toBe(status);
  });

  it("trailers come through", async () => {
    const { port } = await guard(upstream);
    const answer = await send(port, "GET", "/chunked/10");
    expect(answer.trailers).toEqual({ "x-trailer": "t" });
  });

  it("an upstream and a gateway on Unix sockets", async () => {
    const folder = mkdtempSync(join(tmpdir(), "wirewall-"));
    atEnd(() => rmSync(folder, { recursive: true }));
    const path = join(folder, "upstream");
    const server = createServer((request, response) =>
      response.end(`${request.headers.host} ${request.headers["x-forwarded-for"]}`),
    );
    await new Promise<void>((resolve) => server.listen(path, resolve));
    atEnd(() => server.close());
    atEnd(() => server.closeAllConnections());
    const socketPath = join(folder, "gateway");
    await guard({ scheme: "http", path }, {}, { path: socketPath });
    const text = await new Promise<string>((resolve, reject) => {
      const request = nodeRequest({ socketPath, headers: { host: "a" } }, (response) => {
        response.on("data", (chunk) => resolve(String(chunk)));
      });
      request.on("error", reject).end();
    });
    expect(text).toBe("a unknown");
  });
});

interface Answer {
  readonly status: number | undefined;
  readonly headers: IncomingMessage["headers"];
  readonly trailers: IncomingMessage["trailers"];
  readonly size: number;
}

function send(
  port: number,
  method: string,
  path: string,
  content: Buffer = Buffer.alloc(0),
  chunked = false,
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const headers =
      content.length === 0
        ? {}
        : chunked
          ? { "transfer-encoding": "chunked" }
          : { "content-length": content.length };
    const request = nodeRequest(
      { host: "127.0.0.1", port, method, path, headers, agent },
      (response) => {
        let size = 0;
        response.on("data", (chunk: Buffer) => {
          size += chunk.length;
        });
        response.on("error", reject);
        response.on("end", () =>
          resolve({
            status: response.statusCode,
            headers: response.headers,
            trailers: response.trailers,
            size,
          }),
        );
      },
    );
    request.on("error", reject);
    request.end(content);
  });
}
