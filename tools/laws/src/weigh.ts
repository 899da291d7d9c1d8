// What objects weigh in truth: many of them are made, and the heap is read before and after, each
// time with all garbage collected.

import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";

const COPIES = 40;

let collector: (() => void) | undefined;

/** The mean weight of what `make` makes, and what each of them says of itself. */
export function liveBytes(make: () => { readonly retained: number }): {
  live: number;
  said: number;
} {
  // What is made only once, such as compiled code and tables, is made before.
  const first = make();
  make();
  const said = first.retained;
  const before = heapBytes();
  const all = Array.from({ length: COPIES }, make);
  const live = (heapBytes() - before) / COPIES;
  // Read after the heap was, so that none of them is garbage before.
  return { live, said: all.reduce((sum, one) => sum + one.retained, said) / (COPIES + 1) };
}

function heapBytes(): number {
  collect();
  // The first one may leave the freeing of buffers to the side; the second one waits for it.
  collect();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

function collect(): void {
  if (collector === undefined) {
    setFlagsFromString("--expose-gc");
    collector = runInNewContext("gc") as () => void;
  }
  collector();
}
