// Time is an argument: every state that waits has a deadline, `expire` ends it, and a byte just
// before it does not renew it for ever. The limits are the defaults unless a test says otherwise.

import {
  ClientConnection,
  RequestDecoder,
  ResponseDecoder,
  ServerConnection,
  type OutgoingRequest,
} from "@wirewall/http1";
import { Fields } from "@wirewall/fields";
import { describe, expect, it } from "vitest";
import { listen, taken, tell, types } from "./converse.ts";
import { bytes } from "./drive.ts";

const HOST = "Host: a\r\n";
const GET = `GET / HTTP/1.1\r\n${HOST}\r\n`;
const POST = `POST / HTTP/1.1\r\n${HOST}Content-Length: 100000\r\n\r\n`;
const CHUNKED = `POST / HTTP/1.1\r\n${HOST}Transfer-Encoding: chunked\r\n\r\n`;
const OK = "HTTP/1.1 200 OK\r\n";
const START = 1_000_000;

function server(): ServerConnection {
  return new ServerConnection({ now: START });
}

/** A client that has sent a request, which left at START. */
function client(): ClientConnection {
  const made = new ClientConnection({ now: START - 500_000 });
  made.sendRequest({
    method: "GET",
    target: "/",
    fields: new Fields([["host", "a"]]),
    content: "none",
  });
  taken(made, START);
  return made;
}

describe("threat: H1-25 row: C1 every state that waits has a deadline, and expire ends it", () => {
  it.each([
    ["the first byte", "", 10_000, "head", 408],
    ["the rest of an empty line", "\r", 10_000, "head", 408],
    ["a request after an empty line", "\r\n", 10_000, "head", 408],
    ["the method", "GE", 10_000, "head", 408],
    ["the target", "GET /", 10_000, "head", 408],
    ["the version", "GET / HTTP/1", 10_000, "head", 408],
    ["a field name", "GET / HTTP/1.1\r\nHo", 10_000, "head", 408],
    ["a field value", "GET / HTTP/1.1\r\nHost: a", 10_000, "head", 408],
    ["the end of the head", "GET / HTTP/1.1\r\nHost: a\r\n\r", 10_000, "head", 408],
    ["the first byte of content", POST, 5_000, "body", 408],
    ["the first chunk", CHUNKED, 5_000, "body", 408],
    ["the rest of a chunk size", `${CHUNKED}1`, 5_000, "body", 408],
    ["the rest of an extension", `${CHUNKED}1;a="b`, 5_000, "body", 408],
    ["the data of a chunk", `${CHUNKED}5\r\n`, 5_000, "body", 408],
    ["the end of a chunk", `${CHUNKED}5\r\nhello`, 5_021, "body", 408],
    ["the next chunk", `${CHUNKED}5\r\nhello\r\n`, 5_021, "body", 408],
    ["the end of trailers", `${CHUNKED}0\r\n`, 10_000, "body", 408],
    ["the rest of a trailer", `${CHUNKED}0\r\na: b`, 10_000, "body", 408],
    ["content that came fast so far", POST + "x".repeat(60_000), 30_000, "body", 408],
  ] as const)("server: %s", (_, input, waitMs, code, status) => {
    const connection = server();
    tell(connection, input, START);
    expect(connection.deadline).toBe(START + waitMs);
    connection.expire(START + waitMs - 1);
    expect(listen(connection)).toEqual([]);
    expect(connection.state).toBe("open");
    connection.expire(START + waitMs);
    expect(listen(connection)).toMatchObject([
      { code: `http1.timeout.${code}`, offset: input.length, reply: { action: "respond", status } },
    ]);
    expect(taken(connection, START + waitMs)).toMatch(/^HTTP\/1\.1 408 /);
    expect(connection.state).toBe("lingering");
    expect(connection.deadline).toBe(START + waitMs + 1_000);
    connection.expire(START + waitMs + 1_000);
    expect(connection.state).toBe("closed");
    expect(connection.deadline).toBeUndefined();
    expect(connection.retained).toBe(0);
  });

  it("server: the next request, from when the last answer left", () => {
    const connection = server();
    tell(connection, GET, START);
    expect(connection.deadline).toBeUndefined();
    connection.sendResponse({ status: 200, content: "none" });
    listen(connection, START + 2_000);
    connection.takeOutput(START + 2_000);
    expect(connection.deadline).toBe(START + 32_000);
    connection.expire(START + 20_000);
    expect(listen(connection)).toEqual([]);
    expect(connection.state).toBe("open");
    connection.outputSent(START + 20_000);
    expect(connection.deadline).toBe(START + 25_000);
    connection.expire(START + 24_999);
    expect(listen(connection)).toEqual([]);
    connection.expire(START + 25_000);
    expect(listen(connection)).toMatchObject([
      { code: "http1.timeout.idle", reply: { action: "close" } },
    ]);
    expect(taken(connection)).toBe("");
    expect(connection.state).toBe("closed");
  });

  it.each([
    ["the response", "", 60_000, "response"],
    ["the status line", "HTTP/1.1 2", 10_000, "head"],
    ["the end of the head", `${OK}a: b\r\n`, 10_000, "head"],
    ["the final response", "HTTP/1.1 103 x\r\n\r\n", 60_000, "response"],
    ["content of a length", `${OK}Content-Length: 5\r\n\r\n`, 30_000, "body"],
    ["content until the end", `${OK}\r\n`, 30_000, "body"],
    ["more content until the end", `${OK}\r\n${"x".repeat(120)}`, 30_000, "body"],
    ["a chunk", `${OK}Transfer-Encoding: chunked\r\n\r\n`, 30_000, "body"],
    ["trailers", `${OK}Transfer-Encoding: chunked\r\n\r\n0\r\n`, 10_000, "body"],
  ] as const)("client: %s", (_, input, waitMs, code) => {
    const connection = client();
    tell(connection, input, START);
    expect(connection.deadline).toBe(START + waitMs);
    connection.expire(START + waitMs - 1);
    expect(listen(connection)).toEqual([]);
    connection.expire(START + waitMs);
    expect(listen(connection)).toMatchObject([
      { code: `http1.timeout.${code}`, offset: input.length, reply: { action: "close" } },
    ]);
    expect(connection.state).toBe("closed");
    expect(connection.deadline).toBeUndefined();
    expect(connection.retained).toBe(0);
  });

  it("client: nothing while idle, which is its owner's to bound", () => {
    const connection = client();
    tell(connection, `${OK}Content-Length: 0\r\n\r\n`, START);
    expect(connection.reusable).toBe(true);
    expect(connection.deadline).toBeUndefined();
  });

  it("both: output that does not leave", () => {
    const answering = server();
    tell(answering, GET, START);
    answering.sendHead({ status: 200, content: "stream" });
    answering.sendContent(bytes("x"));
    const asking = new ClientConnection({ now: START });
    asking.sendRequest({
      method: "GET",
      target: "/",
      fields: new Fields([["host", "a"]]),
      content: "none",
    });
    for (const connection of [answering, asking]) {
      connection.takeOutput(START + 5);
      expect(connection.deadline).toBe(START + 30_005);
      connection.expire(START + 30_004);
      expect(connection.state).toBe("open");
      connection.expire(START + 30_005);
      expect(connection.state).toBe("closed");
      expect(types(listen(connection))).toBe("http1.timeout.write");
      expect(connection.retained).toBe(0);
    }
  });

  it("both: output of which only a part left", () => {
    const connection = server();
    tell(connection, GET, START);
    connection.sendHead({ status: 200, content: 200_000 });
    connection.sendContent(new Uint8Array(200_000));
    connection.takeOutput(START);
    expect(connection.deadline).toBe(START + 30_000);
    connection.takeOutput(START + 10_000);
    connection.outputSent(START + 20_000);
    expect(connection.queuedBytes).toBeGreaterThan(0);
    expect(connection.deadline).toBe(START + 50_000);
    connection.expire(START + 50_000);
    expect(types(listen(connection))).toBe("http1.timeout.write");
  });

  it("server: none while the application answers, however long that takes", () => {
    const connection = server();
    tell(connection, GET, START);
    connection.sendHead({ status: 200, content: "stream" });
    for (const now of [START + 10_000, START + 3_600_000]) {
      connection.sendContent(bytes("x"));
      taken(connection, now);
      expect(connection.deadline).toBeUndefined();
      connection.expire(now + 1_000_000);
      expect(listen(connection, now)).toEqual([]);
    }
    connection.sendEnd();
    listen(connection, START + 3_700_000);
    taken(connection, START + 3_700_000);
    expect(connection.state).toBe("open");
    expect(connection.deadline).toBe(START + 4_600_000 + 5_000);
  });

  it("decoders: the first byte, the idle time, and the response", () => {
    const requests = new RequestDecoder({ now: START });
    expect(requests.deadline).toBe(START + 10_000);
    requests.receive(bytes(GET), START + 1);
    while (requests.next() !== undefined);
    expect(requests.deadline).toBe(START + 5_001);
    requests.expire(START + 5_001);
    expect(requests.next()).toMatchObject({ code: "http1.timeout.idle" });
    expect(requests.deadline).toBeUndefined();

    const responses = new ResponseDecoder({ now: START });
    expect(responses.deadline).toBeUndefined();
    responses.expect("GET");
    expect(responses.deadline).toBe(START + 60_000);
    responses.expire(START + 60_000);
    expect(responses.next()).toMatchObject({ code: "http1.timeout.response" });
  });
});

describe("row: C1 minBodyBytesPerSecond counts the time that bytes were waited for", () => {
  const fed = (bytesEach: number, everyMs: number, forMs: number): string => {
    const connection = server();
    tell(connection, `POST / HTTP/1.1\r\n${HOST}Content-Length: 9999999\r\n\r\n`, START);
    for (let now = START + everyMs; now <= START + forMs; now += everyMs) {
      connection.expire(now);
      const said = listen(connection, now);
      if (said.length > 0) return `${types(said)} after ${now - START}`;
      tell(connection, "x".repeat(bytesEach), now);
    }
    return "accepted";
  };

  it("lets a peer go on that keeps to it", () => {
    expect(fed(60, 250, 120_000)).toBe("accepted");
    expect(fed(120, 500, 120_000)).toBe("accepted");
  });

  it("ends one that does not, when its time is used up", () => {
    // After t ms 0.2 (t - 250) bytes have come: 5,000 + 0.2 (t - 250) / 240 * 1,000 = t.
    expect(fed(50, 250, 120_000)).toBe("http1.timeout.body after 28750");
  });

  it("does not count the time in which the reader paused", () => {
    const connection = server();
    connection.receive(bytes(`${POST}ab`), START);
    expect(connection.next(START)?.type).toBe("request-head");
    connection.hold();
    expect(connection.deadline).toBeUndefined();
    connection.expire(START + 3_600_000);
    expect(types(listen(connection, START + 3_600_000))).toBe("content");
    expect(connection.deadline).toBe(START + 3_600_000 + 5_009);
    connection.receive(bytes("c"), START + 3_600_100);
    expect(connection.deadline).toBeUndefined();
    expect(types(listen(connection, START + 7_200_000))).toBe("content");
    // 100 ms were waited; three bytes give 12.5 ms.
    expect(connection.deadline).toBe(START + 7_200_000 + 4_913);
  });

  it("starts when content is asked for, not when 100 Continue is withheld", () => {
    const connection = server();
    connection.receive(
      bytes(`POST / HTTP/1.1\r\n${HOST}Expect: 100-continue\r\nContent-Length: 5\r\n\r\n`),
      START,
    );
    connection.next(START);
    expect(connection.deadline).toBeUndefined();
    connection.sendContinue();
    taken(connection, START + 60_000);
    expect(listen(connection, START + 60_000)).toEqual([]);
    expect(connection.deadline).toBe(START + 65_000);
  });
});

describe("row: C1 the clock of a connection", () => {
  it("never goes back", () => {
    const connection = new ServerConnection();
    tell(connection, "G", START);
    tell(connection, "E", START - 60_000);
    expect(connection.deadline).toBe(START + 10_000);
  });

  it("is not looked at before it was told", () => {
    const connection = new ServerConnection();
    expect(connection.deadline).toBeUndefined();
    tell(connection, GET.slice(0, 5));
    expect(connection.deadline).toBeUndefined();
  });

  it("client: an upload that takes long does not use up the time of its response", () => {
    const connection = new ClientConnection({ now: START });
    const upload: OutgoingRequest = {
      method: "POST",
      target: "/",
      fields: new Fields([
        ["host", "a"],
        ["expect", "100-continue"],
      ]),
      content: "stream",
    };
    connection.sendRequest(upload);
    taken(connection, START);
    tell(connection, "HTTP/1.1 100 Continue\r\n\r\n", START + 100);
    expect(connection.deadline).toBeUndefined();
    connection.sendContent(bytes("x"));
    connection.sendEnd();
    taken(connection, START + 300_000);
    expect(connection.deadline).toBe(START + 360_000);
  });

  it("client: a request on a connection that rested has its whole time", () => {
    const connection = client();
    tell(connection, `${OK}Content-Length: 0\r\n\r\n`, START);
    connection.sendRequest({
      method: "GET",
      target: "/",
      fields: new Fields([["host", "a"]]),
      content: "none",
    });
    connection.takeOutput(START + 50_000);
    expect(connection.deadline).toBe(START + 80_000);
    connection.outputSent(START + 50_001);
    expect(connection.deadline).toBe(START + 110_001);
  });
});
