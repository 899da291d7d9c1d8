// RFC 6265 §4.1, §4.2.1, §5.2, §5.4: opaque values, whole attribute names. Row H1-24.

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseCookies, parseSetCookie } from "@wirewall/fields";

describe("threat: H1-24 RFC 6265 §4.2.1 cookies", () => {
  it.each([
    ["a=b", [["a", "b"]]],
    [
      "a=b; c=d",
      [
        ["a", "b"],
        ["c", "d"],
      ],
    ],
    [
      "a=b;c=d",
      [
        ["a", "b"],
        ["c", "d"],
      ],
    ],
    [
      "a=1; a=2",
      [
        ["a", "1"],
        ["a", "2"],
      ],
    ],
    ["a==b=", [["a", "=b="]]],
    ["a=", [["a", ""]]],
    ["=b", [["", "b"]]],
    ["=", [["", ""]]],
    ["b", [["", "b"]]],
    ["", []],
    [" ; \t;", []],
    // A reader that trims and one that does not would see two cookies; all user agents trim (§5.2).
    ["\ta \t=\t b ", [["a", "b"]]],
    ["a=b c, d", [["a", "b c, d"]]],
    [
      'a="b; c=d"',
      [
        ["a", '"b'],
        ["c", 'd"'],
      ],
    ],
    ["a=%0d%0aSet-Cookie:%20c=d", [["a", "%0d%0aSet-Cookie:%20c=d"]]],
    ["a=%3B%20c=d", [["a", "%3B%20c=d"]]],
    [
      "A=b; a=c",
      [
        ["A", "b"],
        ["a", "c"],
      ],
    ],
    ["a=\xa0b\xa0", [["a", "\xa0b\xa0"]]],
    [
      "__proto__=a; constructor=b",
      [
        ["__proto__", "a"],
        ["constructor", "b"],
      ],
    ],
  ])("%j", (value, pairs) => {
    expect(parseCookies(value)).toEqual(pairs);
    expect(parseCookies([value])).toEqual(pairs);
  });

  it("on many lines are one list", () => {
    expect(parseCookies(["a=b; c=d", "", "e=f"])).toEqual([
      ["a", "b"],
      ["c", "d"],
      ["e", "f"],
    ]);
  });

  it("are read back as they were written, whatever is in them", () => {
    const text = fc.string({
      unit: fc
        .integer({ min: 0x21, max: 0xff })
        .map((code) => String.fromCharCode(code))
        .filter((character) => !";=\x7f".includes(character)),
      maxLength: 8,
    });
    fc.assert(
      fc.property(fc.array(fc.tuple(text, text), { minLength: 1 }), (pairs) => {
        const value = pairs.map(([name, content]) => `${name}=${content}`).join("; ");
        expect(parseCookies(value)).toEqual(pairs);
      }),
    );
  });
});

describe("threat: H1-24 RFC 6265 §5.2 a cookie to set", () => {
  it.each([
    ["a=b", { name: "a", value: "b", attributes: [] }],
    [" a = b ", { name: "a", value: "b", attributes: [] }],
    ["a=", { name: "a", value: "", attributes: [] }],
    ["a=b=c", { name: "a", value: "b=c", attributes: [] }],
    ['a="b c"', { name: "a", value: '"b c"', attributes: [] }],
    ["a=%0d%0ab; Path=/%0d%0a", { name: "a", value: "%0d%0ab", attributes: [["path", "/%0d%0a"]] }],
    ["a=b%3B%20domain=c", { name: "a", value: "b%3B%20domain=c", attributes: [] }],
    [
      "a=b; Expires=Wed, 01 Jan 2025 00:00:00 GMT; Max-Age=1; Domain=.c; Path=/; Secure; HttpOnly",
      {
        name: "a",
        value: "b",
        attributes: [
          ["expires", "Wed, 01 Jan 2025 00:00:00 GMT"],
          ["max-age", "1"],
          ["domain", ".c"],
          ["path", "/"],
          ["secure", ""],
          ["httponly", ""],
        ],
      },
    ],
    [
      "a=b;\tPATH \t= /\t;; ;Secure=no;path=/c=d",
      {
        name: "a",
        value: "b",
        attributes: [
          ["path", "/"],
          ["secure", "no"],
          ["path", "/c=d"],
        ],
      },
    ],
  ])("%j", (value, cookie) => {
    expect(parseSetCookie(value)).toEqual(cookie);
  });

  it.each([
    ["SameSite=Strict", "Strict"],
    ["samesite = lax", "lax"],
    ["SAMESITE=None", "None"],
  ])("takes %s", (attribute, value) => {
    expect(parseSetCookie(`a=b; ${attribute}`)).toMatchObject({
      attributes: [["samesite", value]],
    });
  });

  it.each([
    "SameSite=NoneXStrict",
    "SameSite=XStrict",
    "SameSite=Strict Lax",
    "SameSite=Strict,Lax",
    "SameSite=None\0",
    "SameSite=",
    "SameSite",
    "SameSiteX=Strict",
    "XSameSite=Strict",
    "Secure2",
    "XHttpOnly",
    "Http Only",
    "=Secure",
    "=",
    "Partitioned",
    "__proto__=x",
    "constructor",
    "Path\xa0=/",
  ])("leaves out %j, which is no whole attribute", (attribute) => {
    expect(parseSetCookie(`a=b; ${attribute}`)).toEqual({ name: "a", value: "b", attributes: [] });
    expect(parseSetCookie(`a=b; ${attribute}; Path=/`)).toMatchObject({
      attributes: [["path", "/"]],
    });
  });

  it.each(["", ";", "b", "=b", " =b", "; a=b", " ;a=b", "\xa0", "Secure; a=b"])(
    "is none without a name in front: %j",
    (value) => {
      expect(parseSetCookie(value)).toBeUndefined();
    },
  );
});
