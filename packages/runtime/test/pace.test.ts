// §6, §7: not faster than that.

import { Interval, RateLimit } from "@wirewall/runtime";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { play } from "./play.ts";

const quiet = { judged: true, onFailure: "collect" } as const;

describe("row: R3 interval", () => {
  it("ticks stay on their grid, and those that were missed are left out", async () => {
    const { outcome } = await play(async (cx) => {
      const interval = new Interval(10);
      const ticks: number[] = [];
      for (const work of [3, 25, 0, 10]) {
        await interval.tick(cx);
        ticks.push(cx.now() / 1_000);
        await cx.sleep(work);
      }
      await interval.tick(cx);
      return [...ticks, cx.now() / 1_000];
    });
    expect(outcome).toEqual({ type: "ok", value: [10, 20, 50, 60, 70] });
  });
});

describe("row: R4 rate limit", () => {
  it("in no span more than the burst and what the span brings, in order, whoever is cancelled", async () => {
    const plan = fc.record({
      burst: fc.integer({ min: 1, max: 4 }),
      users: fc.array(fc.record({ at: fc.nat(300), cancelAt: fc.nat(600) }), { maxLength: 15 }),
    });
    await fc.assert(
      fc.asyncProperty(plan, async ({ burst, users }) => {
        const taken: number[] = [];
        await play(async (cx) => {
          const limit = new RateLimit({ perSecond: 20, burst });
          await cx.withRegion(quiet, (region) => {
            for (const { at, cancelAt } of users) {
              const user = region.spawn(async (own) => {
                await own.sleep(at);
                await limit.acquire(own);
                taken.push(own.now() / 1_000);
              });
              if (cancelAt < 300)
                region.spawn(async (own) => {
                  await own.sleep(cancelAt);
                  user.cancel();
                });
            }
          });
        });
        for (const [from, first] of taken.entries())
          for (const [to, last] of taken.entries())
            if (to > from)
              expect(to - from + 1).toBeLessThanOrEqual(burst + (last - first) / 50 + 1e-6);
      }),
    );
  });

  it("the default is a burst of 10, then 100 a second", async () => {
    const { outcome } = await play(async (cx) => {
      const limit = new RateLimit();
      for (let n = 0; n < 10; n++) limit.take(cx);
      const refused = ((): string => {
        try {
          limit.take(cx);
          return "";
        } catch (error) {
          return (error as { code: string }).code;
        }
      })();
      for (let n = 0; n < 5; n++) await limit.acquire(cx);
      return [refused, cx.now() / 1_000];
    });
    expect(outcome).toEqual({ type: "ok", value: ["LIMIT_REACHED", 50] });
  });
});
