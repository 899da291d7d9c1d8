// The fuzzing corpus, replayed without the engine: each input, once found or written down, holds.

import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { fuzz } from "../fuzz/runtime-program.fuzz.js";

const corpus = fileURLToPath(new URL("../../../fuzz-corpus/runtime-program", import.meta.url));

describe("row: U6 runtime-program", () => {
  const files = readdirSync(corpus).sort();

  it("has a corpus", () => {
    expect(files.length).toBeGreaterThanOrEqual(12);
  });

  it.each(files)("%s", async (file) => {
    await fuzz(readFileSync(`${corpus}/${file}`));
  });
});
