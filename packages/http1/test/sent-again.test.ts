// Lists that are sent again are not judged again, and the date is judged once. Nothing of that may
// show: a list that was changed is judged anew, and each connection has its own limits.

import { Fields, fieldName, fieldValue, type FieldName, type FieldValue } from "@wirewall/fields";
import { ServerConnection, encodeResponseHead, type Http1Options } from "@wirewall/http1";
import { describe, expect, it } from "vitest";
import { bytes, text } from "./drive.ts";

/** What a connection sends in answer to one request. */
function answer(fields: Fields | undefined, date?: string, options: Http1Options = {}): string {
  const server = new ServerConnection(options);
  server.date = date;
  server.receive(bytes("GET / HTTP/1.1\r\nHost: a\r\n\r\n"));
  server.next();
  server.sendResponse(
    fields === undefined
      ? { status: 200, content: "none" }
      : { status: 200, fields, content: "none" },
  );
  return text(server.takeOutput() ?? new Uint8Array(0));
}

const HEAD = "HTTP/1.1 200 OK\r\n";
const END = "content-length: 0\r\n\r\n";

/** What no caller of `Fields` can make, as a mistaken cast could. */
const unchecked = (value: string): FieldValue => value as FieldValue;

describe("the date", () => {
  it("is written also where the first one is empty", () => {
    expect(answer(undefined, "")).toBe(`${HEAD}content-length: 0\r\ndate: \r\n\r\n`);
    expect(answer(undefined, "Wed")).toBe(`${HEAD}content-length: 0\r\ndate: Wed\r\n\r\n`);
    expect(answer(undefined, "")).toBe(`${HEAD}content-length: 0\r\ndate: \r\n\r\n`);
    expect(answer(undefined)).toBe(HEAD + END);
  });

  it("is judged each time until it was found good", () => {
    for (let turn = 0; turn < 3; turn++)
      expect(() => answer(undefined, "a\r\nb: c")).toThrow(TypeError);
    expect(answer(undefined, "Thu")).toContain("date: Thu\r\n");
    expect(() => answer(undefined, "a\r\nb: c")).toThrow(TypeError);
  });
});

describe("a list that is sent again", () => {
  it("is written the same, however often", () => {
    const fields = new Fields([
      ["content-type", "text/plain"],
      ["X-A", ""],
      ["set-cookie", "a=1"],
      ["set-cookie", "b=2"],
    ]);
    const lines = "content-type: text/plain\r\nx-a: \r\nset-cookie: a=1\r\nset-cookie: b=2\r\n";
    for (let turn = 0; turn < 5; turn++) expect(answer(fields)).toBe(HEAD + lines + END);
    expect(text(encodeResponseHead({ status: 200, fields, content: 0 }))).toBe(HEAD + lines + END);
  });

  it("follows whatever status and reason it is sent with", () => {
    const fields = new Fields([["x-a", "1"]]);
    const lines = "x-a: 1\r\ncontent-length: 0\r\n\r\n";
    for (let turn = 0; turn < 3; turn++)
      for (const [status, reason, start] of [
        [200, undefined, "200 OK"],
        [200, undefined, "200 OK"],
        [200, undefined, "200 OK"],
        [404, undefined, "404 Not Found"],
        [404, undefined, "404 Not Found"],
        [404, "Gone Fishing", "404 Gone Fishing"],
        [404, "", "404 "],
        [200, "OK", "200 OK"],
      ] as const) {
        const response = { status, fields, content: "none" } as const;
        const head = encodeResponseHead(reason === undefined ? response : { ...response, reason });
        expect(text(head)).toBe(`HTTP/1.1 ${start}\r\n${lines}`);
      }
  });

  it("is judged anew when it was changed", () => {
    const fields = new Fields([["x-a", "1"]]);
    for (let turn = 0; turn < 3; turn++) answer(fields);
    fields.append(fieldName("x-b"), fieldValue("2"));
    expect(answer(fields)).toBe(`${HEAD}x-a: 1\r\nx-b: 2\r\n${END}`);
    for (let turn = 0; turn < 3; turn++) answer(fields);
    fields.set(fieldName("x-a"), fieldValue("3"));
    expect(answer(fields)).toBe(`${HEAD}x-b: 2\r\nx-a: 3\r\n${END}`);
    for (let turn = 0; turn < 3; turn++) answer(fields);
    fields.set(fieldName("x-a"), unchecked("3\r\nx-c: 4"));
    for (let turn = 0; turn < 3; turn++) expect(() => answer(fields)).toThrow(TypeError);
    fields.delete("x-a");
    fields.append("content-length" as FieldName, unchecked("5"));
    for (let turn = 0; turn < 3; turn++) expect(() => answer(fields)).toThrow(TypeError);
    fields.delete("content-length");
    for (let turn = 0; turn < 3; turn++) expect(answer(fields)).toBe(`${HEAD}x-b: 2\r\n${END}`);
  });

  it("is no other list with the same number of lines, nor with the same bytes in all", () => {
    const lists = [[["x-a", "12"]], [["x-ab", "2"]], [["x-a", "21"]]].map(
      (lines) => new Fields(lines as [string, string][]),
    );
    for (let turn = 0; turn < 4; turn++)
      for (const list of lists)
        for (let again = 0; again < 3; again++)
          expect(answer(list)).toBe(`${HEAD}${list.nameAt(0)}: ${list.valueAt(0)}\r\n${END}`);
  });

  it("meets the limits of each connection", () => {
    const fields = new Fields(
      Array.from({ length: 6 }, (_, at) => [`x-name-${at}`, "v".repeat(20)] as const),
    );
    for (let turn = 0; turn < 3; turn++) answer(fields);
    // Six lines of 8 + 2 + 20 + 2 bytes, and one of 19.
    for (const [name, enough] of [
      ["maxHeaderBytes", 211],
      ["maxHeaderCount", 9],
      ["maxFieldNameBytes", 8],
    ] as const)
      for (let turn = 0; turn < 3; turn++) {
        expect(answer(fields, undefined, { limits: { [name]: enough } })).toContain("x-name-5: v");
        expect(() => answer(fields, undefined, { limits: { [name]: enough - 1 } })).toThrow(
          RangeError,
        );
      }
  });
});
