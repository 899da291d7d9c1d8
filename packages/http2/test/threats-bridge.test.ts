// Row H2-17 of the regression catalogue: what HTTP/2 reads means the same one hop further, in
// HTTP/1.1. Each request is read by the reader of sections, written by the encoder of HTTP/1.1, and
// read again by the decoder of HTTP/1.1: exactly one request, with the same parts, or a refusal.

import { Fields } from "@wirewall/fields";
import { RequestDecoder, encodeRequestHead, type RequestHead as Http1Head } from "@wirewall/http1";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { RequestHead } from "../src/heads.ts";
import { isFault } from "../src/section-codes.ts";
import { GET, pairs, readRequest, verdict, type Line } from "./sections.ts";

/** As a gateway does it: `:authority` becomes Host, crumbs become one line, `te` stays behind. */
function bridge(head: RequestHead): Uint8Array | undefined {
  const lines: (readonly [string, string])[] = [];
  const crumbs: string[] = [];
  if (head.authority !== undefined) lines.push(["host", head.authority]);
  for (const [name, value] of head.fields)
    if (name === "cookie") crumbs.push(value);
    else if (name !== "te" && name !== "content-length") lines.push([name, value]);
  if (crumbs.length > 0) lines.push(["cookie", crumbs.join("; ")]);
  const target = head.path ?? head.authority ?? "";
  const content = head.endStream ? "none" : (head.contentLength ?? "stream");
  try {
    return encodeRequestHead({ method: head.method, target, fields: new Fields(lines), content });
  } catch {
    return undefined;
  }
}

/** What the next hop reads; a second request would be a smuggled one. */
function nextHop(wire: Uint8Array): Http1Head {
  const decoder = new RequestDecoder();
  decoder.receive(wire);
  const head = decoder.next() as Http1Head;
  expect(head.type).toBe("request-head");
  expect(decoder.unread).toBe(0);
  return head;
}

/** "same", or who refused. Anything else is a failure. */
function cross(lines: readonly Line[], endStream = true): "same" | "http2" | "http1" {
  const head = readRequest(lines, { endStream });
  if (isFault(head)) return "http2";
  const wire = bridge(head);
  if (wire === undefined) return "http1";
  const read = nextHop(wire);
  expect(read.method).toBe(head.method);
  expect(read.target).toBe(head.path ?? head.authority);
  expect(read.authority).toBe(head.authority);
  const own = (fields: Fields): (readonly [string, string])[] =>
    pairs(fields).filter(
      ([name]) => !["host", "te", "cookie", "content-length", "transfer-encoding"].includes(name),
    );
  expect(own(read.fields)).toEqual(own(head.fields));
  const cookies = (fields: Fields): string => fields.getAll("cookie").join("; ");
  expect(cookies(read.fields)).toBe(cookies(head.fields));
  expect(read.framing).toBe(
    head.endStream
      ? read.contentLength === 0
        ? "length"
        : "none"
      : head.contentLength === undefined
        ? "chunked"
        : "length",
  );
  return "same";
}

const BYTES = Array.from({ length: 256 }, (_, byte) => String.fromCharCode(byte));
const withValue = (name: string, value: string): Line[] =>
  GET.map((line) => (line[0] === name ? [name, value] : line));

describe("threat: H2-17 row: C3 no byte changes its meaning in HTTP/1.1", () => {
  const places = [
    ["first", (byte: string) => `${byte}b`],
    ["inside", (byte: string) => `a${byte}b`],
    ["last", (byte: string) => `a${byte}`],
    ["alone", (byte: string) => byte],
  ] as const;
  const kinds: readonly (readonly [string, (text: string) => Line[], number])[] = [
    [":method", (text) => withValue(":method", text), 77],
    [":path", (text) => withValue(":path", `/${text}`), 93],
    [":authority", (text) => withValue(":authority", text), 77],
    ["a field name", (text) => [...GET, [text, "v"]], 51],
    ["a field value", (text) => [...GET, ["x", text]], 222],
    ["a cookie", (text) => [...GET, ["cookie", "a=b"], ["cookie", text]], 222],
    [
      "Host alone",
      (text) => [...GET.filter(([name]) => name !== ":authority"), ["host", text]],
      77,
    ],
  ];

  it.each(kinds)("all 256 in %s", (_, lines, passing) => {
    for (const [place, at] of places) {
      const said = BYTES.map((byte) => cross(lines(at(byte))));
      expect(said).not.toContain("http1");
      const inside = place === "inside" && passing === 222 ? passing + 2 : passing;
      expect([place, said.filter((each) => each === "same").length]).toEqual([place, inside]);
    }
  });

  it("all 256 in :scheme are refused, which HTTP/1.1 could not say", () => {
    for (const byte of BYTES) {
      const wanted = byte === "s" ? "same" : "http2";
      expect(cross(withValue(":scheme", `http${byte}`))).toBe(wanted);
    }
  });
});

describe("threat: H2-17 row: C3 requests in disguise", () => {
  const smuggled = "x\r\nhost: evil\r\n\r\nGET /admin HTTP/1.1\r\nhost: evil\r\n\r\n";

  it.each([
    ["a value with a request in it", [...GET, ["x", smuggled]]],
    ["a name with a line in it", [...GET, ["x: y\r\nz", "v"]]],
    ["a path with a version in it", withValue(":path", "/ HTTP/1.1\r\nhost: evil\r\n\r\n")],
    ["a path with a space in it", withValue(":path", "/a HTTP/1.1")],
    ["an absolute path", withValue(":path", "http://evil/")],
    ["a method with a target in it", withValue(":method", "GET /admin HTTP/1.1\r\nx:")],
    ["an authority with a path in it", withValue(":authority", "a/b?c")],
    ["an authority with userinfo", withValue(":authority", "a:80@evil")],
    ["an authority with a line in it", withValue(":authority", "a\r\nx: y")],
    ["a scheme with a target in it", withValue(":scheme", "http://evil/?")],
    ["transfer-encoding", [...GET, ["transfer-encoding", "chunked"]]],
    ["Transfer-Encoding", [...GET, ["Transfer-Encoding", "chunked"]]],
    ["connection: upgrade", [...GET, ["connection", "upgrade"]]],
    ["upgrade", [...GET, ["upgrade", "websocket"]]],
    ["te: chunked", [...GET, ["te", "chunked"]]],
    ["a second content-length", [...GET, ["content-length", "0"], ["content-length", "0"]]],
    ["a signed content-length", [...GET, ["content-length", "+0"]]],
    ["another host", [...GET, ["host", "evil"]]],
    ["two hosts", [...GET, ["host", "a.example"], ["host", "a.example"]]],
    ["a second path", [...GET, [":path", "/admin"]]],
    ["a late path", [...GET.slice(0, 3), ["x", "y"], [":path", "/admin"]]],
  ] as [string, Line[]][])("%s is refused by HTTP/2 itself", (_, lines) => {
    expect(cross(lines)).toBe("http2");
    expect(cross(lines, false)).toBe("http2");
  });

  it("the same without the attack passes", () => {
    expect(cross(GET)).toBe("same");
    expect(
      cross([...GET, ["te", "trailers"], ["host", "a.example"], ["content-length", "0"]]),
    ).toBe("same");
    expect(cross([...withValue(":method", "POST"), ["content-length", "5"]], false)).toBe("same");
    expect(cross(withValue(":method", "POST"), false)).toBe("same");
    expect(
      cross([
        [":method", "CONNECT"],
        [":authority", "a.example:443"],
      ]),
    ).toBe("same");
    expect(verdict(readRequest(GET))).toBe("read");
  });

  it("any mixture of pieces", () => {
    const piece = fc.constantFrom(
      "a",
      "/",
      "//",
      "?",
      "#",
      "*",
      ":",
      "@",
      " ",
      "\t",
      "\r\n",
      "\n",
      "\0",
      "\x80",
      "é",
      "GET",
      "CONNECT",
      "OPTIONS",
      "PRI",
      "http",
      "https",
      "a.example",
      ":443",
      ":80",
      "trailers",
      "chunked",
      "100-continue",
      "0",
      "5",
      ",",
      ";",
      "=",
      "%0d%0a",
      "HTTP/1.1",
    );
    const text = fc.array(piece, { maxLength: 3 }).map((pieces) => pieces.join(""));
    const name = fc.oneof(
      text,
      fc.constantFrom(
        ":method",
        ":path",
        ":scheme",
        ":authority",
        ":protocol",
        "host",
        "te",
        "cookie",
        "expect",
        "content-length",
        "transfer-encoding",
        "connection",
      ),
    );
    const line = fc.tuple(name, text) as fc.Arbitrary<Line>;
    const replaced = fc
      .tuple(fc.nat(3), text)
      .map(([place, value]): Line[] =>
        GET.map(([known, old], at) => [known, at === place ? value : old]),
      );
    const counts = { same: 0, http1: 0, http2: 0 };
    fc.assert(
      fc.property(
        replaced,
        fc.array(line, { maxLength: 2 }),
        fc.boolean(),
        (first, rest, endStream) => {
          counts[cross([...first, ...rest], endStream)]++;
        },
      ),
      { numRuns: 5_000 },
    );
    expect(counts.same).toBeGreaterThan(100);
    expect(counts.http2).toBeGreaterThan(1_000);
  });
});
