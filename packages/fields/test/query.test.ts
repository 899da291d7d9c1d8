// RFC 3986 §3.4: parameters as sent, in order.

import { describe, expect, it } from "vitest";
import { parseQuery } from "@wirewall/fields";

describe("RFC 3986 §3.4 a query", () => {
  it.each([
    ["", []],
    ["a", [["a", ""]]],
    ["a=", [["a", ""]]],
    ["=b", [["", "b"]]],
    ["=", [["", ""]]],
    [
      "a=b&c=d",
      [
        ["a", "b"],
        ["c", "d"],
      ],
    ],
    ["&&a=b&", [["a", "b"]]],
    [
      "a=1&a=2",
      [
        ["a", "1"],
        ["a", "2"],
      ],
    ],
    ["a=b=c", [["a", "b=c"]]],
    // Nothing is decoded, and only "&" parts: a second reader of the same text sees the same.
    [
      "a%3Db=%26c&d+e= f",
      [
        ["a%3Db", "%26c"],
        ["d+e", " f"],
      ],
    ],
    ["a=b;c=d", [["a", "b;c=d"]]],
    ["?a=b", [["?a", "b"]]],
    [
      "__proto__=a&a[]=b&a[__proto__]=c",
      [
        ["__proto__", "a"],
        ["a[]", "b"],
        ["a[__proto__]", "c"],
      ],
    ],
  ])("%j", (query, parameters) => {
    expect(parseQuery(query)).toEqual(parameters);
  });
});
