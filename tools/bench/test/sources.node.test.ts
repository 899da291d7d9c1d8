// What makes the figures worth something: default limits, equal inputs, equal readings.

import { limits as http1Limits } from "@wirewall/http1";
import { limits as http2Limits } from "@wirewall/http2";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";

interface Variant {
  count: number;
  feed(chunk: Uint8Array): number;
  read(): unknown;
}

const root = fileURLToPath(new URL("../../../", import.meta.url));
const load = (path: string): Promise<unknown> => import(join(root, path));

function sources(): { path: string; text: string }[] {
  const packages = readdirSync(join(root, "packages")).map((name) => `packages/${name}/bench`);
  return [...packages, "tools/bench/peers", "tools/bench/control"]
    .filter((folder) => existsSync(join(root, folder)))
    .flatMap((folder) => readdirSync(join(root, folder)).map((name) => `${folder}/${name}`))
    .filter((path) => /\.[cm]?[jt]s$/.test(path))
    .map((path) => ({ path, text: readFileSync(join(root, path), "utf8") }));
}

/** What a source sets of limits: their names, or the words that carry them, as keys. */
function limitsSet(text: string): string[] {
  const code = text.replace(/^import .*$|\/\/.*$|\/\*[^]*?\*\//gm, "");
  const tables = [...http1Limits.table, ...http2Limits.table];
  const names = new Set(["limits", "preset", ...tables.map(({ name }) => name)]);
  return [...names].filter(
    (name) =>
      new RegExp(String.raw`(?<![\w.])["']?${name}["']?\s*:`).test(code) ||
      new RegExp(String.raw`[{,]\s*${name}\s*[,}]`).test(code),
  );
}

/** Uploads that are larger than the default, and say so with their figures. */
const UPLOADS = new Map([
  ["packages/gateway/bench/guard-for-uploads.mjs", ["limits", "maxBodyBytes"]],
  ["packages/server/bench/transfer-target.mjs", ["maxBodyBytes"]],
]);

describe("default limits", () => {
  it("is what every bench measures, but for uploads that are larger than the default", () => {
    const all = sources();
    expect(all.length).toBeGreaterThan(10);
    for (const { path, text } of all)
      expect([path, limitsSet(text)]).toEqual([path, UPLOADS.get(path) ?? []]);
  });

  it("codecs are made without options", () => {
    for (const { path, text } of sources())
      for (const made of text.matchAll(/new (?:\w+Decoder|\w+Connection)\(([^)]*)\)/g))
        expect([path, made[1]]).toEqual([path, ""]);
  });

  it.each([
    ["new RequestDecoder({ limits: { maxHeaderBytes: 9 } })", ["limits", "maxHeaderBytes"]],
    ["serve({ exchange, limits })", ["limits"]],
    ['serve({ preset: "strict", exchange })', ["preset"]],
    ['serve({ "maxBodyBytes": 5 })', ["maxBodyBytes"]],
    ["serve({ http2: { maxConcurrentStreamCount: 9 } })", ["maxConcurrentStreamCount"]],
    ["limits.resolve().headTimeoutMs", []],
  ])("a planted %j is found", (text, expected) => {
    expect(limitsSet(text)).toEqual(expected);
  });
});

describe.each([
  ["request-194.mjs", 194, 5],
  ["request-1100.mjs", 1_100, 19],
])("%s", (file, bytes, fields) => {
  it(`is ${bytes} bytes and ${fields} fields, and varies`, async () => {
    const { chunks } = (await load(`packages/http1/bench/${file}`)) as { chunks(): Buffer[] };
    const texts = chunks().map((chunk) => chunk.toString("latin1"));
    expect(new Set(texts).size).toBe(64);
    for (const text of texts) {
      expect(text).toHaveLength(bytes);
      expect(text.split("\r\n")).toHaveLength(fields + 3);
      expect(text.endsWith("\r\n\r\n")).toBe(true);
    }
    expect(chunks().map((chunk) => chunk.toString("latin1"))).toEqual(texts);
  });

  it("is read alike by every side", async () => {
    const { chunks } = (await load(`packages/http1/bench/${file}`)) as { chunks(): Buffer[] };
    const sides = await Promise.all(
      [
        "packages/http1/bench/request-decoder.mjs",
        "tools/bench/peers/llhttp.mjs",
        "tools/bench/peers/llhttp-wasm.mjs",
        "tools/bench/peers/http-parser-js.mjs",
      ].map(async (path) => ((await load(path)) as { create(): Variant }).create()),
    );
    const withContent = Buffer.from(
      "POST /a HTTP/1.1\r\nHost: b\r\nContent-Length: 5\r\n\r\nhello",
    );
    for (const chunk of [...chunks(), withContent]) {
      const sums = sides.map((side) => side.feed(chunk));
      expect(new Set(sums).size).toBe(1);
      const [ours, ...theirs] = sides.map((side) => side.read());
      for (const reading of theirs) expect(reading).toEqual(ours);
    }
    expect(sides.map((side) => side.count)).toEqual(sides.map(() => 65));
  });
});
