// Row H1-27: bytes do not bound the items of a list. Every reader counts before it builds, and does
// no more work than it takes to see that there is one item too many.

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  limits,
  parseCookies,
  parseQuery,
  parseSetCookie,
  parseTokenList,
  violations,
  type FieldsCode,
} from "@wirewall/fields";
import { exponentOf, workOf } from "./counted.ts";

interface Reader {
  readonly name: string;
  readonly limit: "maxCookieCount" | "maxQueryParameterCount" | "maxListItemCount";
  readonly code: FieldsCode;
  readonly status: number;
  readonly separator: string;
  readonly read: (text: string, max?: number) => unknown;
  /** The same list on more than one line. */
  readonly readLines?: (lines: readonly string[], max?: number) => unknown;
}

const readers: Reader[] = [
  {
    name: "parseCookies",
    limit: "maxCookieCount",
    code: "fields.cookie.count",
    status: 431,
    separator: ";",
    read: parseCookies,
    readLines: parseCookies,
  },
  {
    name: "parseSetCookie",
    limit: "maxCookieCount",
    code: "fields.cookie.count",
    status: 431,
    separator: ";",
    read: parseSetCookie,
  },
  {
    name: "parseQuery",
    limit: "maxQueryParameterCount",
    code: "fields.query.count",
    status: 400,
    separator: "&",
    read: parseQuery,
  },
  {
    name: "parseTokenList",
    limit: "maxListItemCount",
    code: "fields.list.count",
    status: 431,
    separator: ",",
    read: parseTokenList,
    readLines: parseTokenList,
  },
];
const named = readers.map((reader) => [reader.name, reader] as const);
const SIZES = [1_024, 2_048, 4_096, 8_192, 16_384, 32_768, 65_536];
const isRefused = (result: unknown): boolean =>
  (result as { type?: string } | undefined)?.type === "violation";
const refusal = ({ code, limit, status }: Reader, offset: number, max: number): object => ({
  type: "violation",
  code,
  scope: "message",
  offset,
  spec: violations.table.get(code)?.spec,
  limit: { name: limit, max, observed: max + 1 },
  reply: { status },
});

describe("row: L1 the counts of derived lists", () => {
  it("are finite by default", () => {
    expect(limits.resolve()).toEqual({
      maxCookieCount: 128,
      maxQueryParameterCount: 1_000,
      maxListItemCount: 256,
    });
  });

  it.each(named)("%s takes no other maximum than the limit does", (_, { read, limit }) => {
    const most = limits.table.find(({ name }) => name === limit)?.max ?? 0;
    expect(read("a=b", 1)).not.toBeUndefined();
    expect(isRefused(read("a", most))).toBe(false);
    for (const max of [0, -1, 1.5, Number.NaN, Infinity, most + 1, "9", null])
      expect(() => read("a=b", max as number), String(max)).toThrow(RangeError);
  });
});

describe.each(named)("row: L4 threat: H1-24, H1-27 %s", (_, reader) => {
  const { read, limit, separator } = reader;
  const max = limits.resolve()[limit];

  it.each(["a=", "a", "", "a=b"])("refuses as many %j as 64 KiB hold, at count + 1", (item) => {
    if (separator === "," && item.includes("=")) return;
    const piece = item + separator;
    const text = piece.repeat(Math.floor(65_536 / piece.length));
    expect(read(text)).toEqual(refusal(reader, max * piece.length, max));
  });

  it("has built nothing before, and has read no further", () => {
    for (const item of ["a", "", "abcdefgh"]) {
      const piece = item + separator;
      const { steps, built } = workOf(() => read(piece.repeat(60_000)));
      expect(built).toBe(0);
      expect(steps).toBeLessThanOrEqual((max + 1) * piece.length);
      expect(steps, "a control: it was counted").toBeGreaterThanOrEqual(max);
    }
    expect(workOf(() => read(`a=b${separator}`)).built, "a control").toBeGreaterThan(0);
  });

  it("takes the maximum and refuses one more, at any maximum", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 300 }), fc.constantFrom("a", "", " "), (most, item) => {
        const items = (count: number): string =>
          Array.from({ length: count }, () => item).join(separator);
        expect(isRefused(read(items(most), most))).toBe(false);
        const offset = most * (item.length + 1);
        expect(read(items(most + 1), most)).toEqual(refusal(reader, offset, most));
      }),
    );
  });

  it.each([
    ["one long item", (size: number) => "a".repeat(size)],
    ["one long pair", (size: number) => `a=${"=".repeat(size)}`],
    ["an item of blanks", (size: number) => " \t".repeat(size / 2)],
    ["a pair of blanks", (size: number) => `a${" ".repeat(size / 2)}=${"\t".repeat(size / 2)}b`],
    ["blanks around items", (size: number) => `a${" ".repeat(size / 32)}${separator}`.repeat(16)],
    ["items up to the count", (size: number) => `${"a".repeat(size / 64)}${separator}`.repeat(63)],
    ["too many items", (size: number) => `a${separator}`.repeat(size / 2)],
    ["only separators", (size: number) => separator.repeat(size)],
  ])("works linearly on %s", (__, textOf) => {
    const costs = SIZES.map((size) => workOf(() => read(textOf(size))).steps);
    expect(exponentOf(SIZES, costs)).toBeLessThanOrEqual(1.1);
    expect(Math.max(...costs.map((cost, at) => cost / (SIZES[at] ?? 1)))).toBeLessThan(12);
  });
});

describe.each(named.filter(([, { readLines }]) => readLines !== undefined))(
  "row: L4 threat: H1-27 %s of many lines",
  (_, reader) => {
    const { readLines, limit, separator } = reader;
    const max = limits.resolve()[limit];
    const linesOf = (count: number): string[] => Array.from({ length: count }, () => "a");

    it("counts all of them together", () => {
      expect(readLines?.([])).toEqual([]);
      expect(readLines?.(linesOf(max))).toHaveLength(max);
      expect(readLines?.(linesOf(max + 1))).toEqual(refusal(reader, 0, max));
      const before = linesOf(max - 1).join(separator);
      expect(readLines?.([before, "b"])).toHaveLength(max);
      const over = [before, `b${separator}c`];
      expect(readLines?.(over)).toEqual(refusal(reader, 2, max));
      expect(workOf(() => readLines?.(over)).built).toBe(0);
    });
  },
);

describe("the count of work", () => {
  it("catches a reader that starts again at each item", () => {
    const planted = (text: string): string[] => {
      const items: string[] = [];
      for (let rest = text; rest !== "";) {
        const comma = rest.indexOf(",");
        items.push(rest.slice(0, comma));
        rest = rest.slice(comma + 1);
      }
      return items;
    };
    const costs = SIZES.map((size) => workOf(() => planted("a,".repeat(size / 2))).steps);
    expect(exponentOf(SIZES, costs)).toBeGreaterThan(1.8);
  });

  it("leaves everything as it was, also when the call throws", () => {
    const before = String.prototype.slice;
    expect(() =>
      workOf(() => {
        throw new Error("planted");
      }),
    ).toThrow("planted");
    expect(String.prototype.slice).toBe(before);
    expect(Object.getOwnPropertyDescriptor(String.prototype, "slice")?.enumerable).toBe(false);
  });
});
