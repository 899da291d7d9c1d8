// The fuzzing corpus, replayed without the engine: each input, once found or written down, holds.

import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { fuzz as fuzzRequest } from "../fuzz/http1-request.fuzz.js";
import { fuzz as fuzzResponse } from "../fuzz/http1-response.fuzz.js";

const corpus = fileURLToPath(new URL("../../../fuzz-corpus", import.meta.url));

describe.each([
  ["http1-request", fuzzRequest, 30],
  ["http1-response", fuzzResponse, 20],
] as const)("%s", (target, fuzz, least) => {
  const files = readdirSync(`${corpus}/${target}`).sort();

  it("has a corpus", () => {
    expect(files.length).toBeGreaterThanOrEqual(least);
  });

  it.each(files)("%s", (file) => {
    fuzz(readFileSync(`${corpus}/${target}/${file}`));
  });
});
