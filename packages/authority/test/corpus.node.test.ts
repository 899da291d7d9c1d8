// The fuzzing corpora, replayed without the engine: each input, once found or written down, holds.

import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { fuzz as fuzzToken } from "../fuzz/authority-token.fuzz.js";
import { fuzz as fuzzUrl } from "../fuzz/fetch-authority.fuzz.js";

const corpus = (target: string): string =>
  fileURLToPath(new URL(`../../../fuzz-corpus/${target}`, import.meta.url));

describe.each([
  ["fetch-authority", fuzzUrl, 50],
  ["authority-token", fuzzToken, 8],
] as const)("row: U6 %s", (target, fuzz, least) => {
  const files = readdirSync(corpus(target)).sort();

  it("has a corpus", () => {
    expect(files.length).toBeGreaterThanOrEqual(least);
  });

  it.each(files)("%s", async (file) => {
    await fuzz(readFileSync(`${corpus(target)}/${file}`));
  });
});
