// The client's side of a connection (RFC 9112 §9): what is sent, what may be answered, and when a
// connection may be used again.

import { ClientConnection, type OutgoingRequest } from "@wirewall/http1";
import { Fields } from "@wirewall/fields";
import { Ledger, UsageError } from "@wirewall/limits";
import { describe, expect, it } from "vitest";
import { afterHead, listen, taken, tell, types } from "./converse.ts";
import { bytes } from "./drive.ts";

const HOST = ["host", "a"] as const;
const GET = request("GET");
const OK = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

function request(
  method: string,
  content: OutgoingRequest["content"] = "none",
  ...lines: readonly (readonly [string, string])[]
): OutgoingRequest {
  const target = method === "CONNECT" ? "a:80" : "/";
  const host = method === "CONNECT" ? (["host", "a:80"] as const) : HOST;
  return { method, target, fields: new Fields([host, ...lines]), content };
}

describe("row: C1 requests on the way out (RFC 9112 §3, §6)", () => {
  it.each([
    [GET, "GET / HTTP/1.1\r\nhost: a\r\n\r\n"],
    [request("POST"), "POST / HTTP/1.1\r\nhost: a\r\ncontent-length: 0\r\n\r\n"],
    [request("PUT", 0), "PUT / HTTP/1.1\r\nhost: a\r\ncontent-length: 0\r\n\r\n"],
    [request("CONNECT"), "CONNECT a:80 HTTP/1.1\r\nhost: a:80\r\n\r\n"],
  ])("has no content where none is sent", (sent, head) => {
    const client = new ClientConnection();
    client.sendRequest(sent);
    expect(() => client.sendContent(bytes("x"))).toThrow(UsageError);
    client.sendEnd();
    expect(taken(client)).toBe(head);
  });

  it("sends exactly what was declared", () => {
    const client = new ClientConnection();
    client.sendRequest(request("POST", 3));
    expect(() => client.sendRequest(GET)).toThrow(UsageError);
    expect(() => client.sendContent(bytes("hell"))).toThrow(RangeError);
    client.sendContent(bytes("he"));
    expect(() => client.sendEnd()).toThrow(RangeError);
    client.sendContent(bytes("y"));
    expect(() => client.sendEnd(new Fields([["b", "c"]]))).toThrow(TypeError);
    client.sendEnd();
    expect(afterHead(taken(client))).toBe("hey");
  });

  it("sends chunks and trailers where the length is unknown", () => {
    const client = new ClientConnection();
    client.sendRequest(request("POST", "stream"));
    client.sendContent(bytes("x".repeat(18)));
    client.sendContent(bytes(""));
    client.sendEnd(new Fields([["b", "c"]]));
    expect(taken(client)).toBe(
      `POST / HTTP/1.1\r\nhost: a\r\ntransfer-encoding: chunked\r\n\r\n12\r\n${"x".repeat(18)}\r\n0\r\nb: c\r\n\r\n`,
    );
  });

  it("asks to wait when the queue is full, and takes no more then", () => {
    const client = new ClientConnection({ limits: { maxQueuedOutputBytes: 1_024 } });
    client.sendRequest(request("POST", "stream"));
    expect(client.sendContent(bytes("x"))).toBe(true);
    expect(client.sendContent(bytes("x".repeat(1_000)))).toBe(false);
    expect(client.queuedBytes).toBeGreaterThanOrEqual(1_024);
    expect(() => client.sendContent(bytes("x"))).toThrow(UsageError);
    taken(client);
    expect(client.queuedBytes).toBe(0);
    expect(client.sendContent(bytes("x"))).toBe(true);
  });
});

describe("row: C1 responses match requests in order (RFC 9112 §9.2, §9.3.2)", () => {
  it("reads pipelined responses by the methods that were sent", () => {
    const client = new ClientConnection();
    for (const method of ["HEAD", "GET", "GET"]) client.sendRequest(request(method));
    taken(client);
    const said = tell(
      client,
      `HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n${OK}HTTP/1.1 304 x\r\nContent-Length: 9\r\n\r\n`,
    );
    expect(types(said)).toBe("response-head end response-head content end response-head end");
    expect(client.idle).toBe(true);
    expect(client.reusable).toBe(true);
    expect(client.retained).toBe(0);
  });

  it("is idle when everything sent was answered", () => {
    const client = new ClientConnection();
    expect(client.idle).toBe(true);
    client.sendRequest(request("POST", 2));
    expect(client.idle).toBe(false);
    client.sendContent(bytes("ab"));
    client.sendEnd();
    taken(client);
    expect(client.idle).toBe(false);
    tell(client, OK.slice(0, -1));
    expect(client.idle).toBe(false);
    expect(client.reusable).toBe(false);
    tell(client, OK.slice(-1));
    expect(client.idle).toBe(true);
    expect(client.reusable).toBe(true);
  });

  it("hands out 1xx before the final response, at most maxInformationalCount", () => {
    const client = new ClientConnection({ limits: { maxInformationalCount: 2 } });
    client.sendRequest(GET);
    expect(types(tell(client, "HTTP/1.1 100 x\r\n\r\nHTTP/1.1 103 x\r\n\r\n"))).toBe(
      "informational informational",
    );
    expect(types(tell(client, OK))).toBe("response-head content end");
    client.sendRequest(GET);
    expect(types(tell(client, "HTTP/1.1 100 x\r\n\r\n".repeat(3)))).toBe(
      "informational informational http1.response.informational",
    );
    expect(client.state).toBe("closed");
  });

  it("reads a 101 only where an upgrade was asked for", () => {
    const answer = "HTTP/1.1 101 x\r\nUpgrade: b\r\nConnection: upgrade\r\n\r\nraw";
    const plainly = new ClientConnection();
    plainly.sendRequest(GET);
    expect(types(tell(plainly, answer))).toBe("http1.response.informational");
    const asked = new ClientConnection();
    asked.sendRequest(request("GET", "none", ["upgrade", "b"], ["connection", "upgrade"]));
    expect(tell(asked, answer)).toMatchObject([
      { type: "response-head", status: 101, keepAlive: false },
      { type: "tunnel", text: "raw" },
    ]);
    expect(asked.state).toBe("tunnel");
  });
});

describe("row: C1 a connection in doubt is never used again (RFC 9112 §9.3, §9.6)", () => {
  const exchanged = (answer: string, sent: OutgoingRequest = GET): ClientConnection => {
    const client = new ClientConnection();
    client.sendRequest(sent);
    taken(client);
    tell(client, answer);
    return client;
  };

  it.each([
    ["a plain response", OK, true],
    ["Connection: close", OK.replace("\r\n\r\n", "\r\nConnection: close\r\n\r\n"), false],
    ["HTTP/1.0", OK.replace("1.1", "1.0"), false],
    [
      "HTTP/1.0 keep-alive",
      OK.replace("1.1", "1.0").replace("\r\n\r\n", "\r\nConnection: keep-alive\r\n\r\n"),
      true,
    ],
    ["a response without length", "HTTP/1.1 200 OK\r\n\r\n", false],
    ["chunks", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", true],
    ["no content", "HTTP/1.1 204 x\r\n\r\n", true],
    ["half a response", OK.slice(0, -1), false],
    ["a byte too many", `${OK}x`, false],
  ])("after %s: reusable %3$s", (_, answer, reusable) => {
    const client = exchanged(answer);
    expect(client.reusable).toBe(reusable);
    if (!client.idle || reusable) return;
    expect(() => client.sendRequest(GET)).toThrow(UsageError);
    expect(taken(client)).toBe("");
  });

  it("asked to close itself", () => {
    for (const option of ["close", "x, CLOSE"]) {
      const client = new ClientConnection();
      client.sendRequest(request("GET", "none", ["connection", option]));
      expect(() => client.sendRequest(GET)).toThrow(UsageError);
      expect(types(tell(client, OK))).toBe("response-head content end");
      expect(client.reusable).toBe(false);
    }
  });

  it("met a final response before the request was complete", () => {
    const client = new ClientConnection();
    client.sendRequest(request("POST", 5));
    client.sendContent(bytes("he"));
    expect(types(tell(client, OK))).toBe("response-head content end");
    expect(client.idle).toBe(false);
    client.sendContent(bytes("llo"));
    client.sendEnd();
    expect(client.idle).toBe(true);
    expect(client.reusable).toBe(false);
    expect(() => client.sendRequest(GET)).toThrow(UsageError);
  });

  it("was given up", () => {
    const ledger = new Ledger({ maxRetainedBytes: 1_000_000 });
    const client = new ClientConnection({ ledger });
    client.sendRequest(request("POST", "stream"));
    client.sendContent(bytes("x".repeat(5_000)));
    tell(client, "HTTP/1.1 200 OK\r\nb: c\r\n");
    expect(ledger.retained).toBeGreaterThan(5_000);
    client.abort();
    expect(client.state).toBe("closed");
    expect(client.reusable).toBe(false);
    expect(ledger.retained).toBe(0);
    expect(taken(client)).toBe("");
    expect(tell(client, OK)).toEqual([]);
    expect(() => client.sendRequest(GET)).toThrow(UsageError);
  });

  it("lost its peer", () => {
    const idle = new ClientConnection();
    idle.end();
    expect(listen(idle)).toEqual([]);
    expect(idle.state).toBe("closed");
    expect(idle.reusable).toBe(false);

    const unanswered = new ClientConnection({ now: 0 });
    unanswered.sendRequest(GET);
    taken(unanswered, 0);
    unanswered.end(1);
    expect(listen(unanswered)).toEqual([]);
    expect(unanswered.state).toBe("closed");
    expect(unanswered.idle).toBe(false);
    expect(unanswered.deadline).toBeUndefined();

    const half = new ClientConnection();
    half.sendRequest(GET);
    tell(half, OK.slice(0, -1));
    half.end();
    expect(listen(half)).toMatchObject([{ code: "http1.body.truncated", offset: OK.length - 1 }]);
    expect(half.state).toBe("closed");
  });
});

describe("row: C1 tunnels (RFC 9110 §7.8, §9.3.6)", () => {
  it.each([
    ["CONNECT", request("CONNECT"), "HTTP/1.1 200 OK\r\n\r\n"],
    [
      "an upgrade",
      request("GET", "none", ["connection", "upgrade"], ["upgrade", "b"]),
      "HTTP/1.1 101 x\r\nUpgrade: b\r\n\r\n",
    ],
  ])("nothing follows %s before its answer, and nothing after it switched", (_, sent, answer) => {
    const client = new ClientConnection();
    client.sendRequest(sent);
    expect(() => client.sendRequest(GET)).toThrow(UsageError);
    taken(client);
    client.receive(bytes(`${answer}raw`));
    expect(client.next()?.type).toBe("response-head");
    expect(() => client.sendRequest(GET)).toThrow(UsageError);
    expect(listen(client)).toEqual([{ type: "tunnel", text: "raw" }]);
    expect(client.state).toBe("tunnel");
    expect(client.reusable).toBe(false);
    expect(() => client.sendRequest(GET)).toThrow(UsageError);
    expect(tell(client, OK)).toEqual([]);
    client.expire(1e9);
    client.end();
    expect(listen(client)).toEqual([]);
    expect(client.deadline).toBeUndefined();
    expect(client.retained).toBe(0);
    expect(client.state).toBe("tunnel");
  });

  it("goes on as HTTP where the answer did not switch", () => {
    for (const sent of [request("CONNECT"), request("GET", "none", ["upgrade", "b"])]) {
      const client = new ClientConnection();
      client.sendRequest(sent);
      const answer = sent.method === "CONNECT" ? OK.replace("200", "403") : OK;
      expect(types(tell(client, answer))).toBe("response-head content end");
      expect(client.reusable).toBe(true);
      client.sendRequest(GET);
    }
  });

  it("does not take a 101 for an upgrade that was asked for together with content", () => {
    const client = new ClientConnection();
    client.sendRequest(request("POST", 1, ["connection", "upgrade"], ["upgrade", "b"]));
    client.sendContent(bytes("x"));
    client.sendEnd();
    expect(types(tell(client, "HTTP/1.1 101 x\r\nUpgrade: b\r\n\r\n"))).toBe(
      "http1.response.informational",
    );
  });
});

describe("row: L2 what a client retains is charged", () => {
  it("refuses what the ledger has no room for", () => {
    const client = new ClientConnection({ limits: { maxRetainedBytes: 4_096 } });
    client.sendRequest(request("POST", "stream"));
    client.sendContent(bytes("x".repeat(5_000)));
    expect(client.state).toBe("closed");
    expect(listen(client)).toMatchObject([
      { code: "http1.retained.bytes", reply: { action: "close" }, limit: { max: 4_096 } },
    ]);
    expect(client.retained).toBe(0);
  });

  it("charges a head that comes in pieces", () => {
    const client = new ClientConnection({ limits: { maxRetainedBytes: 8_192 } });
    client.sendRequest(GET);
    taken(client);
    tell(client, "HTTP/1.1 200 OK\r\n");
    let sent = 0;
    while (client.state === "open" && sent < 1_000) {
      tell(client, "a:\r\n");
      sent++;
    }
    expect(sent).toBeLessThan(65);
    expect(client.state).toBe("closed");
    expect(client.retained).toBe(0);
  });
});
