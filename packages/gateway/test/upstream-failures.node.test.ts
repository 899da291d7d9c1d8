import { createServer, type AddressInfo } from "node:net";
import { describe, expect, it } from "vitest";
import { guard, rawUpstream } from "./fixture.js";
import { inOrder, later, OK, until } from "../../client/test/raw-upstream.js";

const GET = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";

describe("gateway: an upstream that fails is one status and one code", () => {
  it("nobody listens: 502", async () => {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const { port } = server.address() as AddressInfo;
    await new Promise((resolve) => server.close(resolve));
    const { client, gateway } = await guard(`http://127.0.0.1:${port}`);
    const peer = client().send(GET);
    const text = await peer.until("refused\n");
    expect(peer.status).toBe(502);
    expect(text).toMatch(/\r\ncontent-type: text\/plain\r\n/);
    expect(text).toMatch(/\r\n\r\nupstream: client\.connect\.refused\n$/);
    expect([...gateway.counters.upstreamErrors]).toEqual([["client.connect.refused", 1]]);
    expect(gateway.counters.responses.get("5xx")).toBe(1);
    // The client's connection is as good as before.
    peer.send(GET);
    await until(() => peer.text.split("refused\n").length === 3);
  });

  it("no response in time: 504", async () => {
    const upstream = await rawUpstream(() => {});
    const { client, gateway } = await guard(upstream.url, {
      upstreamHttp1: { responseTimeoutMs: 40 },
    });
    const peer = client().send(GET);
    await peer.until("upstream: http1.timeout.response\n");
    expect(peer.status).toBe(504);
    expect([...gateway.counters.upstreamErrors]).toEqual([["http1.timeout.response", 1]]);
    await until(() => upstream.sockets[0]?.readableEnded === true);
  });

  it("no connection in time: 503 for what waits, at once where too many wait", async () => {
    const upstream = await rawUpstream(() => {});
    const { client, gateway } = await guard(upstream.url, {
      pool: { maxConnectionsPerOriginCount: 1, maxWaitingCount: 1, waitTimeoutMs: 60 },
    });
    client().send(GET);
    await until(() => upstream.all !== "");
    const [waiting, over] = [client().send(GET), client()];
    await later(10);
    over.send(GET);
    await over.until("upstream: client.pool.exhausted\n");
    await waiting.until("upstream: client.pool.timeout\n");
    expect([waiting.status, over.status]).toEqual([503, 503]);
    expect(gateway.counters.upstreamErrors.size).toBe(2);
  });

  const violations: [string, string, string][] = [
    [
      "two lengths",
      "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 2\r\n\r\nok",
      "http1.framing.length",
    ],
    [
      "two different lengths",
      "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\nok!",
      "http1.framing.length",
    ],
    [
      "length and coding",
      "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n",
      "http1.framing.conflict",
    ],
    [
      "another coding",
      "HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n",
      "http1.framing.coding",
    ],
    ["a split head", "HTTP/1.1 200 OK\r\nX: a\rSet-Cookie: b\r\n\r\n", "http1.line.ending"],
    [
      "a folded line",
      "HTTP/1.1 200 OK\r\nX: a\r\n b\r\nContent-Length: 2\r\n\r\nok",
      "http1.field.fold",
    ],
    ["garbage", "\0\x01\x02 what is this\r\n\r\n", "http1.status-line.syntax"],
    ["another protocol", "SSH-2.0-OpenSSH_9.2\r\n", "http1.status-line.syntax"],
    [
      "a 101 nobody asked for",
      "HTTP/1.1 101 Go\r\nConnection: upgrade\r\nUpgrade: websocket\r\n\r\n",
      "http1.response.informational",
    ],
    [
      "nine 1xx",
      `${"HTTP/1.1 102 Processing\r\n\r\n".repeat(9)}${OK}`,
      "http1.response.informational",
    ],
    ["a head that is cut off", "HTTP/1.1 200 OK\r\nX: ", "http1.body.truncated"],
  ];
  for (const [name, response, code] of violations)
    it(`${name}: 502, ${code}`, async () => {
      const upstream = await rawUpstream((_, socket) => socket.end(response, "latin1"));
      const { client, gateway } = await guard(upstream.url);
      const peer = client().send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n");
      await peer.until(`upstream: ${code}\n`);
      expect(peer.text).toMatch(/HTTP\/1\.1 502 /);
      expect([...gateway.counters.upstreamErrors]).toEqual([[code, 1]]);
      expect(gateway.counters.refusals.size).toBe(0);
      expect(gateway.counters.liveRequests).toBe(0);
    });

  it("fields that a response may not have twice: 502", async () => {
    const upstream = await rawUpstream(
      inOrder("HTTP/1.1 302 Found\r\nLocation: /a\r\nLocation: /b\r\nContent-Length: 0\r\n\r\n"),
    );
    const { client, gateway } = await guard(upstream.url);
    const peer = client().send(GET);
    await peer.until("upstream: gateway.response\n");
    expect(peer.status).toBe(502);
    expect([...gateway.counters.upstreamErrors]).toEqual([["gateway.response", 1]]);
  });

  it("it closes without a byte: 502, and a GET on a used connection is tried once more", async () => {
    let count = 0;
    const upstream = await rawUpstream((_, socket) => {
      if (count++ === 0) socket.write(OK);
      else socket.destroy();
    });
    const { client, gateway } = await guard(upstream.url);
    const peer = client().send(GET);
    await peer.until("ok");
    peer.send(GET);
    await peer.until("upstream: client.connection.closed\n");
    expect(upstream.sockets).toHaveLength(2);
    expect([...gateway.counters.upstreamErrors]).toEqual([["client.connection.closed", 1]]);
  });
});

describe("gateway: a response that breaks off never looks complete", () => {
  const halves: [string, string][] = [
    ["by length", "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf"],
    ["in chunks", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\n"],
    ["in a chunk", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n64\r\nhalf"],
    [
      "between the last chunk and the end",
      "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\n0\r\n",
    ],
  ];
  for (const [name, response] of halves)
    for (const how of ["end", "destroy", "reset"] as const)
      it(`${name}, by ${how}`, async () => {
        const upstream = await rawUpstream((_, socket) => {
          socket.write(response);
          setTimeout(() => {
            if (how === "end") socket.end();
            else if (how === "destroy") socket.destroy();
            else socket.resetAndDestroy();
          }, 20);
        });
        const { client, gateway } = await guard(upstream.url);
        const peer = client().send(GET);
        const text = await peer.ended();
        expect(text).toMatch(/^HTTP\/1\.1 200 OK\r\n/);
        expect(text).toContain("half");
        expect(text).not.toMatch(/\r\n0\r\n\r\n$/);
        expect(text.match(/HTTP\/1\.1/g)).toHaveLength(1);
        expect(gateway.counters.truncated).toBe(1);
        expect(gateway.counters.liveRequests).toBe(0);
      });

  it("to HTTP/1.0, where only the close ends it, the connection is reset", async () => {
    const upstream = await rawUpstream((_, socket) => {
      socket.write("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\n");
      setTimeout(() => socket.destroy(), 20);
    });
    const { client } = await guard(upstream.url);
    const peer = client().send("GET / HTTP/1.0\r\n\r\n");
    await peer.ended();
    expect(peer.over).toBe("error");
  });

  it("a chunk that turns out wrong cuts the response off", async () => {
    const upstream = await rawUpstream(
      inOrder("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\nxyz\r\n"),
    );
    const { client, gateway } = await guard(upstream.url);
    const peer = client().send(GET);
    expect(await peer.ended()).not.toMatch(/\r\n0\r\n\r\n$/);
    expect([...gateway.counters.upstreamErrors]).toEqual([["http1.chunk.size", 1]]);
  });

  it("content that stops coming ends by its deadline", async () => {
    const upstream = await rawUpstream(
      inOrder("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf"),
    );
    const { client, gateway } = await guard(upstream.url, {
      upstreamHttp1: { bodyIdleTimeoutMs: 40 },
    });
    await client().send(GET).ended();
    expect([...gateway.counters.upstreamErrors]).toEqual([["http1.timeout.body", 1]]);
  });
});

describe("gateway: connections to the upstream", () => {
  it("one serves many clients, one after the other", async () => {
    const upstream = await rawUpstream(inOrder(OK));
    const { client } = await guard(upstream.url);
    for (let count = 0; count < 5; count++) {
      const peer = client().send(GET);
      await peer.until("ok");
      peer.socket.destroy();
    }
    expect(upstream.sockets).toHaveLength(1);
  });

  it("bytes that nobody asked for reach nobody (threat: H1-17)", async () => {
    const evil = "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nevil";
    const upstream = await rawUpstream(inOrder(OK + evil, OK));
    const { client, gateway } = await guard(upstream.url);
    const texts: string[] = [];
    for (let count = 0; count < 4; count++) {
      const peer = client().send(GET);
      texts.push(await peer.until("ok"));
    }
    await later(10);
    expect(texts.join("")).not.toContain("evil");
    expect(upstream.sockets).toHaveLength(4);
    const report = (await gateway.adminFetch(new Request("http://a/")).json()) as {
      upstream: { poisoned: { [code: string]: number } };
    };
    expect(report.upstream.poisoned).toEqual({ "http1.response.unsolicited": 4 });
  });

  it("a content of unknown length may be as long as it likes", async () => {
    const total = 40 * 1_048_576;
    const upstream = await rawUpstream((_, socket) => {
      socket.write("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n");
      const piece = Buffer.alloc(1_048_576, "x");
      for (let sent = 0; sent < total; sent += piece.length) {
        socket.write("100000\r\n");
        socket.write(piece);
        socket.write("\r\n");
      }
      socket.write("0\r\n\r\n");
    });
    const { client, gateway } = await guard(upstream.url);
    const peer = client();
    peer.socket.removeAllListeners("data");
    let size = 0;
    let last = "";
    peer.socket.on("data", (chunk: Buffer) => {
      size += chunk.length;
      last = chunk.subarray(-5).toString("latin1");
    });
    peer.send(GET);
    await until(() => last === "0\r\n\r\n");
    expect(size).toBeGreaterThan(total);
    expect(gateway.counters.responseContentBytes).toBe(total);
  });
});
