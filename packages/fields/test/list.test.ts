// RFC 9110 §5.6.1, §5.6.3: lists of tokens, with empty items and blanks as a recipient must take them.

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseTokenList, trimBlanks } from "@wirewall/fields";

describe("RFC 9110 §5.6.1.2 a list of tokens", () => {
  it.each([
    ["", []],
    ["a", ["a"]],
    ["Keep-Alive, UPGRADE", ["keep-alive", "upgrade"]],
    ["a,b", ["a", "b"]],
    ["a \t, \t b", ["a", "b"]],
    [" a ,b ", ["a", "b"]],
    [",a,,b,", ["a", "b"]],
    [" , \t,", []],
    ["a, a", ["a", "a"]],
    ["!#$%&'*+-.^_`|~", ["!#$%&'*+-.^_`|~"]],
    ["__proto__, constructor", ["__proto__", "constructor"]],
  ])("%j", (value, tokens) => {
    expect(parseTokenList(value)).toEqual(tokens);
    expect(parseTokenList([value])).toEqual(tokens);
    expect(parseTokenList([value, value, ""])).toEqual([...tokens, ...tokens]);
  });

  it.each([
    ["a b", 0],
    ["a,b c", 2],
    ["a, b=c", 2],
    ["a;q=1", 0],
    ['"a"', 0],
    ["a/1", 0],
    ["a,\xa0b", 2],
    ["a,b\0", 2],
    ["\u212aeep-alive", 0],
  ])("%j is none, and the item at fault is said", (value, offset) => {
    const refused = {
      type: "violation",
      code: "fields.list.syntax",
      scope: "message",
      offset,
      spec: "RFC 9110 §5.6.1",
      reply: { status: 400 },
    };
    expect(parseTokenList(value)).toEqual(refused);
    expect(parseTokenList(["ok, ok", value])).toEqual(refused);
  });

  it("reads back whatever tokens and empty items were joined", () => {
    const token = fc.string({ unit: fc.constantFrom(..."aZ9-_!~"), minLength: 1, maxLength: 5 });
    const blank = fc.string({ unit: fc.constantFrom(" ", "\t"), maxLength: 2 });
    const item = fc.tuple(blank, fc.oneof(token, fc.constant("")), blank);
    fc.assert(
      fc.property(fc.array(fc.array(item), { maxLength: 4 }), (lines) => {
        const values = lines.map((items) => items.map((parts) => parts.join("")).join(","));
        const tokens = lines.flat().map(([, text]) => text.toLowerCase());
        expect(parseTokenList(values)).toEqual(tokens.filter((text) => text !== ""));
      }),
    );
  });
});

describe("RFC 9110 §5.6.3 blanks", () => {
  it("are SP and HTAB at the edges, and no other of 256 bytes", () => {
    for (let code = 0; code < 256; code++) {
      const character = String.fromCharCode(code);
      const goes = character === " " || character === "\t";
      expect(trimBlanks(`${character}a${character}b${character}`)).toBe(
        goes ? `a${character}b` : `${character}a${character}b${character}`,
      );
      expect(trimBlanks(character)).toBe(goes ? "" : character);
    }
  });

  it.each([
    [" a ", 0, 3, "a"],
    ["x a y", 1, 4, "a"],
    ["x   y", 1, 4, ""],
    [" a b ", 2, 3, ""],
    ["abc", 1, 1, ""],
    ["abc", 1, 2, "b"],
  ])("of a part: %j from %i to %i", (text, start, stop, wanted) => {
    expect(trimBlanks(text, start, stop)).toBe(wanted);
  });
});
