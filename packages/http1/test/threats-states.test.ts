// Rows H1-34 and H1-35 of the regression catalogue: input in errors, and any call in any state.

import {
  ClientConnection,
  RequestDecoder,
  ResponseDecoder,
  ServerConnection,
  isViolation,
  type OutgoingRequest,
} from "@wirewall/http1";
import { Fields } from "@wirewall/fields";
import { Ledger, UsageError, ViolationError } from "@wirewall/limits";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { listen, taken, tell } from "./converse.ts";
import { bytes } from "./drive.ts";

const HOST = "Host: a\r\n";
const GET: OutgoingRequest = {
  method: "GET",
  target: "/",
  fields: new Fields([["host", "a"]]),
  content: "none",
};

describe("threat: H1-34 input in an error", () => {
  const marker = "zqMARKERqz";
  const corpus = [
    `GET /a HTTP/1.1\r\n${HOST}b: c\r\n\r\n`,
    `POST http://a/ HTTP/1.1\r\n${HOST}Content-Length: 5\r\n\r\nhello`,
    `POST /a HTTP/1.1\r\n${HOST}Transfer-Encoding: chunked\r\nExpect: 100-continue\r\n\r\n3;a="b"\r\nabc\r\n0\r\nb: c\r\n\r\n`,
    `GET /a HTTP/1.0\r\nConnection: upgrade\r\nUpgrade: b\r\n\r\n`,
    "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nb: c\r\n\r\nhello",
    "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3;a=b\r\nabc\r\n0\r\nb: c\r\n\r\n",
    "HTTP/1.1 101 x\r\nUpgrade: b\r\nConnection: close\r\n\r\n",
  ];

  it("a marker that was planted anywhere is in no property of a violation or error", () => {
    const at = fc.double({ min: 0, max: 1, noNaN: true });
    let refused = 0;
    fc.assert(
      fc.property(
        fc.constantFrom(...corpus),
        at,
        at,
        fc.nat({ max: 255 }),
        (message, first, second, byte) => {
          const place = Math.floor(first * message.length);
          const planted = message.slice(0, place) + marker + message.slice(place);
          const spot = Math.floor(second * planted.length);
          const spoilt =
            planted.slice(0, spot) + String.fromCharCode(byte) + planted.slice(spot + 1);
          for (const input of [planted, spoilt]) {
            const server = new ServerConnection();
            const client = new ClientConnection();
            client.sendRequest(GET);
            for (const connection of [server, client]) {
              connection.receive(bytes(input));
              for (let event = connection.next(); event !== undefined; event = connection.next()) {
                if (!isViolation(event)) continue;
                refused++;
                const error = new ViolationError(event);
                expect(textsIn([event, error]).filter((text) => text.includes(marker))).toEqual([]);
                if (connection === server) expect(taken(server)).not.toContain(marker);
              }
            }
          }
        },
      ),
      { numRuns: 1_000 },
    );
    expect(refused).toBeGreaterThan(1_000);
  });

  it("the search for it finds one that is there", () => {
    const hidden = new Error("x", { cause: { deep: [bytes(`a${marker}`)] } });
    expect(textsIn([hidden]).some((text) => text.includes(marker))).toBe(true);
    const stack = new Error(marker);
    expect(textsIn([stack]).filter((text) => text.includes(marker)).length).toBeGreaterThan(1);
  });
});

describe("threat: H1-35 any method in any state", () => {
  const messages = [
    `GET /1 HTTP/1.1\r\n${HOST}\r\n`,
    `GET /1 HTTP/1.1\r\n${HOST}\r\nGET /2 HTTP/1.1\r\n${HOST}Connection: close\r\n\r\nGET /3`,
    `POST / HTTP/1.1\r\n${HOST}Content-Length: 5\r\n\r\nhello`,
    "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok",
    "HTTP/1.1 103 x\r\n\r\nHTTP/1.1 200 OK\r\n\r\nok",
    "\r\n",
    "x",
    "\0",
    "",
  ];
  const calls = fc.array(
    fc.tuple(
      fc.constantFrom(
        "receive",
        "next",
        "end",
        "expire",
        "hold",
        "deadline",
        "expect",
        "stop",
        "take",
        "sent",
        "respond",
        "head",
        "content",
        "finish",
        "continue",
        "early",
        "request",
        "shutdown",
        "abort",
      ),
      fc.constantFrom(...messages),
    ),
    { maxLength: 40 },
  );

  it("decoders never throw, say nothing after a refusal, and keep what the ledger says", () => {
    fc.assert(
      fc.property(calls, fc.boolean(), (order, isServer) => {
        const ledger = new Ledger({ maxRetainedBytes: 100_000 });
        const decoder = isServer
          ? new RequestDecoder({ ledger, now: 0 })
          : new ResponseDecoder({ ledger, now: 0 });
        let now = 0;
        let refused = false;
        for (const [call, message] of order) {
          now += 1_700;
          if (call === "receive" || call === "take") decoder.receive(bytes(message), now);
          else if (call === "end") decoder.end(now);
          else if (call === "expire") decoder.expire(now);
          else if (call === "hold") decoder.hold();
          else if (call === "stop") decoder.stop();
          else if (call === "expect" && decoder instanceof ResponseDecoder) decoder.expect("GET");
          const event = decoder.next(now);
          if (event !== undefined) expect(refused).toBe(false);
          if (event !== undefined && isViolation(event)) refused = true;
          expect(ledger.retained).toBe(decoder.retained);
          if (refused) expect([decoder.retained, decoder.deadline]).toEqual([0, undefined]);
        }
        decoder.stop();
        expect(decoder.next()).toBeUndefined();
        expect(ledger.retained).toBe(0);
      }),
      { numRuns: 500 },
    );
  });

  it("connections throw misuse only, and let go of everything in the end", () => {
    const outgoing = { status: 200, content: "stream" as const };
    const verbs: Record<
      string,
      (connection: ServerConnection | ClientConnection, message: string, now: number) => unknown
    > = {
      receive: (connection, message, now) => connection.receive(bytes(message), now),
      next: (connection, _, now) => connection.next(now),
      end: (connection, _, now) => connection.end(now),
      expire: (connection, _, now) => connection.expire(now),
      hold: (connection) => connection.hold(),
      deadline: (connection) => connection.deadline,
      take: (connection, _, now) => connection.takeOutput(now),
      sent: (connection, _, now) => connection.outputSent(now),
      content: (connection) => connection.sendContent(bytes("abc")),
      finish: (connection) => connection.sendEnd(),
      respond: (connection) =>
        connection instanceof ServerConnection &&
        connection.sendResponse({ status: 200, content: "none" }, "x"),
      head: (connection) => connection instanceof ServerConnection && connection.sendHead(outgoing),
      continue: (connection) => connection instanceof ServerConnection && connection.sendContinue(),
      early: (connection) =>
        connection instanceof ServerConnection && connection.sendInformational(103),
      shutdown: (connection, _, now) =>
        connection instanceof ServerConnection && connection.shutdown(now),
      request: (connection) =>
        connection instanceof ClientConnection && connection.sendRequest(GET),
      expect: (connection) =>
        connection instanceof ClientConnection &&
        connection.sendRequest({ ...GET, content: "stream", method: "POST" }),
      abort: (connection, message) => message === "\0" && connection.abort(),
    };
    fc.assert(
      fc.property(calls, fc.boolean(), (order, isServer) => {
        const ledger = new Ledger({ maxRetainedBytes: 100_000 });
        const connection = isServer
          ? new ServerConnection({ ledger, now: 0 })
          : new ClientConnection({ ledger, now: 0 });
        let now = 0;
        let over = false;
        for (const [call, message] of order) {
          now += 1_700;
          try {
            verbs[call]?.(connection, message, now);
          } catch (error) {
            if (!(
              error instanceof UsageError ||
              error instanceof RangeError ||
              error instanceof TypeError
            ))
              throw error;
          }
          expect(ledger.retained).toBe(connection.retained);
          expect(connection.deadline ?? now).toBeGreaterThanOrEqual(0);
          if (over) expect(connection.state).toMatch(/closed|tunnel/);
          over = connection.state === "closed" || connection.state === "tunnel";
        }
        connection.abort();
        listen(connection);
        expect(connection.state).toBe("closed");
        expect(ledger.retained).toBe(0);
        expect(connection.queuedBytes).toBe(0);
      }),
      { numRuns: 1_000 },
    );
  });

  it("pipelined input after the last message moves nothing", () => {
    const server = new ServerConnection();
    tell(server, `GET / HTTP/1.1\r\n${HOST}Connection: close\r\n\r\n`);
    server.sendResponse({ status: 200, content: "none" });
    taken(server);
    const state = server.state;
    for (const message of messages) expect(tell(server, message)).toEqual([]);
    expect(server.state).toBe(state);
    expect(server.retained).toBe(0);
  });
});

/** All text in the values, whatever property it hides in; bytes are text as well. */
function textsIn(values: readonly unknown[], seen: Set<unknown> = new Set()): string[] {
  return values.flatMap((value) => {
    if (typeof value === "string") return [value];
    if (typeof value !== "object" || value === null || seen.has(value)) return [];
    seen.add(value);
    if (value instanceof Uint8Array) return [String.fromCharCode(...value)];
    const names = Reflect.ownKeys(value).map(String);
    const held = Reflect.ownKeys(value).map((key) => Reflect.get(value, key) as unknown);
    return [...names, ...textsIn(held, seen)];
  });
}
