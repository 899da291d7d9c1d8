import { Fields } from "@wirewall/fields";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseCacheControl, storableSeconds } from "../src/index.js";

describe("Cache-Control: the grammar to the byte (threat: H1-32)", () => {
  const one: [string, string, string | undefined][] = [
    ["no-store", "no-store", undefined],
    ["NO-STORE", "no-store", undefined],
    ["max-age=60", "max-age", "60"],
    ['private="set-cookie"', "private", "set-cookie"],
    ['ext=","', "ext", ","],
    ['ext=""', "ext", ""],
  ];
  for (const [value, name, argument] of one)
    it(value, () => {
      const directives = parseCacheControl([value]);
      expect(directives?.size).toBe(1);
      expect(directives?.get(name)?.argument).toBe(argument);
    });

  const none = [
    "",
    " ",
    ",",
    ",,",
    "max-age=60,",
    ",max-age=60",
    "max-age=60,,public",
    'private = "x"',
    'no-cache ="x"',
    'no-cache= "x"',
    "max-age =60",
    "max-age= 60",
    "max-age=",
    '"no-store"',
    "no store",
    "no-store;max-age=1",
    'private="x',
    'private="x"y',
    'private=x"',
    'private="a\\"b"',
    "max-age=60, max-age=60",
    "max-age=60, MAX-AGE=1",
    "a=b=c",
    "=60",
    "max-age=60 public",
  ];
  for (const value of none)
    it(`no reading: ${JSON.stringify(value)}`, () => {
      expect(parseCacheControl([value])).toBeUndefined();
      expect(parseCacheControl(["public", value])).toBeUndefined();
    });

  it("a name on two lines has no reading either, and 33 directives have none", () => {
    expect(parseCacheControl(["max-age=1", "max-age=1"])).toBeUndefined();
    const many = (count: number): string =>
      Array.from({ length: count }, (_, number) => `x${number}`).join(", ");
    expect(parseCacheControl([many(32)])?.size).toBe(32);
    expect(parseCacheControl([many(33)])).toBeUndefined();
    expect(parseCacheControl([many(32), "one"])).toBeUndefined();
  });

  it("names of Object.prototype are names", () => {
    expect(parseCacheControl(["__proto__, constructor=1"])?.get("__proto__")?.name).toBe(
      "__proto__",
    );
    expect(parseCacheControl(["max-age=1"])?.get("constructor")).toBeUndefined();
  });
});

describe("Cache-Control: storable only if the grammar says so (threat: H1-32)", () => {
  const stored: [string, number, number][] = [
    // value, seconds in a shared store, in a private one
    ["max-age=60", 60, 60],
    ["public, max-age=60", 60, 60],
    ["s-maxage=5, max-age=60", 5, 60],
    ["s-maxage=0, max-age=60", 0, 60],
    ["private, max-age=60", 0, 60],
    ["max-age=60, ext=1", 60, 60],
    ['max-age=60, ext="a, no-store"', 60, 60],
    ["max-age=60, immutable", 60, 60],
    ["max-age=0", 0, 0],
    ["", 0, 0],
    ["public", 0, 0],
    ["no-store, max-age=60", 0, 0],
    ["no-store=1, max-age=60", 0, 0],
    ["no-cache, max-age=60", 0, 0],
    ['no-cache="set-cookie", max-age=60', 0, 0],
    ['private="x", max-age=60', 0, 0],
    ['private = "x", max-age=60', 0, 0],
    ['no-cache ="x", max-age=60', 0, 0],
    ["private, public, max-age=60", 0, 0],
    ['max-age="60"', 0, 0],
    ["max-age=60s", 0, 0],
    ["max-age=-1", 0, 0],
    ["max-age=1.5", 0, 0],
    ["max-age=0x10", 0, 0],
    ["max-age=12345678901", 0, 0],
    ["max-age", 0, 0],
    ["public=1, max-age=60", 0, 0],
    ["max-age=60, max-age=61", 0, 0],
    ["max-age=60, s-maxage=x", 0, 0],
    ["max-age=60,", 0, 0],
  ];
  for (const [value, shared, single] of stored)
    it(JSON.stringify(value), () => {
      expect(ask(value, true)).toBe(shared);
      expect(ask(value, false)).toBe(single);
    });

  it("what else keeps a response out of a store", () => {
    const value = "max-age=60";
    expect(ask(value, true, { method: "POST" })).toBe(0);
    expect(ask(value, true, { status: 206 })).toBe(0);
    expect(ask(value, true, { status: 500 })).toBe(0);
    expect(ask(value, true, { response: [["set-cookie", "a=b"]] })).toBe(0);
    expect(ask(value, false, { response: [["set-cookie", "a=b"]] })).toBe(60);
    expect(ask(value, true, { response: [["vary", "*"]] })).toBe(0);
    expect(ask(value, true, { request: [["authorization", "Basic x"]] })).toBe(0);
    expect(ask("public, max-age=60", true, { request: [["authorization", "Basic x"]] })).toBe(60);
    expect(ask(value, true, { request: [["cache-control", "no-store"]] })).toBe(0);
    expect(ask(value, true, { request: [["cache-control", "no-store,"]] })).toBe(0);
  });

  it("directive grammar, fuzzed: a value with no-store, private or an odd piece is never stored", () => {
    const odd = fc.constantFrom(
      "no-store",
      "private",
      'private = "x"',
      'no-cache ="x"',
      "",
      '"',
      "a b",
    );
    const fine = fc.constantFrom("max-age=60", "public", "immutable", "x=1", 'y="1, 2"');
    fc.assert(
      fc.property(
        fc.uniqueArray(fine, { maxLength: 5 }),
        odd,
        fc.uniqueArray(fine, { maxLength: 5 }),
        fc.constantFrom(",", ", ", " ,", "\t,\t"),
        (before, item, after, comma) => {
          expect(ask([...before, item, ...after].join(comma).trim() || ",", true)).toBe(0);
        },
      ),
    );
  });

  it("any text: a number of seconds comes only from a plain max-age or s-maxage in it", () => {
    fc.assert(
      fc.property(
        fc.stringMatching(/^[\x20-\x7e]{0,40}$/),
        fc.constantFrom("", "max-age=60", ",max-age=60", ",s-maxage=60,"),
        (text, end) => {
          const value = `${text}${end}`.trim();
          const seconds = ask(value, true);
          if (seconds > 0) expect(value).toMatch(/(^|[,\s])(max-age|s-maxage)=\d+/i);
        },
      ),
    );
  });
});

function ask(
  value: string,
  shared: boolean,
  other: {
    readonly method?: string;
    readonly status?: number;
    readonly request?: [string, string][];
    readonly response?: [string, string][];
  } = {},
): number {
  const lines: [string, string][] = value === "" ? [] : [["cache-control", value]];
  return storableSeconds({
    method: other.method ?? "GET",
    status: other.status ?? 200,
    requestFields: new Fields(other.request ?? []),
    responseFields: new Fields([...lines, ...(other.response ?? [])]),
    shared,
  });
}
