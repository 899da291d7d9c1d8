// RFC 9218 §4 and §5 with RFC 9651 §3.2, §4.2: how a request says when it wants its answer.

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { RequestHead } from "../src/heads.ts";
import { readPriority } from "../src/priority.ts";
import { GET, readRequest } from "./sections.ts";

function priority(...values: readonly string[]): readonly [urgency: number, incremental: boolean] {
  const lines = values.map((value) => ["priority", value] as const);
  const head = readRequest([...GET, ...lines]) as RequestHead;
  return [head.urgency, head.incremental];
}

describe("RFC 9218 §4 priority parameters", () => {
  it("without a word: urgency 3, not incremental", () => {
    expect(priority()).toEqual([3, false]);
    expect(priority("")).toEqual([3, false]);
  });

  it.each([0, 1, 2, 3, 4, 5, 6, 7])("§4.1 u=%i", (urgency) => {
    expect(priority(`u=${urgency}`)).toEqual([urgency, false]);
  });

  it.each(["u=8", "u=-1", "u=10", "u=3.0", "u=x", 'u="1"', "u", "u=?1", "u=(1)", "u=:MQ==:"])(
    "§4 %s is of another range or type, and ignored",
    (value) => {
      expect(priority(value)).toEqual([3, false]);
      expect(priority(`${value}, i`)).toEqual([3, true]);
    },
  );

  it.each([
    ["i", true],
    ["i=?1", true],
    ["i=?0", false],
    ["i=1", false],
    ["i=true", false],
  ] as const)("§4.2 %s", (value, incremental) => {
    expect(priority(value)).toEqual([3, incremental]);
  });

  it.each([
    "u=5, i",
    "u=5,i",
    "i,u=5",
    "u=5\t,\ti",
    "u=5;a=1, i;b",
    "x, u=5, i, y=(a b;q=1 :YQ==:)",
  ])("§5 %s", (value) => {
    expect(priority(value)).toEqual([5, true]);
  });

  it("what a string holds is not a member", () => {
    expect(priority('a="x, u=0, i", u=6')).toEqual([6, false]);
    expect(priority('a="\\"", u=6')).toEqual([6, false]);
    expect(priority('a;b="x, u=0", u=6')).toEqual([6, false]);
  });

  it("RFC 9651 §4.2.2 the last of a name counts, over all lines", () => {
    expect(priority("u=1, u=6")).toEqual([6, false]);
    expect(priority("i, i=?0")).toEqual([3, false]);
    expect(priority("u=1, u=x")).toEqual([3, false]);
    expect(priority("u=1, i", "u=6")).toEqual([6, true]);
    expect(priority("u=1, i", "i=?0")).toEqual([1, false]);
  });

  it.each([
    "u=1,",
    "u=1,,i",
    ",u=1",
    "u=1 i",
    "U=1",
    "u =1",
    "u= 1",
    "=1",
    "u=1;",
    "u=1;=a",
    "u=(1",
    "u=((1))",
    'a="x',
    "u=1;a=",
    "u=%1",
    "a=\x80, u=1",
    "u=1, a=(",
    'u=1, a=("b""c")',
  ])("%s is no dictionary, and says nothing", (value) => {
    expect(priority(value)).toEqual([3, false]);
  });

  it("a text over 256 bytes says nothing", () => {
    const most = `u=1, ${"a".repeat(251)}`;
    expect(most.length).toBe(256);
    expect(priority(most)).toEqual([1, false]);
    expect(priority(`${most}a`)).toEqual([3, false]);
  });

  it("is total", () => {
    const piece = fc.constantFrom(
      "u",
      "i",
      "=",
      "?1",
      "5",
      ",",
      " ",
      ";",
      "(",
      ")",
      '"',
      "\\",
      ":",
      "*",
      "a",
      "%",
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 300 }), (pieces) => {
        const said = readPriority(pieces.join(""));
        expect(said & ~0x3f).toBe(0);
      }),
    );
  });
});
