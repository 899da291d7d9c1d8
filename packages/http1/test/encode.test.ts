// What leaves is what a decoder on the other side reads: either a refusal with nothing queued, or
// bytes that decode to the arguments.

import {
  ClientConnection,
  RequestDecoder,
  ResponseDecoder,
  ServerConnection,
  encodeRequestHead,
  encodeResponseHead,
  type OutgoingContent,
} from "@wirewall/http1";
import { Fields } from "@wirewall/fields";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { linesOf, taken, tell } from "./converse.ts";
import { bytes, hear, kind, requestHead, responseHead, type Said } from "./drive.ts";
import { adopt, contents, hostile, long, names, unchecked, values } from "./hostile.ts";

const HOST = "Host: a\r\n";
const GET = `GET / HTTP/1.1\r\n${HOST}\r\n`;

/** The output, or undefined where the arguments were refused; anything else that is thrown is a fault. */
function encoded(write: () => Uint8Array): Uint8Array | undefined {
  try {
    return write();
  } catch (error) {
    expect(error instanceof TypeError || error instanceof RangeError).toBe(true);
    return undefined;
  }
}

/** The head is read, and nothing of it is refused. What follows the head is not there. */
function readBack(decoder: RequestDecoder | ResponseDecoder, output: Uint8Array): Said[] {
  const said = hear(decoder, [output], false);
  expect(
    said.map((event) => event.type).filter((type) => type !== "end" && type !== "tunnel"),
  ).toHaveLength(1);
  return said;
}

describe("threat: H1-23 row: C1 either a refusal with empty output, or what was encoded", () => {
  it("holds for requests of any text", () => {
    const methods = fc.oneof(
      { weight: 5, arbitrary: fc.constantFrom("GET", "POST", "HEAD", "M".repeat(32)) },
      { weight: 1, arbitrary: fc.constantFrom("CONNECT", "OPTIONS", "PLAY", "M".repeat(33)) },
      { weight: 1, arbitrary: hostile },
    );
    const targets = fc.oneof(
      { weight: 5, arbitrary: fc.constantFrom("/", "/a?b", "//a", "http://a/") },
      {
        weight: 1,
        arbitrary: fc.constantFrom("*", "a:80", "http://b/", long(8_177), long(8_178), long(8_179)),
      },
      { weight: 1, arbitrary: hostile },
    );
    const hosts = fc.oneof(
      { weight: 4, arbitrary: fc.constantFrom("a", "a:80") },
      { weight: 1, arbitrary: hostile },
    );
    let accepted = 0;
    fc.assert(
      fc.property(
        methods,
        targets,
        hosts,
        unchecked,
        contents,
        (method, target, host, lines, content) => {
          const all = [["host", host] as const, ...lines];
          const output = encoded(() =>
            encodeRequestHead({ method, target, fields: adopt(all), content }),
          );
          if (output === undefined) return;
          accepted++;
          const head = requestHead(
            readBack(new RequestDecoder({ limits: { maxBodyBytes: 2 ** 53 - 1 } }), output),
          );
          expect(head).toMatchObject({ method, target, version: "1.1", authority: host });
          expect(head.fields.slice(0, all.length)).toEqual(all);
          expect(framingOf(head)).toEqual(framingFor(content));
          expect(
            head.fields
              .slice(all.length)
              .every(([name]) => name === "content-length" || name === "transfer-encoding"),
          ).toBe(true);
        },
      ),
      { numRuns: 2_000 },
    );
    expect(accepted).toBeGreaterThan(100);
  });

  it("holds for responses of any text", () => {
    const statuses = fc.oneof(
      fc.integer({ min: -1, max: 700 }),
      fc.constantFrom(200, 204, 304, 100, 101, 199.5, Number.NaN),
    );
    const reasons = fc.oneof(
      fc.constant(undefined),
      hostile,
      fc.constantFrom("x".repeat(8_179), "x".repeat(8_180)),
    );
    let accepted = 0;
    fc.assert(
      fc.property(statuses, reasons, unchecked, contents, (status, reason, lines, content) => {
        const fields = adopt(lines);
        const output = encoded(() =>
          encodeResponseHead({
            status,
            fields,
            content,
            ...(reason === undefined ? {} : { reason }),
          }),
        );
        if (output === undefined) return;
        accepted++;
        const decoder = new ResponseDecoder({ limits: { maxBodyBytes: 2 ** 53 - 1 } });
        decoder.expect("GET");
        const head = responseHead(readBack(decoder, output));
        expect(head.status).toBe(status);
        if (reason !== undefined) expect(head.reason).toBe(reason);
        expect(head.fields.slice(0, lines.length)).toEqual(lines);
      }),
      { numRuns: 2_000 },
    );
    expect(accepted).toBeGreaterThan(100);
  });

  it("holds for trailers of any text", () => {
    const trailerNames = fc.oneof(names, fc.constantFrom("b", "x-checksum", "etag"));
    let accepted = 0;
    fc.assert(
      fc.property(
        fc.array(fc.tuple(trailerNames, values), { maxLength: 4 }),
        fc.boolean(),
        (lines, fromServer) => {
          const from = fromServer ? answering() : asking();
          taken(from);
          const output = encoded(() => {
            from.sendEnd(adopt(lines));
            return bytes(taken(from));
          });
          if (output === undefined) {
            expect(taken(from)).toBe("");
            return;
          }
          accepted++;
          const decoder = new ResponseDecoder();
          decoder.expect("GET");
          const said = hear(decoder, [
            bytes("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"),
            output,
          ]);
          expect(kind(said)).toBe("accepted");
          const trailers = said.flatMap((event) => (event.type === "trailers" ? event.fields : []));
          expect(trailers).toEqual(lines);
        },
      ),
    );
    expect(accepted).toBeGreaterThan(20);
  });

  it("holds for 1xx, upgrades and dates", () => {
    fc.assert(
      fc.property(unchecked, values, hostile, (lines, protocol, date) => {
        const server = new ServerConnection();
        tell(server, `GET / HTTP/1.1\r\n${HOST}Connection: upgrade\r\nUpgrade: websocket\r\n\r\n`);
        const decoder = new ResponseDecoder();
        decoder.expect("GET", true);
        const early = encoded(() => {
          server.sendInformational(103, adopt(lines));
          return bytes(taken(server));
        });
        expect(taken(server)).toBe("");
        if (early !== undefined)
          expect(hear(decoder, [early], false)).toMatchObject([
            { type: "informational", fields: lines },
          ]);
        const switched = encoded(() => {
          server.sendHead({
            status: 101,
            content: "none",
            fields: adopt([["upgrade", protocol], ...lines]),
          });
          return bytes(taken(server));
        });
        if (switched !== undefined) {
          expect(protocol).toBe("websocket");
          expect(hear(decoder, [switched], false).map((event) => event.type)).toEqual([
            "response-head",
            "tunnel",
          ]);
          return;
        }
        expect(taken(server)).toBe("");
        const dated = encoded(() => {
          server.date = date;
          server.sendResponse({ status: 200, content: "none" });
          return bytes(taken(server));
        });
        if (dated === undefined) return;
        const other = new ResponseDecoder();
        other.expect("GET");
        expect(responseHead(hear(other, [dated], false)).fields).toEqual([
          ["content-length", "0"],
          ["date", date],
        ]);
      }),
      { numRuns: 500 },
    );
  });

  it("queues nothing for what it refuses, and goes on with the next", () => {
    const lineEnds = [
      "a\r\nb: c",
      "a\rb",
      "a\nb",
      "a\0b",
      "a\u010d\u010ab: c",
      "\u010d",
      " a",
      "a ",
      "\ta",
      "a\x7f",
    ];
    for (const value of lineEnds) {
      const client = new ClientConnection();
      expect(() =>
        client.sendRequest({
          method: "GET",
          target: "/",
          fields: adopt([
            ["host", "a"],
            ["b", value],
          ]),
          content: "none",
        }),
      ).toThrow(TypeError);
      expect(() =>
        client.sendRequest({
          method: `G${value}`,
          target: "/",
          fields: adopt([["host", "a"]]),
          content: "none",
        }),
      ).toThrow(TypeError);
      expect(() =>
        client.sendRequest({
          method: "GET",
          target: `/${value}`,
          fields: adopt([["host", "a"]]),
          content: "none",
        }),
      ).toThrow(TypeError);
      expect(taken(client)).toBe("");
      expect(client.idle).toBe(true);
      client.sendRequest({
        method: "GET",
        target: "/",
        fields: adopt([["host", "a"]]),
        content: "none",
      });
      expect(taken(client)).toBe("GET / HTTP/1.1\r\nhost: a\r\n\r\n");

      const server = new ServerConnection();
      tell(server, GET);
      expect(() =>
        server.sendHead({ status: 200, fields: adopt([["b", value]]), content: "none" }),
      ).toThrow(TypeError);
      expect(() =>
        server.sendHead({ status: 200, fields: adopt([[value, "b"]]), content: "none" }),
      ).toThrow(TypeError);
      if (value.trim() === value && value !== "a ")
        expect(() => server.sendHead({ status: 200, reason: value, content: "none" })).toThrow(
          TypeError,
        );
      expect(taken(server)).toBe("");
      server.sendResponse({ status: 200, content: "none" });
      expect(linesOf(taken(server))).toEqual(["HTTP/1.1 200 OK", "content-length: 0"]);
    }
  });

  it("does not repeat the text in its message", () => {
    const marker = "marker4711";
    const attempts: (() => unknown)[] = [
      () =>
        encodeRequestHead({
          method: `${marker} `,
          target: "/",
          fields: adopt([["host", "a"]]),
          content: "none",
        }),
      () =>
        encodeRequestHead({
          method: "GET",
          target: `${marker} `,
          fields: adopt([["host", "a"]]),
          content: "none",
        }),
      () =>
        encodeRequestHead({
          method: "GET",
          target: "/",
          fields: adopt([["host", `${marker}/`]]),
          content: "none",
        }),
      () =>
        encodeRequestHead({
          method: "GET",
          target: "/",
          fields: adopt([
            ["host", "a"],
            [`${marker} `, "b"],
          ]),
          content: "none",
        }),
      () =>
        encodeResponseHead({ status: 200, fields: adopt([["b", `${marker}\n`]]), content: "none" }),
      () => encodeResponseHead({ status: 200, reason: `${marker}\n`, content: "none" }),
      () => new Fields([[`${marker} `, "b"]]),
      () => new Fields([["b", `${marker}\r`]]),
    ];
    for (const attempt of attempts) {
      let thrown: unknown;
      try {
        attempt();
      } catch (error) {
        thrown = error;
      }
      expect(thrown).toBeInstanceOf(TypeError);
      expect(String((thrown as Error).message)).not.toContain(marker);
    }
  });
});

/** A server that has sent the head of a chunked response. */
function answering(): ServerConnection {
  const server = new ServerConnection();
  tell(server, GET);
  server.sendHead({ status: 200, content: "stream" });
  return server;
}

/** A client that has sent the head of a chunked request. */
function asking(): ClientConnection {
  const client = new ClientConnection();
  client.sendRequest({
    method: "POST",
    target: "/",
    fields: adopt([["host", "a"]]),
    content: "stream",
  });
  return client;
}

function framingOf(head: {
  readonly framing: string;
  readonly contentLength: number | undefined;
}): unknown {
  return head.framing === "length" && head.contentLength === 0
    ? "empty"
    : [head.framing, head.contentLength];
}

function framingFor(content: OutgoingContent): unknown {
  if (content === "none")
    return expect.toSatisfy(
      (framing: unknown) => framing === "empty" || JSON.stringify(framing) === '["none",null]',
    );
  if (content === "stream") return ["chunked", undefined];
  return content === 0 ? "empty" : ["length", content];
}
