// Random programs over the primitives, in random orders: whatever is cancelled and whenever, everything
// comes back, nothing runs on, no time limit is exceeded, and no oracle says a word.

import { runSeed } from "@wirewall/lab";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { randomProgram, WORDS } from "./random-program.ts";

const plans = fc.array(fc.array(fc.constantFrom(...WORDS), { minLength: 1, maxLength: 4 }), {
  minLength: 1,
  maxLength: 4,
});

describe("row: R7 block: SEC-BLOCK-05 random programs", () => {
  it.each(["guarded", "queued"] as const)("leave nothing behind, %s", async (blocking) => {
    await fc.assert(
      fc.asyncProperty(plans, fc.nat(1_000), async (plan, seed) => {
        const report = await runSeed(randomProgram(plan), { seed, blocking });
        expect(report.violation).toBeUndefined();
        expect(report.oracleViolations).toEqual([]);
        const count = (kind: string): number =>
          report.events.filter((event) => event.kind === kind).length;
        expect(count("task_complete")).toBe(count("task_spawn"));
        expect(count("obligation_leak")).toBe(0);
        expect(count("obligation_commit") + count("obligation_abort")).toBe(
          count("obligation_reserve"),
        );
      }),
      { numRuns: 500 },
    );
  });

  it.each(["light", "heavy"] as const)("under %s chaos break no rule", async (chaos) => {
    await fc.assert(
      fc.asyncProperty(plans, fc.nat(1_000), async (plan, seed) => {
        const report = await runSeed(randomProgram(plan), {
          seed,
          chaos,
          blocking: seed % 2 === 0 ? "guarded" : "queued",
        });
        expect(report.violation).toBeUndefined();
        expect(report.oracleViolations).toEqual([]);
      }),
      { numRuns: 300 },
    );
  });
});
