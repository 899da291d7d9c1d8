import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { describe, expect, it } from "vitest";
import { atEnd } from "../../client/test/at-end.js";
import { guard, rawUpstream } from "./fixture.js";
import { inOrder, later, OK, until } from "../../client/test/raw-upstream.js";

const GET = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";

describe("gateway: a client that leaves takes its request with it", () => {
  for (const how of ["destroy", "reset"] as const)
    it(`before the response, by ${how}: the upstream is cancelled and not used again`, async () => {
      const upstream = await rawUpstream(() => {});
      const { client, gateway } = await guard(upstream.url, {
        limits: { halfClosedTimeoutMs: 20 },
      });
      const peer = client().send(GET);
      await until(() => upstream.all !== "");
      if (how === "destroy") peer.socket.destroy();
      else peer.socket.resetAndDestroy();
      await until(() => upstream.sockets[0]?.readableEnded === true);
      await until(() => gateway.counters.liveRequests === 0);
      expect(gateway.counters.aborted).toBe(1);
      const next = client().send(GET);
      await until(() => upstream.sockets.length === 2);
      next.socket.destroy();
    });

  it("in the middle of a response", async () => {
    const upstream = await rawUpstream((_, socket) => {
      socket.write("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n");
      const timer = setInterval(() => socket.write("1\r\nx\r\n"), 5);
      socket.on("close", () => clearInterval(timer));
    });
    const { client, gateway } = await guard(upstream.url);
    const peer = client().send(GET);
    await peer.until("x\r\n");
    peer.socket.destroy();
    await until(() => upstream.sockets[0]?.readableEnded === true);
    expect(gateway.counters.aborted).toBe(1);
  });

  it("in the middle of a request: the upstream never sees its end", async () => {
    const upstream = await rawUpstream(() => {});
    const { client } = await guard(upstream.url);
    const peer = client().send(
      "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n",
    );
    await until(() => upstream.all.includes("abc"));
    peer.socket.destroy();
    await until(() => upstream.sockets[0]?.readableEnded === true);
    expect(upstream.all).not.toMatch(/\r\n0\r\n\r\n$/);
  });

  it("while its request waits for a connection", async () => {
    const upstream = await rawUpstream(() => {});
    const { client, gateway } = await guard(upstream.url, {
      pool: { maxConnectionsPerOriginCount: 1 },
    });
    client().send(GET);
    await until(() => upstream.all !== "");
    const waiting = client().send(GET);
    await until(() => gateway.counters.liveRequests === 2);
    waiting.socket.resetAndDestroy();
    await until(() => gateway.counters.liveRequests === 1);
  });

  it("one that only sends no more is answered", async () => {
    const upstream = await rawUpstream((_, socket) => setTimeout(() => socket.write(OK), 30));
    const { client } = await guard(upstream.url);
    const peer = client();
    peer.socket.end(GET);
    expect(await peer.ended()).toMatch(/\r\n\r\nok$/);
  });

  it("one that sends no more is answered as long as something comes", async () => {
    const upstream = await rawUpstream((_, socket) => {
      socket.write("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n");
      let count = 0;
      const timer = setInterval(() => {
        socket.write(++count < 10 ? "1\r\nx\r\n" : "0\r\n\r\n");
        if (count === 10) clearInterval(timer);
      }, 15);
    });
    const { client } = await guard(upstream.url, { limits: { halfClosedTimeoutMs: 50 } });
    const peer = client();
    peer.socket.end(GET);
    expect(await peer.ended()).toMatch(/\r\n0\r\n\r\n$/);
  });
});

describe("gateway: early responses", () => {
  it("a final response while content is sent is passed on, and neither connection goes on", async () => {
    const upstream = await rawUpstream(
      inOrder("HTTP/1.1 413 Too Large\r\nContent-Length: 2\r\n\r\nno"),
    );
    const { client, gateway } = await guard(upstream.url);
    const peer = client().send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1000\r\n\r\nabc");
    const text = await peer.ended();
    expect(text).toMatch(/^HTTP\/1\.1 413 Too Large\r\n.*connection: close\r\n.*\r\n\r\nno$/s);
    await until(() => upstream.sockets[0]?.readableEnded === true);
    expect(gateway.counters.liveRequests).toBe(0);
  });

  it("a response that echoes while the request goes on, to its end", async () => {
    const server = createServer((request, response) => {
      response.writeHead(200);
      response.flushHeaders();
      request.pipe(response);
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    atEnd(() => server.close());
    const { client } = await guard(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
    const peer = client().send("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n");
    await peer.until("\r\n\r\n");
    for (const word of ["one", "two", "three"]) {
      peer.send(`${word.length}\r\n${word}\r\n`);
      await peer.until(word);
    }
    peer.send("0\r\n\r\n");
    expect(await peer.ended()).toMatch(/\r\n0\r\n\r\n$/);
  });
});

describe("gateway: memory is bounded both ways", () => {
  const TOTAL = 256 * 1_048_576;
  const PIECE = Buffer.alloc(65_536);

  it("a client that does not read stops the upstream", async () => {
    let written = 0;
    const server = createServer((_, response) => {
      response.writeHead(200, { "content-length": TOTAL });
      const push = (): void => {
        while (written < TOTAL) {
          written += PIECE.length;
          if (!response.write(PIECE)) {
            response.once("drain", push);
            return;
          }
        }
        response.end();
      };
      push();
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    atEnd(() => server.close());
    const { client, gateway } = await guard(
      `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    );
    const peer = client();
    peer.socket.removeAllListeners("data");
    peer.socket.pause();
    const before = process.memoryUsage().rss;
    peer.send(GET);
    await until(() => written > 0);
    let last = -1;
    while (written !== last) {
      last = written;
      await later(100);
    }
    expect(written).toBeLessThan(32 * 1_048_576);
    let most = 0;
    let got = 0;
    let count = 0;
    peer.socket.on("data", (chunk: Buffer) => {
      got += chunk.length;
      if (++count % 64 === 0) most = Math.max(most, process.memoryUsage().rss - before);
    });
    peer.socket.resume();
    await until(() => got > TOTAL && gateway.counters.responseContentBytes === TOTAL);
    expect(most).toBeLessThan(96 * 1_048_576);
  });

  it("an upstream that does not read stops the client", async () => {
    let release: (() => void) | undefined;
    let received = 0;
    const server = createServer((request, response) => {
      request.pause();
      release = () => request.resume();
      request.on("data", (chunk: Buffer) => {
        received += chunk.length;
      });
      request.on("end", () => response.end("done"));
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    atEnd(() => server.close());
    const { client } = await guard(
      `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
      {},
      { limits: { maxBodyBytes: TOTAL } },
    );
    const peer = client().send(`POST / HTTP/1.1\r\nHost: a\r\nContent-Length: ${TOTAL}\r\n\r\n`);
    let sent = 0;
    const push = (): void => {
      while (sent < TOTAL) {
        sent += PIECE.length;
        if (!peer.socket.write(PIECE)) {
          peer.socket.once("drain", push);
          return;
        }
      }
    };
    push();
    await until(() => release !== undefined);
    let last = -1;
    while (sent !== last) {
      last = sent;
      await later(100);
    }
    expect(sent).toBeLessThan(32 * 1_048_576);
    release?.();
    await peer.until("done");
    expect(received).toBe(TOTAL);
  });

  it("a request may have as many fields as a client may send; no more", async () => {
    const upstream = await rawUpstream(inOrder(OK));
    const { client, gateway } = await guard(upstream.url);
    const lines = (count: number): string =>
      Array.from({ length: count }, (_, number) => `X-${number}: 1\r\n`).join("");
    await client()
      .send(`GET / HTTP/1.1\r\nHost: a\r\n${lines(127)}\r\n`)
      .until("ok");
    expect(upstream.all).toContain("x-126: 1");
    const over = client().send(`GET / HTTP/1.1\r\nHost: a\r\n${lines(128)}\r\n`);
    await over.ended();
    expect(over.status).toBe(431);
    expect([...gateway.counters.refusals]).toEqual([["http1.field.count", 1]]);
  });

  it("an idle client is let go, which is no refusal", async () => {
    const upstream = await rawUpstream(inOrder(OK));
    const { client, gateway } = await guard(
      upstream.url,
      {},
      { limits: { keepAliveTimeoutMs: 30 } },
    );
    const peer = client().send(GET);
    await peer.ended();
    expect(gateway.counters.refusals.size).toBe(0);
    expect(gateway.counters.idleClosed).toBe(1);
  });

  it("a request over maxBodyBytes is refused, declared or counted", async () => {
    const upstream = await rawUpstream(() => {});
    const { client, gateway } = await guard(upstream.url, {}, { limits: { maxBodyBytes: 10 } });
    const declared = client().send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 11\r\n\r\n");
    await declared.ended();
    expect(declared.status).toBe(413);
    expect(upstream.all).toBe("");
    const counted = client().send(
      "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nabcde\r\n6\r\nabcdef\r\n",
    );
    await counted.ended();
    expect(counted.status).toBe(413);
    expect(gateway.counters.refusals.get("http1.body.too-large")).toBe(2);
    await until(() => gateway.counters.liveRequests === 0);
  });
});
