// The fuzzing corpus, replayed without the engine: each input, once found or written down, holds.

import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { fuzz as fuzzConnection } from "../fuzz/http2-connection.fuzz.js";
import { fuzz as fuzzFrame } from "../fuzz/http2-frame.fuzz.js";

const corpus = fileURLToPath(new URL("../../../fuzz-corpus", import.meta.url));

describe.each([
  ["http2-frame", fuzzFrame, 40],
  ["http2-connection", fuzzConnection, 80],
] as const)("row: U6 %s", (target, fuzz, least) => {
  const files = readdirSync(`${corpus}/${target}`).sort();

  it("has a corpus", () => {
    expect(files.length).toBeGreaterThanOrEqual(least);
  });

  it.each(files)("%s", (file) => {
    fuzz(readFileSync(`${corpus}/${target}/${file}`));
  });
});
