// Measures one codec in a process of its own. A variant feeds itself one chunk at a time and
// returns a number made from what it decoded, so that nothing of it can be left out.

import { createHash } from "node:crypto";
import { answerParent, cpuMicros } from "./answering.mjs";

let variant;
let chunks;
let total = 0;

answerParent({
  /** Loads a variant and says what it reads: a digest of all values, and the first of them. */
  async load({ url, inputs }) {
    const { create } = await import(url);
    const { chunks: make } = await import(inputs);
    variant = create();
    chunks = make();
    const hash = createHash("sha256");
    let first = "";
    for (const chunk of chunks) {
      const before = variant.count;
      variant.feed(chunk);
      if (variant.count <= before) throw new Error("expected a message in each chunk");
      const text = JSON.stringify(variant.read());
      hash.update(text);
      first ||= text;
    }
    return { digest: hash.digest("hex"), first };
  },

  /** Decodes for so many milliseconds of CPU time; microseconds per message. */
  measure(ms) {
    const until = ms * 1_000;
    const count = variant.count;
    const began = cpuMicros();
    let spent = 0;
    do {
      for (const chunk of chunks) total += variant.feed(chunk);
      spent = cpuMicros() - began;
    } while (spent < until);
    if (!Number.isSafeInteger(total)) total = 0;
    return spent / (variant.count - count);
  },
});
