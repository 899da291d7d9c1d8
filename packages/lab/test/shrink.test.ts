// What is left of a schedule fails as the whole did, and nothing of it can be left out.

import { Cell, explore, replay, runSeed, shrink, type ExplorationFailed } from "@wirewall/lab";
import type { Cx } from "@wirewall/runtime";
import { describe, expect, it } from "vitest";

/** Fails if the second has read before the first has written; the others are there for nothing. */
const crowded = async (cx: Cx): Promise<void> => {
  const cell = new Cell(0);
  await cx.withRegion({}, (region) => {
    for (let n = 0; n < 3; n++)
      region.spawn(async (own) => {
        for (let step = 0; step < 4; step++) await own.yield();
      });
    for (let n = 0; n < 2; n++)
      region.spawn(async (own) => {
        const value = await cell.read(own);
        await cell.write(own, value + 1);
      });
  });
  if ((await cell.read(cx)) !== 2) throw new Error("an update was lost");
};

describe("row: R7 shrinking", () => {
  it("of random schedules that fail little is left, and each choice of it is needed", async () => {
    let failed = 0;
    for (let seed = 0; seed < 60 && failed < 8; seed++) {
      const { schedule, violation } = await runSeed(crowded, { seed });
      if (violation === undefined) continue;
      failed++;
      const kept = await shrink(crowded, schedule);
      expect(kept.length).toBeLessThan(schedule.length / 2);
      expect((await replay(crowded, kept)).violation).toBe(violation);
      for (let at = 0; at < kept.length; at++) {
        const without = [...kept.slice(0, at), ...kept.slice(at + 1)];
        expect((await replay(crowded, without)).violation).not.toBe(violation);
      }
    }
    expect(failed).toBe(8);
  });

  it("what does not fail is left as it is", async () => {
    expect(await shrink((cx) => cx.yield(), ["0.0", "0.0"])).toEqual(["0.0", "0.0"]);
  });

  it("what explore tells can be replayed", async () => {
    const error = (await explore(crowded).catch((caught: unknown) => caught)) as ExplorationFailed;
    expect((await replay(crowded, error.schedule)).violation).toMatch(/an update was lost/);
  });
});
