import { Fields } from "@wirewall/fields";
import { createServer, type Server } from "node:http";
import { mkdtempSync, rmSync } from "node:fs";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterAll, afterEach, describe, expect, it } from "vitest";
import { Pool } from "../src/index.js";
import { inOrder, later, RawUpstream, until } from "./raw-upstream.js";

const pool = new Pool();
let upstreams: RawUpstream[] = [];
let servers: Server[] = [];

afterEach(async () => {
  for (const upstream of upstreams) await upstream.stop();
  for (const server of servers) {
    server.closeAllConnections();
    server.close();
  }
  upstreams = [];
  servers = [];
});

afterAll(() => pool.close());

describe("request: what is sent", () => {
  it("host first, framing from the content, text as UTF-8", async () => {
    const upstream = await raw(inOrder("HTTP/1.1 204 No Content\r\n\r\n"));
    await pool.request(upstream.identity, {
      method: "POST",
      target: "/a?b",
      fields: [["X-Name", "value"]],
      content: "žluť",
    });
    expect(upstream.received[0]).toBe(
      `POST /a?b HTTP/1.1\r\nhost: 127.0.0.1:${upstream.port}\r\nx-name: value\r\ncontent-length: 6\r\n\r\n${Buffer.from("žluť").toString("latin1")}`,
    );
  });

  it("an iterable in chunks, with trailers; of known length, by length", async () => {
    const upstream = await raw((received, socket) => {
      if (received.endsWith("0\r\nx-sum: 6\r\n\r\n") || received.endsWith("abcdef"))
        socket.write("HTTP/1.1 204 No Content\r\n\r\n");
    });
    const content = (): AsyncIterable<Uint8Array> => pieces("abc", "", "def");
    await pool.request(upstream.identity, {
      method: "POST",
      content: content(),
      trailers: () => new Fields([["x-sum", "6"]]),
    });
    expect(upstream.received[0]).toMatch(
      /transfer-encoding: chunked\r\n\r\n3\r\nabc\r\n3\r\ndef\r\n0\r\nx-sum: 6\r\n\r\n$/,
    );
    await pool.request(upstream.identity, {
      method: "PUT",
      content: [Buffer.from("abc"), Buffer.from("def")],
      contentLength: 6,
    });
    expect(upstream.received[0]).toMatch(/content-length: 6\r\n\r\nabcdef$/);
  });

  for (const [name, length] of [
    ["fewer", 7],
    ["more", 5],
  ] as const)
    it(`${name} bytes than declared end the request`, async () => {
      const upstream = await raw(() => {});
      await expect(
        pool.request(upstream.identity, {
          method: "PUT",
          content: pieces("abc", "def"),
          contentLength: length,
        }),
      ).rejects.toMatchObject({ code: "client.request.content" });
    });

  it("a source that fails ends the request; its error is the cause", async () => {
    const upstream = await raw(() => {});
    const fault = new Error("source");
    await expect(
      pool.request(upstream.identity, {
        method: "PUT",
        content: (async function* () {
          yield Buffer.from("abc");
          throw fault;
        })(),
      }),
    ).rejects.toMatchObject({ code: "client.request.content", cause: fault });
  });

  it("a signal that was aborted sends nothing", async () => {
    const upstream = await raw(() => {});
    await expect(
      pool.request(upstream.identity, { signal: AbortSignal.abort("why") }),
    ).rejects.toMatchObject({ code: "client.aborted", cause: "why" });
    expect(upstream.sockets).toHaveLength(0);
  });
});

describe("request: what comes back", () => {
  it("informational responses, content, trailers", async () => {
    const upstream = await raw(
      inOrder(
        "HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\nHTTP/1.1 200 Fine\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\nX-Sum: 1\r\n\r\n",
      ),
    );
    const hints: string[] = [];
    const response = await pool.request(upstream.identity, {
      onInformational: ({ status, fields }) => hints.push(`${status} ${fields.get("link")}`),
    });
    expect(hints).toEqual(["103 </a>"]);
    expect([response.status, response.reason, response.trailers]).toEqual([200, "Fine", undefined]);
    expect(Buffer.from(await response.bytes()).toString()).toBe("ok");
    expect(response.trailers?.get("x-sum")).toBe("1");
  });

  it("content is decoded, and refused beyond maxBytes", async () => {
    const coded = gzipSync("hello hello");
    const head = `HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: ${coded.length}\r\n\r\n`;
    const upstream = await raw(inOrder(head + coded.toString("latin1")));
    const response = await pool.request(upstream.identity);
    expect(Buffer.from(await response.bytes()).toString()).toBe("hello hello");
    const again = await pool.request(upstream.identity);
    await expect(again.bytes(5)).rejects.toMatchObject({ code: "client.content.too-large" });
    const asSent = await pool.request(upstream.identity);
    let size = 0;
    for await (const piece of asSent.content()) size += piece.length;
    expect(size).toBe(coded.length);
  });

  it("a content that is cut off rejects, after what came", async () => {
    const upstream = await raw((_, socket) => {
      socket.write("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf");
      setTimeout(() => socket.end(), 20);
    });
    const response = await pool.request(upstream.identity);
    const content = response.content();
    expect(Buffer.from((await content.next()).value ?? []).toString()).toBe("half");
    await expect(content.next()).rejects.toMatchObject({
      code: "client.response.violation",
      violation: { code: "http1.body.truncated" },
    });
    await expect(content.next()).rejects.toMatchObject({ code: "client.response.violation" });
  });

  it("a signal in the middle of the content rejects the read", async () => {
    const upstream = await raw(inOrder("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf"));
    const controller = new AbortController();
    const response = await pool.request(upstream.identity, { signal: controller.signal });
    const content = response.content();
    await content.next();
    const read = content.next();
    controller.abort();
    await expect(read).rejects.toMatchObject({ code: "client.aborted" });
  });

  it("a Unix socket", async () => {
    const folder = mkdtempSync(join(tmpdir(), "wirewall-"));
    const path = join(folder, "s");
    const server = createServer((request, response) => response.end(request.headers.host));
    servers.push(server);
    await new Promise<void>((resolve) => server.listen(path, resolve));
    const response = await pool.request({ scheme: "http", path });
    expect(Buffer.from(await response.bytes()).toString()).toBe("localhost");
    rmSync(folder, { recursive: true });
  });
});

describe("request: back-pressure", () => {
  it("a response that is not read does not flow", async () => {
    const total = 64 * 1_048_576;
    let written = 0;
    const server = createServer((_, response) => {
      response.writeHead(200, { "content-length": total });
      const piece = Buffer.alloc(65_536);
      const push = (): void => {
        while (written < total) {
          written += piece.length;
          if (!response.write(piece)) {
            response.once("drain", push);
            return;
          }
        }
        response.end();
      };
      push();
    });
    const target = await listening(server);
    const large = new Pool({ http1: { maxBodyBytes: total } });
    const response = await large.request(target);
    const content = response.content();
    await content.next();
    await later(100);
    expect(written).toBeLessThan(16 * 1_048_576);
    let read = 65_536;
    for (;;) {
      const piece = await content.next();
      if (piece.done === true) break;
      read += piece.value.length;
    }
    expect(written).toBe(total);
    expect(read).toBeGreaterThan(total - 65_536);
    await large.close();
  });

  it("content is pulled only as fast as the upstream takes it", async () => {
    let resume: (() => void) | undefined;
    const server = createServer((request, response) => {
      request.pause();
      resume = () => request.resume();
      request.on("end", () => response.end("done"));
    });
    const target = await listening(server);
    const total = 64 * 1_048_576;
    let pulled = 0;
    const pending = pool.request(target, {
      method: "POST",
      content: (async function* () {
        while (pulled < total) {
          pulled += 65_536;
          yield Buffer.alloc(65_536);
        }
      })(),
    });
    await until(() => resume !== undefined);
    await later(150);
    expect(pulled).toBeLessThan(16 * 1_048_576);
    resume?.();
    const response = await pending;
    expect(Buffer.from(await response.bytes()).toString()).toBe("done");
    expect(pulled).toBe(total);
  });
});

async function raw(answer: Parameters<typeof RawUpstream.start>[0]): Promise<RawUpstream> {
  const upstream = await RawUpstream.start(answer);
  upstreams.push(upstream);
  return upstream;
}

async function listening(server: Server): Promise<string> {
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

async function* pieces(...texts: readonly string[]): AsyncGenerator<Uint8Array> {
  for (const text of texts) yield Buffer.from(text);
}
