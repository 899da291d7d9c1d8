// The corpus of the fuzz target, replayed without the engine.

import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { fuzz } from "../fuzz/interest-flags.fuzz.js";

const corpus = fileURLToPath(new URL("../../../fuzz-corpus/interest-flags", import.meta.url));

describe("row: U6 interest-flags", () => {
  const files = readdirSync(corpus).sort();

  it("has a corpus", () => {
    expect(files.length).toBeGreaterThanOrEqual(13);
  });

  it.each(files)("%s", async (file) => {
    await fuzz(readFileSync(`${corpus}/${file}`));
  });
});
