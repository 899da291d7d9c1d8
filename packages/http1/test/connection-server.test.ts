// The server's side of a connection: RFC 9112 §9, RFC 9110 §7.8, §9.3.6, §10.1.1, §15.2.

import { ServerConnection, type OutgoingResponse } from "@wirewall/http1";
import { Fields } from "@wirewall/fields";
import { describe, expect, it } from "vitest";
import { afterHead, linesOf, listen, taken, tell, types } from "./converse.ts";
import { bytes } from "./drive.ts";

const HOST = "Host: a\r\n";
const GET = `GET / HTTP/1.1\r\n${HOST}\r\n`;
const OK: OutgoingResponse = { status: 200, content: "none" };

function fields(...lines: readonly (readonly [string, string])[]): Fields {
  return new Fields(lines);
}

describe("row: C1 one request at a time (RFC 9112 §9.3.2)", () => {
  it("hands out the next request when the last one was answered", () => {
    const server = new ServerConnection();
    expect(types(tell(server, `${GET}GET /b HTTP/1.1\r\n${HOST}\r\n`))).toMatch(
      /^request-head( end)?$/,
    );
    expect(server.request?.target).toBe("/");
    expect(listen(server)).toEqual([]);
    server.sendResponse(OK, "one");
    expect(types(listen(server))).toMatch(/^request-head( end)?$/);
    expect(server.request?.target).toBe("/b");
    server.sendResponse(OK, "two");
    expect(listen(server)).toEqual([]);
    expect(server.request).toBeUndefined();
    expect(taken(server)).toBe(
      "HTTP/1.1 200 OK\r\ncontent-length: 3\r\n\r\none" +
        "HTTP/1.1 200 OK\r\ncontent-length: 3\r\n\r\ntwo",
    );
    expect(server.state).toBe("open");
    expect(server.retained).toBe(0);
  });

  it("leaves input unread while there is some", () => {
    const server = new ServerConnection();
    expect(server.wantsInput).toBe(true);
    tell(server, GET + GET);
    expect(server.wantsInput).toBe(false);
    server.sendResponse(OK);
    listen(server);
    expect(server.wantsInput).toBe(true);
  });

  it("pauses after maxPipelinedCount answers until the output is taken", () => {
    const server = new ServerConnection({ limits: { maxPipelinedCount: 3 } });
    server.receive(bytes(GET.repeat(7)));
    const answer = (): number => {
      let count = 0;
      while (listen(server).length > 0) {
        server.sendResponse(OK);
        count++;
      }
      return count;
    };
    expect(answer()).toBe(3);
    expect(server.retained).toBeGreaterThanOrEqual(4 * GET.length);
    expect(taken(server).match(/HTTP/g)).toHaveLength(3);
    expect(answer()).toBe(3);
    taken(server);
    expect(answer()).toBe(1);
    taken(server);
    expect(server.retained).toBe(0);
  });

  it("pauses while the output queue is full", () => {
    const server = new ServerConnection({ limits: { maxQueuedOutputBytes: 1_024 } });
    server.receive(bytes(GET.repeat(3)));
    let answered = 0;
    while (listen(server).length > 0) {
      server.sendResponse(OK, "x".repeat(1_000));
      answered++;
    }
    expect(answered).toBe(1);
    taken(server);
    expect(types(listen(server))).toMatch(/^request-head/);
  });

  it("keeps what is unread when the handler does not ask, and charges it", () => {
    const server = new ServerConnection();
    const chunk = bytes(`POST / HTTP/1.1\r\n${HOST}Content-Length: 10\r\n\r\nhello`);
    server.receive(chunk);
    expect(server.next()?.type).toBe("request-head");
    const before = server.retained;
    server.hold();
    chunk.fill(0);
    expect(server.retained).toBeGreaterThan(before);
    expect(listen(server)).toEqual([{ type: "content", text: "hello" }]);
  });
});

describe("row: C1 persistence (RFC 9112 §9.3)", () => {
  it.each([
    ["1.1", "", undefined, "open", undefined],
    ["1.1", "close", undefined, "lingering", "close"],
    ["1.1", "CLOSE, x", undefined, "lingering", "close"],
    ["1.1", "keep-alive", undefined, "open", undefined],
    ["1.1", "", "close", "lingering", "close"],
    ["1.1", "", "x, Close", "lingering", "x, Close"],
    ["1.0", "", undefined, "lingering", "close"],
    ["1.0", "keep-alive", undefined, "open", "keep-alive"],
    ["1.0", "keep-alive", "close", "lingering", "close"],
    ["1.0", "keep-alive, close", undefined, "lingering", "close"],
  ])("HTTP/%s, Connection: %s, answered with %s: %s", (version, asked, answered, state, line) => {
    const server = new ServerConnection();
    const lines = asked === "" ? "" : `Connection: ${asked}\r\n`;
    tell(server, `GET / HTTP/${version}\r\n${HOST}${lines}\r\n`);
    server.sendResponse(
      answered === undefined ? OK : { ...OK, fields: fields(["connection", answered]) },
    );
    expect(server.state).toBe(state);
    const said = linesOf(taken(server)).filter((head) => head.startsWith("connection"));
    expect(said).toEqual(line === undefined ? [] : [`connection: ${line}`]);
    if (state === "open") expect(types(tell(server, GET))).toMatch(/^request-head/);
    else expect(tell(server, GET)).toEqual([]);
  });

  it("reads nothing that follows a request that closes", () => {
    const server = new ServerConnection();
    tell(server, `GET / HTTP/1.1\r\n${HOST}Connection: close\r\n\r\n${GET}`);
    server.sendResponse(OK);
    expect(listen(server)).toEqual([]);
    expect(server.retained).toBe(taken(server).length);
    server.outputSent();
    expect(server.retained).toBe(0);
  });
});

describe("row: C1 framing of responses (RFC 9112 §6)", () => {
  const answered = (request: string, response: OutgoingResponse, content?: string): string => {
    const server = new ServerConnection();
    tell(server, request);
    server.sendHead(response);
    if (content !== undefined) server.sendContent(bytes(content));
    server.sendEnd();
    return taken(server);
  };

  it("declares a length, none, or chunks", () => {
    expect(answered(GET, { status: 200, content: 5 }, "hello")).toBe(
      "HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nhello",
    );
    expect(answered(GET, OK)).toBe("HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n");
    expect(answered(GET, { status: 200, content: "stream" }, "hello, hello, hello")).toBe(
      "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n13\r\nhello, hello, hello\r\n0\r\n\r\n",
    );
  });

  it("sends a 1.0 peer content without chunks, until the connection ends", () => {
    const output = answered(
      `GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n`,
      { status: 200, content: "stream" },
      "hello",
    );
    expect(output).toBe("HTTP/1.1 200 OK\r\nconnection: close\r\n\r\nhello");
  });

  it.each([
    [`HEAD / HTTP/1.1\r\n${HOST}\r\n`, 200, 5, ["content-length: 5"]],
    [`HEAD / HTTP/1.1\r\n${HOST}\r\n`, 200, "stream", ["transfer-encoding: chunked"]],
    [GET, 304, 5, ["content-length: 5"]],
    [GET, 304, "none", []],
    [GET, 304, "stream", []],
    [GET, 204, "none", []],
  ] as const)(
    "%j answered with %i and content %s has a head only",
    (request, status, content, lines) => {
      const server = new ServerConnection();
      tell(server, request);
      server.sendHead({ status, content });
      expect(() => server.sendContent(bytes("x"))).toThrow(TypeError);
      server.sendEnd();
      const output = taken(server);
      expect(linesOf(output).slice(1)).toEqual(lines);
      expect(afterHead(output)).toBe("");
      expect(types(tell(server, GET))).toMatch(/^request-head/);
    },
  );

  it("drops the content of a whole response to HEAD, but not its length", () => {
    const server = new ServerConnection();
    tell(server, `HEAD / HTTP/1.1\r\n${HOST}\r\n`);
    server.sendResponse(OK, "hello");
    expect(taken(server)).toBe("HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\n");
    expect(server.state).toBe("open");
  });

  it("refuses content that is not what the head declared", () => {
    const server = new ServerConnection();
    tell(server, GET);
    server.sendHead({ status: 200, content: 3 });
    expect(() => server.sendContent(bytes("hell"))).toThrow(RangeError);
    server.sendContent(bytes("he"));
    expect(() => server.sendEnd()).toThrow(RangeError);
    server.sendContent(bytes("y"));
    expect(() => server.sendEnd(fields(["b", "c"]))).toThrow(TypeError);
    server.sendEnd();
    expect(afterHead(taken(server))).toBe("hey");
  });

  it("sends trailers after the last chunk, apart from the head", () => {
    const server = new ServerConnection();
    tell(server, GET);
    server.sendHead({ status: 200, content: "stream" });
    server.sendContent(bytes("x"));
    for (const name of ["content-length", "transfer-encoding", "host", "set-cookie"])
      expect(() => server.sendEnd(fields([name, "1"]))).toThrow(TypeError);
    server.sendEnd(fields(["b", "c"], ["b", "d"]));
    expect(afterHead(taken(server))).toBe("1\r\nx\r\n0\r\nb: c\r\nb: d\r\n\r\n");
  });

  it("refuses framing lines of the application", () => {
    const server = new ServerConnection();
    tell(server, GET);
    for (const name of ["content-length", "transfer-encoding"])
      expect(() => server.sendHead({ ...OK, fields: fields([name, "5"]) })).toThrow(TypeError);
    expect(taken(server)).toBe("");
    server.sendResponse(OK);
    expect(taken(server)).toBe("HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n");
  });

  it("writes Date where there is none", () => {
    const server = new ServerConnection();
    server.date = "Sun, 06 Nov 1994 08:49:37 GMT";
    tell(server, GET + GET);
    server.sendResponse(OK);
    listen(server);
    server.sendResponse({ ...OK, fields: fields(["date", "mine"]) });
    expect(taken(server)).toBe(
      "HTTP/1.1 200 OK\r\ncontent-length: 0\r\ndate: Sun, 06 Nov 1994 08:49:37 GMT\r\n\r\n" +
        "HTTP/1.1 200 OK\r\ndate: mine\r\ncontent-length: 0\r\n\r\n",
    );
  });
});

describe("row: C1 100 Continue and other 1xx (RFC 9110 §10.1.1, §15.2)", () => {
  const POST = `POST / HTTP/1.1\r\n${HOST}Content-Length: 5\r\nExpect: 100-Continue\r\n\r\n`;

  it("sends 100 once, when the content is wanted, and only to a peer that waits", () => {
    const server = new ServerConnection();
    tell(server, POST);
    expect(taken(server)).toBe("");
    server.sendContinue();
    server.sendContinue();
    expect(taken(server)).toBe("HTTP/1.1 100 Continue\r\n\r\n");
    expect(types(tell(server, "hello"))).toBe("content end");
    server.sendResponse(OK);
    taken(server);
    tell(server, GET);
    server.sendContinue();
    expect(taken(server)).toBe("");
  });

  it("sends nothing of the kind after the final response, a refusal or the end", () => {
    const early = new ServerConnection();
    tell(early, POST);
    early.sendHead({ status: 200, content: 0 });
    early.sendContinue();
    early.sendEnd();
    early.sendContinue();
    expect(taken(early).match(/HTTP/g)).toHaveLength(1);

    const refused = new ServerConnection();
    tell(refused, POST.replace("Content-Length: 5", "Transfer-Encoding: chunked"));
    tell(refused, "x\r\n");
    refused.sendContinue();
    expect(taken(refused).match(/HTTP\/1.1 \d+/g)).toEqual(["HTTP/1.1 400"]);

    const aborted = new ServerConnection();
    tell(aborted, POST);
    aborted.abort();
    aborted.sendContinue();
    expect(taken(aborted)).toBe("");
  });

  it("sends 1xx before the final response, but none to a 1.0 peer", () => {
    const server = new ServerConnection();
    tell(server, GET);
    server.sendInformational(103, fields(["link", "</a>"]));
    for (const status of [100, 101, 200, 99, 1.5])
      expect(() => server.sendInformational(status)).toThrow(RangeError);
    server.sendResponse(OK);
    expect(taken(server)).toMatch(
      /^HTTP\/1\.1 103 Early Hints\r\nlink: <\/a>\r\n\r\nHTTP\/1\.1 200 OK/,
    );
    expect(() => server.sendInformational(103)).toThrow(/no request/);
    const old = new ServerConnection();
    tell(old, "GET / HTTP/1.0\r\n\r\n");
    old.sendInformational(103);
    expect(taken(old)).toBe("");
  });
});
