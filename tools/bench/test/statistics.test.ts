import { describe, expect, it } from "vitest";

interface Spread {
  readonly median: number;
  readonly min: number;
  readonly max: number;
}

const { lowest, median, ratios, rotation, spread } = (await import(
  new URL("../statistics.mjs", import.meta.url).href
)) as {
  median(values: readonly number[]): number;
  spread(values: readonly number[]): Spread;
  ratios(ours: readonly number[], theirs: readonly number[]): number[];
  rotation(count: number, round: number): number[];
  lowest<Run extends { ratio: Spread }>(runs: readonly Run[]): Run;
};
const { pairedRounds } = (await import(new URL("../rounds.mjs", import.meta.url).href)) as {
  pairedRounds(
    variants: readonly { name: string; measure(): Promise<number> }[],
    rounds: number,
    say: (text: string) => void,
    dropped?: number,
  ): Promise<number[][]>;
};

describe("figures", () => {
  it.each([
    [[3], 3],
    [[9, 1, 5], 5],
    [[4, 1, 3, 2], 2.5],
    [[10, 9, 1], 9],
  ])("the median of %j is %d", (values, expected) => {
    expect(median(values)).toBe(expected);
  });

  it("there is none of nothing", () => {
    expect(() => median([])).toThrow(RangeError);
  });

  it("a spread is the median with the lowest and the highest", () => {
    expect(spread([2, 1, 4])).toEqual({ median: 2, min: 1, max: 4 });
  });

  it("a ratio is the peer's cost by ours, in the same round", () => {
    expect(ratios([1, 2, 4], [3, 2, 2])).toEqual([3, 1, 0.5]);
  });

  it.each([
    [[1], [1, 2]],
    [[0], [1]],
    [[1], [Number.NaN]],
    [[1], [Infinity]],
  ])("refuses costs that cannot be compared: %j and %j", (ours, theirs) => {
    expect(() => ratios(ours, theirs)).toThrow(RangeError);
  });

  it("of several runs the lowest median counts", () => {
    const runs = [2.1, 1.9, 2.3].map((at) => ({ ratio: { median: at, min: 1, max: 3 } }));
    expect(lowest(runs)).toBe(runs[1]);
  });
});

describe("paired rounds", () => {
  it("every variant comes first equally often", () => {
    expect([0, 1, 2, 3].map((round) => rotation(3, round))).toEqual([
      [0, 1, 2],
      [1, 2, 0],
      [2, 0, 1],
      [0, 1, 2],
    ]);
  });

  it.each([
    [1, 3],
    [2, 4],
  ])("drops %d warm-up, and costs stay with their variant", async (dropped, calls) => {
    const order: string[] = [];
    const variant = (name: string, cost: number) => ({
      name,
      measure: async () => {
        order.push(name);
        const place = order.filter((each) => each === name).length;
        return cost * 100 + place;
      },
    });
    const told: string[] = [];
    const costs = await pairedRounds(
      [variant("a", 1), variant("b", 2)],
      2,
      (text) => told.push(text),
      dropped,
    );
    expect(costs).toEqual([
      [100 + dropped + 1, 100 + dropped + 2],
      [200 + dropped + 1, 200 + dropped + 2],
    ]);
    expect(order).toHaveLength(calls * 2);
    expect(order.slice(0, 4)).toEqual(["a", "b", "b", "a"]);
    expect(told.filter((text) => text.startsWith("warm-up"))).toHaveLength(dropped);
  });
});
