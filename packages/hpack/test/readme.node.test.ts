// What the README says is executed: its example, and each row of what is refused and others accept.

import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { indexed, literal, read, readOne, sizeUpdate } from "./blocks.ts";
import { example } from "./example.ts";
import { decompressor, readWithHpackJs } from "./laws/hpack-js.ts";
import { stricter } from "./laws/stricter.ts";
import { BlockDecoder, encodeBlock, violations } from "@wirewall/hpack";

const readme = readFileSync(new URL("../README.md", import.meta.url), "utf8");
const GET = indexed(2);

/** In the order of the README, each with how its row begins. */
const samples: readonly (readonly [row: string, block: readonly number[]])[] = [
  ["A size update after a field", [...GET, ...sizeUpdate(0)]],
  ["A third size update", [...sizeUpdate(0), ...sizeUpdate(0), ...sizeUpdate(0)]],
  [
    "References that expand",
    [
      ...literal("incremental", "n", "v".repeat(4_000)),
      ...Array.from({ length: 20 }, () => indexed(62)).flat(),
    ],
  ],
  ["More fields", Array.from({ length: 257 }, () => GET).flat()],
  ["A name or value that is too long", literal("without", "n", "v".repeat(65_537))],
];

describe("the README", () => {
  it("has the example that runs here", () => {
    const code = readFileSync(new URL("example.ts", import.meta.url), "utf8");
    expect(readme).toContain(`\`\`\`ts\n${code}\`\`\``);
    const block = encodeBlock([
      ["x-a", "b"],
      ["cookie", "c"],
    ]);
    const many = Uint8Array.from(Array.from({ length: 17 }, () => GET).flat());
    const [first, second, third, ...rest] = example([block, many, Uint8Array.of(0x80), block]);
    expect(first).toEqual(block);
    expect([second, third, rest]).toEqual(["hpack.list.count", "hpack.index.invalid", []]);
    expect(read(new BlockDecoder(), first as Uint8Array).never).toEqual(["cookie"]);
  });
});

describe("row: C2 what others accept", () => {
  const rows = readme
    .slice(readme.indexOf("## What it refuses"), readme.indexOf("## What it reads"))
    .split("\n")
    .filter((line) => line.startsWith("| ") && !/^\| (?:Refused|-)/.test(line))
    .map((line) => line.split("|").map((cell) => cell.trim()));

  it("is a row for each sample, and one for each code that is listed as stricter", () => {
    expect(
      rows.map(([, refused = ""], at) => refused.startsWith(samples[at]?.[0] ?? "\0")),
    ).toEqual(samples.map(() => true));
    const codes = rows.map(([, , code = ""]) => `hpack.${code.replaceAll("`", "")}`);
    expect(codes.toSorted()).toEqual(Object.keys(stricter).toSorted());
    for (const code of codes) expect([...violations.table.keys()]).toContain(code);
  });

  it.each(samples)("%s … is refused as the README says, and hpack.js reads it", (row, block) => {
    const code = rows.find(([, refused]) => refused?.startsWith(row))?.[2]?.replaceAll("`", "");
    expect(readOne(block).code).toBe(`hpack.${code}`);
    expect(readWithHpackJs(decompressor(), Uint8Array.from(block)).refusal).toBeUndefined();
  });
});

describe("row: C2 what is read otherwise than some expect", () => {
  it("an integer of five octets, which hpack.js does not read", () => {
    const block = [0x3f, 0x80, 0x80, 0x80, 0x80, 0x00];
    expect(readOne(block).code).toBeUndefined();
    expect(readWithHpackJs(decompressor(), Uint8Array.from(block)).refusal).toContain("fit");
  });
});
