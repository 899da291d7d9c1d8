// Row L4: work is linear in the text, for what is judged without a count.

import { describe, expect, it } from "vitest";
import {
  Fields,
  fieldName,
  fieldValue,
  isAuthority,
  isFieldValue,
  isToken,
  parseAuthority,
  sameAuthority,
} from "@wirewall/fields";
import { exponentOf, workOf } from "./counted.ts";

const SIZES = [1_024, 2_048, 4_096, 8_192, 16_384, 32_768, 65_536];

function judge(work: (size: number) => unknown, textOf: (size: number) => string): void {
  const costs = SIZES.map((size) => workOf(() => work(size)).steps + 1);
  const growth = exponentOf(SIZES, costs);
  expect(growth, `${costs.join(", ")} steps for ${textOf(8)}`).toBeLessThanOrEqual(1.1);
  expect(Math.max(...costs.map((cost, at) => cost / (SIZES[at] ?? 1)))).toBeLessThan(10);
}

describe("row: L4 a long authority", () => {
  it.each([
    ["a name", (size: number) => "a".repeat(size)],
    ["labels", (size: number) => "a.".repeat(size / 2)],
    ["a port", (size: number) => `a:${"1".repeat(size)}`],
    ["colons", (size: number) => ":".repeat(size)],
    ["an open bracket", (size: number) => `[${":".repeat(size)}`],
    ["brackets", (size: number) => "[".repeat(size / 2) + "]".repeat(size / 2)],
    ["groups in brackets", (size: number) => `[${"1:".repeat(size / 2)}]`],
    ["double colons in brackets", (size: number) => `[${"::".repeat(size / 2)}]`],
    ["digits in brackets", (size: number) => `[::${"1".repeat(size)}]`],
    ["dots in brackets", (size: number) => `[::${"1.".repeat(size / 2)}]`],
    ["ports behind brackets", (size: number) => `[::]${":1".repeat(size / 2)}`],
  ])("%s", (_, textOf) => {
    for (const read of [isAuthority, parseAuthority]) judge((size) => read(textOf(size)), textOf);
    judge((size) => sameAuthority(textOf(size), textOf(size).toUpperCase()), textOf);
  });
});

describe("row: L4 an address in brackets", () => {
  it("is not taken apart if it is longer than any address", () => {
    for (const group of [":", "1:", "::", "1.", "1:2.", "f"]) {
      const { built } = workOf(() => isAuthority(`[${group.repeat(30_000)}]`));
      expect(built, group).toBeLessThanOrEqual(1);
    }
    const longest = "0000:".repeat(6) + "255.255.255.255";
    expect(longest).toHaveLength(45);
    expect(isAuthority(`[${longest}]`)).toBe(true);
  });
});

describe("row: L4 a long name or value", () => {
  it.each([
    ["letters", (size: number) => "A".repeat(size)],
    ["blanks", (size: number) => " ".repeat(size)],
    ["blanks inside", (size: number) => `a${"\t ".repeat(size / 2)}b`],
    ["a fault at the end", (size: number) => `${"a".repeat(size)}\0`],
  ])("%s", (_, textOf) => {
    for (const read of [isToken, isFieldValue]) judge((size) => read(textOf(size)), textOf);
  });
});

describe("row: L4 very many fields", () => {
  it("are found, and removed, in one walk", () => {
    const costs = SIZES.map((size) => {
      const fields = new Fields();
      for (let at = 0; at < size; at++)
        fields.append(fieldName(at % 2 === 0 ? "a" : "b"), fieldValue("1"));
      const { steps } = workOf(() => {
        if (fields.getAll("a").length !== size / 2) throw new Error("lost");
        fields.delete("a");
      });
      expect(fields.size).toBe(size / 2);
      return steps;
    });
    expect(exponentOf(SIZES, costs)).toBeLessThanOrEqual(1.1);
  });
});
