// §12: how many orders make a difference, for programs of which that is known.

import { describe, expect, it } from "vitest";
import { exploreExecutions } from "../src/explore/explore.ts";
import { counts, programs } from "./programs.ts";
import { Toy } from "./toy.ts";

describe.each(["optimal", "sourceSets"] as const)("row: R8 counts, %s", (mode) => {
  it.each(counts)("%s(%i) has %i traces", async (program, n, traces) => {
    const make = programs[program];
    const found = await exploreExecutions(() => new Toy(make?.(n) ?? []), { mode });
    expect([found.traces, found.complete, found.violations]).toEqual([traces, true, []]);
    expect(found.deadlocks).toBe(program === "dining" ? 1 : 0);
    if (mode === "optimal") expect([found.executions, found.sleepBlocked]).toEqual([traces, 0]);
    else expect(found.executions - found.sleepBlocked).toBe(traces);
  });
});

describe("row: R8 block: SEC-BLOCK-05 counts, the largest", () => {
  it(
    "lastzero(15) has 147456 traces, and no run more in optimal mode",
    { timeout: 240_000 },
    async () => {
      const make = programs["lastzero"];
      const found = await exploreExecutions(() => new Toy(make?.(15) ?? []), {
        countTraces: false,
      });
      expect([found.executions, found.sleepBlocked]).toEqual([147_456, 0]);
    },
  );
});
