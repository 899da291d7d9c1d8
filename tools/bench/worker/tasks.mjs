// Measures asynchronous work in a process of its own. A variant does so many pieces of it, and says what
// came of them, so that nothing of it can be left out.

import { answerParent, cpuMicros } from "./answering.mjs";

const BATCH = 2_000;

let variant;

answerParent({
  async load({ url }) {
    const { create } = await import(url);
    variant = await create();
    const sum = await variant.batch(10);
    if (sum !== 10) throw new Error(`expected 10 from 10 pieces of work, got ${sum}`);
  },

  /** Works for so many milliseconds of CPU time; microseconds per piece. */
  async measure(ms) {
    const until = ms * 1_000;
    const began = cpuMicros();
    let count = 0;
    let spent = 0;
    do {
      count += await variant.batch(BATCH);
      spent = cpuMicros() - began;
    } while (spent < until);
    return spent / count;
  },
});
