// Random search with a fixed seed, so that a test is green or red and nothing between. LAWS_SEED
// (a number, or "random") and LAWS_RUNS (a factor) search elsewhere and longer.

import * as fc from "fast-check";
import type { Arbitrary } from "fast-check";
import type { Finding } from "./finding.js";
import { shown } from "./finding.js";

const SEED = 20_269;

/** Judges many values; what is wrong comes with the smallest value that shows it. */
export function explore<Value>(
  law: string,
  arbitrary: Arbitrary<Value>,
  runs: number,
  judge: (value: Value) => string | undefined,
): Finding[] {
  const seed = seedNumber();
  const details = fc.check(
    fc.property(arbitrary, (value) => {
      const what = judge(value);
      if (what !== undefined) throw new Error(what);
    }),
    {
      seed,
      numRuns: Math.ceil(runs * factor()),
      endOnFailure: false,
      interruptAfterTimeLimit: 120_000,
    },
  );
  if (!details.failed || details.counterexample === null) return [];
  const [value] = details.counterexample;
  const what = judge(value) ?? "does not fail twice: it depends on what came before";
  return [{ law, what: `${what} (seed ${seed})`, input: shownValue(value) }];
}

function seedNumber(): number {
  const wanted = process.env["LAWS_SEED"];
  if (wanted === undefined) return SEED;
  return wanted === "random" ? Math.floor(Math.random() * 0x7fff_ffff) : Number(wanted);
}

function factor(): number {
  return Number(process.env["LAWS_RUNS"] ?? 1);
}

function shownValue(value: unknown): string {
  if (value instanceof Uint8Array) return shown(value);
  if (Array.isArray(value)) return value.map(shownValue).join("; ");
  return fc.stringify(value);
}
