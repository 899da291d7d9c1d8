// A peer that sends one byte just before each deadline does not renew it for ever. The limits are
// the defaults.

import { ClientConnection, ServerConnection } from "@wirewall/http1";
import { Fields } from "@wirewall/fields";
import { describe, expect, it } from "vitest";
import { listen, taken, tell, types, type Connection } from "./converse.ts";

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

/** The time of its end, if the connection gets one byte of `input` one millisecond before each deadline. */
function trickled(connection: Connection, input: Iterable<string>): { at: number; code: string } {
  let now = START;
  const drips = input[Symbol.iterator]();
  for (;;) {
    const { deadline } = connection;
    if (deadline === undefined) return { at: now, code: `no deadline, ${connection.state}` };
    now = Math.max(now, deadline - 1);
    const drip = drips.next();
    if (drip.done === true) return { at: now, code: "the input is over" };
    const before = connection.deadline;
    const said = tell(connection, drip.value, now);
    const refused = said.find((event) => event.type === "violation");
    if (refused !== undefined) return { at: now, code: types([refused]) };
    if (connection.deadline === before) {
      // Nothing was renewed.
      now = before ?? now;
      connection.expire(now);
      return { at: now, code: types(listen(connection, now)) };
    }
  }
}

/** The text, and then `forever` again and again. */
function* endless(start: string, forever: string): Generator<string> {
  yield* start;
  for (;;) yield* forever;
}

describe("threat: H1-25 one byte just before each deadline does not renew it for ever", () => {
  it.each([
    ["a request line", endless("GET /", "a"), 10_000, "head"],
    ["field lines", endless(`GET / HTTP/1.1\r\n${HOST}`, "a: b\r\n"), 10_000, "head"],
    ["an empty line in front", endless("\r\nGET /", "a"), 10_000, "head"],
  ])("server: %s", (_, drips, mostMs, code) => {
    const { at, code: said } = trickled(server(), drips);
    expect(said).toBe(`http1.timeout.${code}`);
    expect(at - START).toBeLessThanOrEqual(mostMs);
  });

  it.each([
    ["an extension", `${CHUNKED}1;`, "a", 5_000],
    ["leading zeros of a size", CHUNKED, "0", 5_000],
    ["trailers", `${CHUNKED}0\r\n`, "a: b\r\n", 10_000],
  ])("server: %s, after a head that came at once", (_, input, forever, mostMs) => {
    const connection = server();
    tell(connection, input, START);
    const { at, code } = trickled(connection, endless("", forever));
    expect(code).toBe("http1.timeout.body");
    expect(at - START).toBe(mostMs);
  });

  it("server: content, which is accepted at the least rate and no slower", () => {
    const length = 600;
    const whole = server();
    tell(whole, `POST / HTTP/1.1\r\n${HOST}Content-Length: ${length}\r\n\r\n`, START);
    const { at, code } = trickled(whole, endless("", "a"));
    expect(code).toBe("no deadline, open");
    expect(at - START).toBeLessThanOrEqual(5_000 + (length / 240) * 1_000);
    for (const [input, drip] of [
      [POST, "a"],
      [CHUNKED, "1\r\na\r\n"],
    ] as const) {
      const slow = server();
      tell(slow, input, START);
      let now = START;
      while (slow.state === "open") {
        now += 1_000;
        slow.expire(now);
        if (listen(slow, now).length === 0) tell(slow, drip, now);
      }
      // Four bytes give 17 ms more than the first five seconds.
      expect(now - START).toBe(6_000);
    }
  });

  it("server: requests that come one byte before the idle time is over", () => {
    const connection = server();
    tell(connection, GET, START);
    connection.sendResponse({ status: 200, content: "none" });
    listen(connection);
    taken(connection, START);
    const { at, code } = trickled(connection, endless("\r\nGET /", "a"));
    expect(code).toBe("http1.timeout.head");
    expect(at - START).toBe(4_999 + 10_000);
  });

  it.each([
    ["a head", endless(OK, "a: b\r\n"), 70_000, "timeout.head"],
    ["1xx responses", endless("", "HTTP/1.1 103 x\r\n\r\n"), 70_000, "timeout.head"],
  ])("client: %s", (_, drips, mostMs, code) => {
    const { at, code: said } = trickled(client(), drips);
    expect(said).toBe(`http1.${code}`);
    expect(at - START).toBeLessThanOrEqual(mostMs);
  });

  it("client: whole 1xx responses just in time", () => {
    const informational = (function* (): Generator<string> {
      for (;;) yield "HTTP/1.1 103 x\r\n\r\n";
    })();
    const waiting = trickled(client(), informational);
    expect(waiting.code).toBe("http1.response.informational");
    expect(waiting.at - START).toBeLessThanOrEqual(9 * 60_000);
  });
});
