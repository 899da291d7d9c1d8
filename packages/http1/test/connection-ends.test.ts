// How the server's side of a connection ends: early responses, refusals, linger, shutdown, an end of
// input, a full ledger (RFC 9112 §9.6).

import { ServerConnection, type OutgoingResponse } from "@wirewall/http1";
import { Ledger } from "@wirewall/limits";
import { describe, expect, it } from "vitest";
import { afterHead, linesOf, listen, taken, tell, types } from "./converse.ts";
import { bytes } from "./drive.ts";

const HOST = "Host: a\r\n";
const GET = `GET / HTTP/1.1\r\n${HOST}\r\n`;
const OK: OutgoingResponse = { status: 200, content: "none" };

describe("row: C1 a response before the end of the request (RFC 9112 §9.3)", () => {
  const POST = `POST / HTTP/1.1\r\n${HOST}Content-Length: 5\r\n\r\n`;

  it("closes, and takes none of the content for a request", () => {
    const server = new ServerConnection({ now: 0 });
    tell(server, `${POST}he`);
    server.sendHead({ status: 200, content: "none" });
    server.sendEnd();
    expect(server.state).toBe("lingering");
    expect(linesOf(taken(server))).toContain("connection: close");
    expect(tell(server, `llo${GET}`)).toEqual([]);
    expect(server.retained).toBe(0);
  });

  it("drops content that is here already, so that the connection can persist", () => {
    for (const rest of [
      "Content-Length: 5\r\n\r\nhello",
      "Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\nb: c\r\n\r\n",
    ]) {
      const server = new ServerConnection();
      server.receive(bytes(`POST / HTTP/1.1\r\n${HOST}${rest}${GET}`));
      expect(server.next()?.type).toBe("request-head");
      server.sendResponse(OK, "ok");
      expect(server.state).toBe("open");
      expect(linesOf(taken(server))).toEqual(["HTTP/1.1 200 OK", "content-length: 2"]);
      expect(types(listen(server))).toMatch(/^request-head/);
      expect(server.request?.method).toBe("GET");
    }
  });

  it("does not wait for content that is not here", () => {
    const server = new ServerConnection();
    server.receive(bytes(`${POST}he`));
    server.next();
    server.sendResponse(OK);
    expect(server.state).toBe("lingering");
    expect(linesOf(taken(server))).toContain("connection: close");
  });

  it("does not trust a peer that was told not to send its content", () => {
    const server = new ServerConnection();
    server.receive(
      bytes(
        `POST / HTTP/1.1\r\n${HOST}Content-Length: 5\r\nExpect: 100-continue\r\n\r\nhello${GET}`,
      ),
    );
    server.next();
    server.sendResponse({ status: 417, content: "none" });
    expect(server.state).toBe("lingering");
    expect(listen(server)).toEqual([]);
  });

  it("reports what is wrong with content that it dropped, and answers once", () => {
    const server = new ServerConnection();
    server.receive(
      bytes(`POST / HTTP/1.1\r\n${HOST}Transfer-Encoding: chunked\r\n\r\nxyz\r\n${GET}`),
    );
    server.next();
    server.sendResponse(OK);
    expect(server.state).toBe("lingering");
    expect(types(listen(server))).toBe("http1.chunk.size");
    expect(taken(server).match(/HTTP\/1.1 \d+/g)).toEqual(["HTTP/1.1 200"]);
  });

  it("lets a response go on while content still comes, and closes if it ends first", () => {
    const server = new ServerConnection();
    tell(server, `${POST}he`);
    server.sendHead({ status: 200, content: "stream" });
    expect(types(tell(server, "llo"))).toBe("content end");
    server.sendEnd();
    expect(server.state).toBe("lingering");
    expect(linesOf(taken(server))).toContain("connection: close");
  });
});

describe("row: C1 refusals are answered once, without any input, and then it closes", () => {
  it("answers a bad request with its status alone", () => {
    const server = new ServerConnection();
    server.date = "Sun, 06 Nov 1994 08:49:37 GMT";
    expect(types(tell(server, "GET /secret HTTP/9.9\r\n\r\n"))).toBe("http1.version.unsupported");
    expect(taken(server)).toBe(
      "HTTP/1.1 505 HTTP Version Not Supported\r\ncontent-type: text/plain\r\n" +
        "content-length: 4\r\nconnection: close\r\ndate: Sun, 06 Nov 1994 08:49:37 GMT\r\n\r\n505\n",
    );
    expect(server.state).toBe("lingering");
    expect(tell(server, GET)).toEqual([]);
    expect(taken(server)).toBe("");
  });

  it("comes after the responses to the requests before", () => {
    const server = new ServerConnection();
    tell(server, `${GET}bad request\r\n\r\n`);
    server.sendResponse(OK);
    expect(types(listen(server))).toBe("http1.request-line.syntax");
    expect(taken(server).match(/HTTP\/1.1 \d+/g)).toEqual(["HTTP/1.1 200", "HTTP/1.1 400"]);
  });

  it("takes the place of a response that was not begun", () => {
    const server = new ServerConnection();
    tell(server, `POST / HTTP/1.1\r\n${HOST}Transfer-Encoding: chunked\r\n\r\n`);
    expect(types(tell(server, "x\r\n"))).toBe("http1.chunk.size");
    expect(server.state).toBe("lingering");
    expect(() => server.sendHead(OK)).toThrow(/no request/);
    expect(taken(server).match(/HTTP\/1.1 \d+/g)).toEqual(["HTTP/1.1 400"]);
  });

  it("cuts off a response that was begun", () => {
    const server = new ServerConnection();
    tell(server, `POST / HTTP/1.1\r\n${HOST}Transfer-Encoding: chunked\r\n\r\n`);
    server.sendHead({ status: 200, content: "stream" });
    expect(types(tell(server, "x\r\n"))).toBe("http1.chunk.size");
    expect(server.state).toBe("closed");
    expect(taken(server)).toBe("");
  });

  it("sends no content in a refusal of HEAD", () => {
    const server = new ServerConnection();
    tell(server, `HEAD / HTTP/1.1\r\n${HOST}Transfer-Encoding: chunked\r\n\r\n`);
    tell(server, "x\r\n");
    const output = taken(server);
    expect(linesOf(output)).toContain("content-length: 4");
    expect(afterHead(output)).toBe("");
  });
});

describe("row: C1 linger (RFC 9112 §9.6)", () => {
  const limits = { lingerBytes: 100, lingerTimeoutMs: 50 };
  const refused = (now?: number): ServerConnection => {
    const server = new ServerConnection(now === undefined ? { limits } : { limits, now });
    tell(server, "x\r\n\r\n", now);
    return server;
  };

  it("drops up to lingerBytes and no more", () => {
    for (const [length, state] of [
      [99, "lingering"],
      [100, "lingering"],
      [101, "closed"],
    ] as const) {
      const server = refused();
      taken(server);
      for (let sent = 0; sent < length; sent++) server.receive(bytes("x"));
      expect(server.state, `${length} bytes`).toBe(state);
      expect(server.retained).toBe(0);
    }
  });

  it("ends at its deadline, and when the peer ends", () => {
    const server = refused(1_000);
    taken(server, 1_000);
    expect(server.deadline).toBe(1_050);
    server.expire(1_049);
    expect(server.state).toBe("lingering");
    server.expire(1_050);
    expect(server.state).toBe("closed");
    const other = refused(0);
    taken(other, 0);
    other.end(1);
    expect(other.state).toBe("closed");
    expect(other.deadline).toBeUndefined();
  });

  it("counts content that had arrived and was not read", () => {
    const server = new ServerConnection({ limits });
    server.receive(bytes(`POST / HTTP/1.1\r\n${HOST}Content-Length: 999\r\n\r\n${"x".repeat(60)}`));
    server.next();
    server.sendHead(OK);
    server.sendEnd();
    taken(server);
    server.receive(bytes("x".repeat(40)));
    expect(server.state).toBe("lingering");
    server.receive(bytes("x"));
    expect(server.state).toBe("closed");
  });

  it("lets the answer leave first, whatever the peer sends and however slow it reads", () => {
    const content = "y".repeat(1_000);
    for (const impatience of [
      (server: ServerConnection) => server.receive(bytes("x".repeat(500)), 1_000),
      (server: ServerConnection) => server.end(1_000),
      (server: ServerConnection) => server.expire(2_000),
    ]) {
      const server = new ServerConnection({ limits, now: 0 });
      tell(server, `GET / HTTP/1.1\r\n${HOST}Connection: close\r\n\r\n`, 0);
      server.sendResponse(OK, content);
      impatience(server);
      expect(server.state).toBe("lingering");
      let output = "";
      const first = server.takeOutput(3_000);
      output += String.fromCharCode(...(first ?? []));
      impatience(server);
      expect(server.state).toBe("lingering");
      output += taken(server, 3_000);
      expect(afterHead(output)).toBe(content);
      const deadline = server.deadline;
      if (server.state !== "closed") {
        expect(deadline).toBe(3_050);
        server.expire(3_050);
      }
      expect(server.state).toBe("closed");
    }
  });

  it("does not wait for ever for a peer that reads nothing", () => {
    const server = new ServerConnection({
      limits: { ...limits, writeStallTimeoutMs: 400 },
      now: 0,
    });
    tell(server, `GET / HTTP/1.1\r\n${HOST}Connection: close\r\n\r\n`, 0);
    server.sendResponse(OK, "y");
    server.takeOutput(10);
    expect(server.deadline).toBe(410);
    server.expire(410);
    expect(server.state).toBe("closed");
    expect(types(listen(server))).toBe("http1.timeout.write");
  });
});

describe("row: C1 the end of input (RFC 9112 §9.6)", () => {
  it("closes when nothing is left to answer", () => {
    const idle = new ServerConnection({ now: 0 });
    idle.end(1);
    expect(listen(idle)).toEqual([]);
    expect(idle.state).toBe("closed");
    const later = new ServerConnection({ now: 0 });
    tell(later, `${GET}\r\n`, 0);
    later.sendResponse(OK);
    listen(later);
    later.end(1);
    listen(later);
    expect(later.state).toBe("lingering");
    expect(taken(later, 1)).toMatch(/200 OK/);
    expect(later.state).toBe("closed");
  });

  it("answers all that was asked before", () => {
    const server = new ServerConnection({ now: 0 });
    tell(server, GET + GET, 0);
    server.end(1);
    server.sendResponse(OK, "one");
    expect(server.state).toBe("open");
    expect(types(listen(server))).toMatch(/^request-head/);
    server.sendResponse(OK, "two");
    listen(server);
    expect(server.state).toBe("lingering");
    expect(taken(server, 2).match(/one|two/g)).toEqual(["one", "two"]);
    expect(server.state).toBe("closed");
    expect(server.retained).toBe(0);
  });

  it("is a refusal inside a request", () => {
    for (const input of ["G", `POST / HTTP/1.1\r\n${HOST}Content-Length: 5\r\n\r\nhell`]) {
      const server = new ServerConnection({ now: 0 });
      tell(server, input, 0);
      server.end(1);
      expect(listen(server)).toMatchObject([
        { code: "http1.body.truncated", offset: input.length },
      ]);
      expect(taken(server, 1)).toMatch(/^HTTP\/1.1 400/);
      expect(server.state).toBe("closed");
    }
  });
});

describe("row: C1 shutdown and abort", () => {
  it("ends an idle connection at once", () => {
    const server = new ServerConnection({ now: 0 });
    server.shutdown(1);
    expect(server.state).toBe("lingering");
    expect(tell(server, GET)).toEqual([]);
  });

  it("finishes what is open, and says that it is the last", () => {
    const server = new ServerConnection();
    tell(server, GET + GET);
    server.shutdown();
    expect(server.state).toBe("open");
    expect(server.closing).toBe(true);
    server.sendResponse(OK, "ok");
    expect(server.state).toBe("lingering");
    expect(linesOf(taken(server))).toContain("connection: close");
    expect(listen(server)).toEqual([]);
    expect(server.retained).toBe(0);
  });

  it("answers a request whose head had begun", () => {
    const server = new ServerConnection();
    tell(server, GET.slice(0, 10));
    server.shutdown();
    expect(types(tell(server, GET.slice(10)))).toMatch(/^request-head/);
    server.sendResponse(OK);
    expect(server.state).toBe("lingering");
  });

  it("lets go of everything on abort", () => {
    const ledger = new Ledger({ maxRetainedBytes: 1_000_000 });
    const server = new ServerConnection({ ledger });
    tell(server, `POST / HTTP/1.1\r\n${HOST}Content-Length: 9\r\n\r\nhello`);
    server.sendHead({ status: 200, content: "stream" });
    server.sendContent(bytes("x".repeat(5_000)));
    expect(ledger.retained).toBeGreaterThan(5_000);
    server.abort();
    expect(server.state).toBe("closed");
    expect(server.retained).toBe(0);
    expect(ledger.retained).toBe(0);
    expect(taken(server)).toBe("");
    expect(() => server.sendEnd()).toThrow();
  });
});

describe("row: L2 what a connection retains is charged, here and in the server's ledger", () => {
  it("charges the head with its objects until its response was sent", () => {
    const ledger = new Ledger({ maxRetainedBytes: 1_000_000 });
    const server = new ServerConnection({ ledger });
    tell(server, GET);
    expect(ledger.bytes).toBe(GET.length);
    expect(ledger.objects).toBe(2);
    expect(server.retained).toBe(ledger.retained);
    server.sendResponse(OK);
    taken(server);
    expect(ledger.retained).toBe(0);
  });

  it("refuses with 503 what the server's ledger has no room for", () => {
    const ledger = new Ledger({ maxRetainedBytes: 300 });
    const first = new ServerConnection({ ledger });
    tell(first, GET);
    const second = new ServerConnection({ ledger });
    expect(tell(second, GET)).toMatchObject([
      { code: "http1.retained.bytes", limit: { name: "maxRetainedBytes", max: 300 } },
    ]);
    expect(second.state).not.toBe("open");
    expect(second.retained).toBe(0);
    first.sendResponse(OK);
    expect(first.state).toBe("closed");
    expect(ledger.retained).toBe(0);
  });
});
