// Row L4: what is legal one time and an attack ten thousand times costs tokens. All in virtual time.

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Budget } from "@wirewall/limits";

const burstCount = fc.integer({ min: 1, max: 1_000 });
const refillPerSecond = fc.integer({ min: 0, max: 2_000 });
const cost = fc.oneof(fc.constant(1), fc.integer({ min: 0, max: 1_200 }));

describe("row: L4 a budget", () => {
  it("starts full, empties, and refills with time up to the burst", () => {
    const budget = new Budget({ burstCount: 3, refillPerSecond: 2 });
    expect(budget.remaining).toBe(3);
    expect([1, 1, 1, 1].map((one) => budget.take(0, one))).toEqual([true, true, true, false]);
    expect(budget.take(499)).toBe(false);
    expect(budget.take(500)).toBe(true);
    expect(budget.take(500)).toBe(false);
    expect(budget.take(1_000_000, 4), "never more than the burst").toBe(false);
    expect(budget.remaining).toBe(3);
    expect(budget.take(1_000_000, 3)).toBe(true);
  });

  it("counts time from the first call, whatever the clock shows", () => {
    for (const start of [-1e9, 0, 1e12]) {
      const budget = new Budget({ burstCount: 2, refillPerSecond: 1 });
      expect(budget.take(start, 2)).toBe(true);
      expect(budget.take(start + 999)).toBe(false);
      expect(budget.take(start + 1_000)).toBe(true);
    }
  });

  it("never refills without a refill", () => {
    const budget = new Budget({ burstCount: 1, refillPerSecond: 0 });
    expect(budget.take(0)).toBe(true);
    expect(budget.take(Number.MAX_VALUE)).toBe(false);
  });

  it("takes one token by default, and nothing where there are not enough", () => {
    const budget = new Budget({ burstCount: 5, refillPerSecond: 0 });
    budget.take(0);
    expect(budget.remaining).toBe(4);
    expect(budget.take(0, 5)).toBe(false);
    expect(budget.remaining).toBe(4);
    expect(budget.take(0, 4)).toBe(true);
    expect(budget.take(0, 0)).toBe(true);
  });

  it("is given tokens back, up to the burst", () => {
    const budget = new Budget({ burstCount: 5, refillPerSecond: 0 });
    budget.take(0, 4);
    budget.give(2);
    expect(budget.remaining).toBe(3);
    budget.give(1_000);
    expect(budget.remaining).toBe(5);
  });

  it("stands still while the clock goes back", () => {
    const budget = new Budget({ burstCount: 1, refillPerSecond: 1 });
    budget.take(10_000);
    for (const now of [9_000, 0, -1e9, 10_000, 10_999]) expect(budget.take(now)).toBe(false);
    expect(budget.take(11_000)).toBe(true);
  });

  it("loses nothing where it is asked often", () => {
    for (const rate of [1, 3, 10, 33, 999]) {
      const budget = new Budget({ burstCount: 1_000, refillPerSecond: rate });
      budget.take(0, 1_000);
      let taken = 0;
      for (let now = 1; now <= 10_000; now++) if (budget.take(now)) taken++;
      expect(taken, `at ${rate} a second`).toBe(Math.min(10 * rate, 10_000));
    }
  });

  it("answers as whole numbers do, for whole milliseconds", () => {
    const step = fc.record({
      wait: fc.integer({ min: -50, max: 3_000 }),
      cost,
      give: fc.boolean(),
    });
    fc.assert(
      fc.property(burstCount, refillPerSecond, fc.array(step), (burst, rate, steps) => {
        const budget = new Budget({ burstCount: burst, refillPerSecond: rate });
        let parts = BigInt(burst) * 1_000n;
        const add = (more: bigint): void => {
          parts = parts + more < BigInt(burst) * 1_000n ? parts + more : BigInt(burst) * 1_000n;
        };
        let now = 0;
        let latest: number | undefined;
        for (const { wait, cost: tokens, give } of steps) {
          now += wait;
          if (give) {
            budget.give(tokens);
            add(BigInt(tokens) * 1_000n);
          } else {
            if (latest !== undefined && now > latest) add(BigInt(now - latest) * BigInt(rate));
            latest = latest === undefined ? now : Math.max(latest, now);
            const enough = BigInt(tokens) * 1_000n <= parts;
            expect(budget.take(now, tokens)).toBe(enough);
            if (enough) parts -= BigInt(tokens) * 1_000n;
          }
          expect(budget.remaining).toBe(Number(parts / 1_000n));
        }
      }),
    );
  });

  it("grants no more in any stretch of time than the burst and what came back in it", () => {
    const step = fc.record({ wait: fc.double({ min: 0, max: 2_000, noNaN: true }), cost });
    const rates = fc.double({ min: 0, max: 2_000, noNaN: true });
    fc.assert(
      fc.property(burstCount, rates, fc.array(step), (burst, rate, steps) => {
        const budget = new Budget({ burstCount: burst, refillPerSecond: rate });
        const granted: { now: number; tokens: number }[] = [];
        let now = 0;
        for (const { wait, cost: tokens } of steps) {
          now += wait;
          if (budget.take(now, tokens)) granted.push({ now, tokens });
        }
        for (const [first, { now: from }] of granted.entries()) {
          let sum = 0;
          for (const { now: to, tokens } of granted.slice(first)) {
            sum += tokens;
            expect(sum).toBeLessThanOrEqual(burst + ((to - from) * rate) / 1_000 + 1e-6);
          }
        }
      }),
    );
  });

  it("refuses what would make it bottomless, and is not changed by it", () => {
    for (const bad of [Number.NaN, -1, -0.5, Infinity, -Infinity, "1", undefined, null]) {
      const amount = bad as number;
      const make = (options: object): unknown =>
        new Budget({ burstCount: 1, refillPerSecond: 1, ...options });
      expect(() => make({ burstCount: amount }), `burst ${bad}`).toThrow(RangeError);
      expect(() => make({ refillPerSecond: amount }), `refill ${bad}`).toThrow(RangeError);
      const budget = new Budget({ burstCount: 2, refillPerSecond: 0 });
      budget.take(0);
      if (bad !== undefined)
        expect(() => budget.take(0, amount), `cost ${bad}`).toThrow(RangeError);
      if (typeof bad !== "number" || !Number.isFinite(bad))
        expect(() => budget.take(amount), `now ${bad}`).toThrow(RangeError);
      expect(() => budget.give(amount), `gift ${bad}`).toThrow(RangeError);
      expect(budget.remaining).toBe(1);
    }
    for (const burst of [0, 1.5, 2 ** 53])
      expect(() => new Budget({ burstCount: burst, refillPerSecond: 1 })).toThrow(RangeError);
  });
});
