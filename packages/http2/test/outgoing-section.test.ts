// What may be sent is what may be read: each rule of the readers is a refusal here, and whatever
// passes reads back the same.

import { Fields, type FieldName, type FieldValue } from "@wirewall/fields";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { RequestHead, ResponseHead, Trailers } from "../src/heads.ts";
import type { OutgoingContent, OutgoingRequest } from "../src/outgoing.ts";
import {
  checkInformational,
  checkRequest,
  checkResponse,
  checkTrailers,
  writeFields,
  writeRequest,
  writeStatus,
} from "../src/outgoing-section.ts";
import { isFault } from "../src/section-codes.ts";
import {
  GET,
  OK,
  RULES,
  pairs,
  readRequest,
  readResponse,
  readTrailers,
  type Line,
} from "./sections.ts";

/** Fields as a caller could have made them by force. */
const forced = (lines: readonly Line[]): Fields =>
  Fields.adopt(lines.flatMap(([name, value]) => [name as FieldName, value as FieldValue]));

const plain = {
  method: "GET",
  scheme: "https",
  authority: "a",
  path: "/",
  content: "none",
} as const;

/** What a writer writes. */
function written(write: (writer: { field: (...line: Line) => void }) => void): Line[] {
  const lines: Line[] = [];
  write({ field: (name, value, never = false) => lines.push([name, value, never]) });
  return lines;
}

const fieldFaults: readonly (readonly [string, string])[] = [
  ["", "a"],
  ["A", "a"],
  ["a b", "a"],
  ["a\u0161", "a"],
  ["a", "b\r\nc: d"],
  ["a", " b"],
  ["a", "b\0"],
  ["a", "\u010d"],
  ["connection", "close"],
  ["keep-alive", "a"],
  ["proxy-connection", "a"],
  ["transfer-encoding", "chunked"],
  ["upgrade", "h2c"],
  ["te", "gzip"],
  ["content-length", "5"],
  [":path", "/"],
  [":status", "200"],
  [":foo", "a"],
];

describe("row: C3 what a reader refuses is not sent", () => {
  it.each(fieldFaults)("%j: %j in fields", (name, value) => {
    const fields = forced([
      ["x", "y"],
      [name, value],
    ]);
    const checks: (() => void)[] = [
      () => checkRequest({ ...plain, fields }, RULES),
      () => checkResponse({ status: 200, fields, content: "none" }),
      () => checkInformational(103, fields),
      () => checkTrailers(fields),
    ];
    for (const check of checks) {
      expect(check).toThrow(TypeError);
      try {
        check();
      } catch (error) {
        if (value.length > 1) expect((error as Error).message).not.toContain(value);
      }
    }
  });

  it.each([
    { method: "" },
    { method: "G T" },
    { method: "G\r\nX" },
    { scheme: undefined },
    { scheme: "ftp" },
    { authority: "" },
    { authority: "u@a" },
    { authority: "a\r\nb" },
    { path: undefined },
    { path: "" },
    { path: "a" },
    { path: "/ " },
    { path: "/#" },
    { path: "*" },
    { protocol: "websocket" },
    { method: "CONNECT" },
    { method: "CONNECT", scheme: undefined, path: undefined },
    { method: "CONNECT", scheme: undefined, path: undefined, authority: undefined },
    { method: "CONNECT", scheme: undefined, path: undefined, authority: "a:1", content: 0 },
    { method: "CONNECT", protocol: "a b" },
    { method: "CONNECT", protocol: "websocket", content: 5 },
    { method: "CONNECT", protocol: "websocket", path: undefined },
    { method: "CONNECT", protocol: "websocket", path: "*" },
    { fields: forced([["host", "b"]]) },
    { fields: forced([["host", "a b"]]), authority: undefined },
    {
      fields: forced([
        ["host", "a"],
        ["host", "a"],
      ]),
    },
    { content: -1 },
    { content: 1.5 },
    { content: Number.NaN },
    { content: "chunked" },
    { method: 5 },
    { path: ["/"] },
  ])("a request with %j", (change) => {
    expect(() => checkRequest({ ...plain, ...change } as OutgoingRequest, RULES)).toThrow(
      TypeError,
    );
  });

  it("strict: a path that starts with //", () => {
    const request = { ...plain, path: "//a" };
    expect(() => checkRequest(request, RULES)).not.toThrow();
    expect(() => checkRequest(request, { ...RULES, strict: true })).toThrow(TypeError);
  });

  it("a status outside 200 to 599, or outside 1xx, and 101", () => {
    for (const status of [0, 99, 100, 199, 600, 200.5, Number.NaN])
      expect(() => checkResponse({ status, content: "none" })).toThrow(RangeError);
    for (const status of [0, 99, 101, 200, 102.5])
      expect(() => checkInformational(status, undefined)).toThrow(RangeError);
  });

  it("content with 204, and te in an answer", () => {
    for (const content of [1, "stream"] as const)
      expect(() => checkResponse({ status: 204, content })).toThrow(TypeError);
    const fields = forced([["te", "trailers"]]);
    expect(() => checkResponse({ status: 200, fields, content: "none" })).toThrow(TypeError);
  });

  it("trailers that have their place in the head", () => {
    for (const name of ["host", "content-type", "trailer", "te", "set-cookie"])
      expect(() => checkTrailers(forced([[name, "trailers"]]))).toThrow(TypeError);
  });
});

describe("RFC 9113 §6.5.2 the size of a list", () => {
  it("is name, value and 32 for each field, pseudo-fields included", () => {
    const fields = forced([["ab", "cde"]]);
    expect(checkTrailers(fields)).toBe(37);
    expect(checkResponse({ status: 200, fields, content: "none" })).toBe(7 + 3 + 32 + 37);
    expect(checkInformational(103, undefined)).toBe(42);
    expect(checkInformational(103, fields)).toBe(42 + 37);
    // :method GET, :scheme https, :authority a, :path /
    expect(checkRequest({ ...plain, fields }, RULES)).toBe(10 + 12 + 11 + 6 + 4 * 32 + 37);
  });
});

describe("what is written", () => {
  it("pseudo-fields first, then fields, then the length", () => {
    const fields = new Fields([["accept", "x"]]);
    expect(written((to) => writeRequest(to, { ...plain, fields, content: 5 }))).toEqual([
      [":method", "GET", false],
      [":scheme", "https", false],
      [":authority", "a", false],
      [":path", "/", false],
      ["accept", "x", false],
      ["content-length", "5", false],
    ]);
    expect(written((to) => writeStatus(to, 204))).toEqual([[":status", "204", false]]);
  });

  it("no Host where :authority says it", () => {
    const fields = new Fields([["host", "A"]]);
    const names = (authority: string | undefined): string[] =>
      written((to) => writeRequest(to, { ...plain, authority, fields })).map(([name]) => name);
    expect(() => checkRequest({ ...plain, fields }, RULES)).not.toThrow();
    expect(names("a")).not.toContain("host");
    expect(names(undefined)).toContain("host");
  });

  it("an empty POST says that it is empty (RFC 9110 §8.6)", () => {
    const length = (method: string): string | undefined =>
      written((to) => writeRequest(to, { ...plain, method })).find(
        ([name]) => name === "content-length",
      )?.[1];
    expect(length("POST")).toBe("0");
    expect(length("GET")).toBeUndefined();
  });

  it("threat: HP-07 what is sensitive is never indexed", () => {
    const fields = new Fields([
      ["a", "1"],
      ["x-token", "2"],
      ["x-token", "3"],
    ]);
    expect(written((to) => writeFields(to, fields, ["x-token"]))).toEqual([
      ["a", "1", false],
      ["x-token", "2", true],
      ["x-token", "3", true],
    ]);
  });
});

describe("row: C3 whatever is read can be sent, and is read the same", () => {
  const byte = fc.integer({ min: 0, max: 255 }).map((code) => String.fromCharCode(code));
  const text = fc.oneof(
    fc.constantFrom(
      "",
      "a",
      "/",
      "//a",
      "/a?b",
      "*",
      "GET",
      "POST",
      "CONNECT",
      "OPTIONS",
      "http",
      "https",
      "a.example",
      "a.example:443",
      "trailers",
      "100-continue",
      "websocket",
      "0",
      "5",
      "u=1, i",
      "200",
      "103",
      "204",
    ),
    fc.array(byte, { maxLength: 3 }).map((bytes) => bytes.join("")),
  );
  const name = fc.oneof(
    fc.constantFrom(
      "a",
      "te",
      "host",
      "expect",
      "priority",
      "content-length",
      "cookie",
      "x-token",
      "upgrade",
      "connection",
    ),
    fc.array(byte, { maxLength: 2 }).map((bytes) => bytes.join("")),
  );
  const line = fc.tuple(name, text, fc.boolean()) as fc.Arbitrary<Line>;
  const pseudo = fc.tuple(
    fc.constantFrom(":method", ":scheme", ":authority", ":path", ":protocol", ":status", ":foo"),
    text,
    fc.boolean(),
  ) as fc.Arbitrary<Line>;
  const wild = fc.tuple(fc.array(pseudo, { maxLength: 5 }), fc.array(line, { maxLength: 3 }));
  const tame = fc.tuple(
    fc
      .tuple(text, text)
      .map(([path, value]): Line[] => [
        ...GET.slice(0, 3),
        [":path", path.startsWith("/") ? path : "/"],
        ["x", value],
      ]),
    fc.array(line, { maxLength: 3 }),
  );
  const withoutLength = (fields: Fields): Fields =>
    new Fields(pairs(fields).filter(([known]) => known !== "content-length"));
  const said = (head: RequestHead): unknown => ({
    ...head,
    sensitive: [
      // Host is said as :authority.
      ...new Set(head.sensitive.map((known) => (known === "host" ? ":authority" : known))),
    ].sort(),
    fields: pairs(withoutLength(head.fields)),
  });

  it("requests", () => {
    let count = 0;
    fc.assert(
      fc.property(fc.oneof(wild, tame), fc.boolean(), ([first, rest], endStream) => {
        const head = readRequest([...first, ...rest], { endStream });
        if (isFault(head)) return;
        count++;
        const content: OutgoingContent = head.contentLength ?? (endStream ? "none" : "stream");
        const request = { ...head, fields: withoutLength(head.fields), content } as OutgoingRequest;
        expect(checkRequest(request, RULES)).toBeGreaterThan(0);
        const again = readRequest(
          written((to) => writeRequest(to, request)),
          { endStream },
        ) as RequestHead;
        const implied = content === "none" && again.contentLength === 0;
        expect(said(again)).toEqual(said(implied ? { ...head, contentLength: 0 } : head));
      }),
      { numRuns: 3_000 },
    );
    expect(count).toBeGreaterThan(300);
  });

  it("responses", () => {
    let count = 0;
    fc.assert(
      fc.property(fc.array(line, { maxLength: 3 }), (lines) => {
        const head = readResponse([...OK, ...lines]);
        if (isFault(head)) return;
        count++;
        const { status, sensitive } = head as ResponseHead;
        const fields = withoutLength(head.fields);
        checkResponse({ status, fields, content: "stream" });
        const again = readResponse(
          written((to) => {
            writeStatus(to, status);
            writeFields(to, fields, sensitive);
          }),
        ) as ResponseHead;
        expect(pairs(again.fields)).toEqual(pairs(fields));
        expect(new Set(again.sensitive)).toEqual(
          new Set(sensitive.filter((known) => fields.has(known))),
        );
      }),
      { numRuns: 2_000 },
    );
    expect(count).toBeGreaterThan(300);
  });

  it("trailers", () => {
    let count = 0;
    fc.assert(
      fc.property(fc.array(line, { maxLength: 3 }), (lines) => {
        const read = readTrailers(lines);
        if (isFault(read)) return;
        count++;
        checkTrailers(read.fields);
        const again = readTrailers(written((to) => writeFields(to, read.fields))) as Trailers;
        expect(pairs(again.fields)).toEqual(pairs(read.fields));
      }),
      { numRuns: 2_000 },
    );
    expect(count).toBeGreaterThan(100);
  });
});
