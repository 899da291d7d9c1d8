// The fuzzing corpus, replayed without the engine: each input, once found or written down, holds.

import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { fuzz } from "../fuzz/redaction.fuzz.js";

const corpus = fileURLToPath(new URL("../../../fuzz-corpus/redaction", import.meta.url));

describe("row: U6 redaction", () => {
  const files = readdirSync(corpus).sort();

  it("has a corpus", () => {
    expect(files.length).toBeGreaterThanOrEqual(30);
  });

  it.each(files)("%s", (file) => {
    fuzz(readFileSync(`${corpus}/${file}`));
  });
});

describe("row: P3 block: SEC-BLOCK-04 planted secrets", () => {
  it("survive in none of 10,000 structures, in any mode or encoding", () => {
    let seed = 1;
    const next = (): number => (seed = (seed * 1_103_515_245 + 12_345) % 2 ** 31) >>> 8;
    for (let count = 0; count < 10_000; count++)
      fuzz(Uint8Array.from({ length: 4 + (next() % 40) }, () => next() & 0xff));
  });
});
