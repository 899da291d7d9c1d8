// Row L2: what is retained is charged in bytes and in objects, and the ledger equals what is alive.

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Ledger, objectOverheadBytes } from "@wirewall/limits";

/** What a ledger says of itself. */
const stateOf = (ledger: Ledger): number[] => [ledger.bytes, ledger.objects, ledger.retained];

describe("row: L2 one ledger", () => {
  it("counts bytes and objects, and each object as 128 bytes", () => {
    const ledger = new Ledger({ maxRetainedBytes: 1_000 });
    expect(stateOf(ledger)).toEqual([0, 0, 0]);
    expect(ledger.charge(10, 2)).toBeUndefined();
    expect(stateOf(ledger)).toEqual([10, 2, 10 + 2 * 128]);
    ledger.release(4, 1);
    expect(stateOf(ledger)).toEqual([6, 1, 6 + 128]);
    expect(objectOverheadBytes).toBe(128);
  });

  it("takes the maximum and refuses one more, in bytes and in objects", () => {
    const full = new Ledger({ maxRetainedBytes: 256 });
    expect(full.charge(257, 0)).toEqual({ name: "maxRetainedBytes", max: 256, observed: 257 });
    expect(full.charge(0, 3)).toEqual({ name: "maxRetainedBytes", max: 256, observed: 384 });
    expect(full.charge(129, 1)).toEqual({ name: "maxRetainedBytes", max: 256, observed: 257 });
    expect(full.charge(128, 1)).toBeUndefined();
    expect(full.charge(0, 0)).toBeUndefined();
    expect(full.charge(1, 0)).toEqual({ name: "maxRetainedBytes", max: 256, observed: 257 });
  });

  it("row: L4 makes a million empty things as expensive as they are", () => {
    const ledger = new Ledger({ maxRetainedBytes: 1_048_576 });
    let taken = 0;
    while (taken < 1_000_000 && ledger.charge(0, 1) === undefined) taken++;
    expect(taken).toBe(8_192);
    expect(ledger.charge(0, 1_000_000)?.observed).toBe(1_008_192 * 128);
  });

  it("names the limit that its cap is", () => {
    const ledger = new Ledger({ maxRetainedBytes: 10, name: "maxServerRetainedBytes" });
    expect(ledger.charge(11, 0)).toEqual({ name: "maxServerRetainedBytes", max: 10, observed: 11 });
  });

  it("gives back nothing that is not charged: that is misuse", () => {
    const ledger = new Ledger({ maxRetainedBytes: 1_000 });
    ledger.charge(10, 1);
    for (const [bytes, objects] of [
      [11, 0],
      [0, 2],
      [11, 2],
      [138, 0],
    ] as const)
      expect(() => ledger.release(bytes, objects)).toThrow(RangeError);
    expect(stateOf(ledger)).toEqual([10, 1, 138]);
    ledger.release(10, 1);
    expect(() => ledger.release(1, 0)).toThrow(RangeError);
  });

  it("refuses amounts that are no whole numbers from 0, and is not changed by them", () => {
    const parent = new Ledger({ maxRetainedBytes: 1_000 });
    const ledger = new Ledger({ maxRetainedBytes: 1_000, parent });
    ledger.charge(10, 1);
    for (const amount of [Number.NaN, -1, 0.5, Infinity, -Infinity, 2 ** 53, "1", undefined]) {
      const bad = amount as number;
      expect(() => ledger.charge(bad, 0), `charge ${amount} bytes`).toThrow(RangeError);
      expect(() => ledger.charge(0, bad), `charge ${amount} objects`).toThrow(RangeError);
      expect(() => ledger.release(bad, 0), `release ${amount} bytes`).toThrow(RangeError);
      expect(() => ledger.release(0, bad), `release ${amount} objects`).toThrow(RangeError);
    }
    expect([stateOf(ledger), stateOf(parent)]).toEqual([
      [10, 1, 138],
      [10, 1, 138],
    ]);
  });

  it.each([0, -1, 1.5, Number.NaN, Infinity, 2 ** 53, "100", undefined])(
    "has no cap of %s",
    (maxRetainedBytes) => {
      expect(() => new Ledger({ maxRetainedBytes: maxRetainedBytes as number })).toThrow(
        RangeError,
      );
    },
  );

  it("gives everything back when it is closed, to its parent as well, and again nothing", () => {
    const parent = new Ledger({ maxRetainedBytes: 1_000 });
    const ledger = new Ledger({ maxRetainedBytes: 1_000, parent });
    parent.charge(5, 0);
    ledger.charge(10, 2);
    ledger.close();
    ledger.close();
    expect([stateOf(ledger), stateOf(parent)]).toEqual([
      [0, 0, 0],
      [5, 0, 5],
    ]);
    expect(ledger.charge(1, 1)).toBeUndefined();
  });
});

describe("row: L2 a ledger with a parent", () => {
  it("is refused by the parent first to be full, and then nothing is charged to either", () => {
    const parent = new Ledger({ maxRetainedBytes: 300, name: "maxServerRetainedBytes" });
    const [left, right] = [0, 1].map(() => new Ledger({ maxRetainedBytes: 200, parent }));
    expect(left?.charge(150, 0)).toBeUndefined();
    expect(right?.charge(151, 0)).toEqual({
      name: "maxServerRetainedBytes",
      max: 300,
      observed: 301,
    });
    expect([right?.retained, parent.retained]).toEqual([0, 150]);
    expect(right?.charge(150, 0)).toBeUndefined();
    expect(parent.retained).toBe(300);
  });

  it("does not ask the parent for what it refuses itself", () => {
    const parent = new Ledger({ maxRetainedBytes: 100 });
    const ledger = new Ledger({ maxRetainedBytes: 50, parent });
    expect(ledger.charge(101, 0)).toEqual({ name: "maxRetainedBytes", max: 50, observed: 101 });
    expect(parent.retained).toBe(0);
  });

  it("is not changed when the parent cannot give back what the child holds", () => {
    const parent = new Ledger({ maxRetainedBytes: 1_000 });
    const ledger = new Ledger({ maxRetainedBytes: 1_000, parent });
    ledger.charge(10, 1);
    parent.close();
    expect(() => ledger.release(10, 1)).toThrow(RangeError);
    expect(stateOf(ledger)).toEqual([10, 1, 138]);
  });
});

describe("row: L2 a tree of ledgers equals the sum of what is alive", () => {
  // A server over two connections, one of which has a decoder of its own.
  const PARENTS = [-1, 0, 0, 1];
  const step = fc.record({
    at: fc.integer({ min: 0, max: 3 }),
    act: fc.constantFrom("charge", "charge", "charge", "release", "part", "close"),
    bytes: fc.oneof(fc.integer({ min: 0, max: 400 }), fc.integer({ min: 0, max: 4_000 })),
    objects: fc.integer({ min: 0, max: 4 }),
  });
  const caps = fc.tuple(...PARENTS.map(() => fc.integer({ min: 1, max: 3_000 })));

  it("after any sequence of charges and releases", () => {
    fc.assert(
      fc.property(caps, fc.array(step, { maxLength: 80 }), (maxima, steps) => {
        const ledgers: Ledger[] = [];
        for (const [at, parentAt] of PARENTS.entries()) {
          const parent = ledgers[parentAt];
          const maxRetainedBytes = maxima[at] ?? 1;
          ledgers.push(
            new Ledger(parent === undefined ? { maxRetainedBytes } : { maxRetainedBytes, parent }),
          );
        }
        /** What is alive: one entry per charge, with the ledger that it was made to. */
        let alive: { at: number; bytes: number; objects: number }[] = [];
        const isUnder = (at: number, root: number): boolean =>
          at === root || (at > 0 && isUnder(PARENTS[at] ?? -1, root));
        const sumOf = (root: number): [bytes: number, objects: number] => {
          const mine = alive.filter(({ at }) => isUnder(at, root));
          return [
            mine.reduce((sum, { bytes }) => sum + bytes, 0),
            mine.reduce((sum, { objects }) => sum + objects, 0),
          ];
        };

        for (const { at, act, bytes, objects } of steps) {
          const ledger = ledgers[at];
          if (ledger === undefined) throw new Error("no ledger");
          if (act === "charge") {
            const hit = ledger.charge(bytes, objects);
            let wanted: object | undefined;
            for (let up = at; up !== -1 && wanted === undefined; up = PARENTS[up] ?? -1) {
              const [held, things] = sumOf(up);
              const observed = held + bytes + (things + objects) * 128;
              const max = maxima[up] ?? 1;
              if (observed > max) wanted = { name: "maxRetainedBytes", max, observed };
            }
            expect(hit).toEqual(wanted);
            if (wanted === undefined) alive.push({ at, bytes, objects });
          } else if (act === "close") {
            // Only where nothing below holds anything: who is below is closed first.
            if (alive.some((charge) => charge.at !== at && isUnder(charge.at, at))) continue;
            ledger.close();
            alive = alive.filter((charge) => charge.at !== at);
          } else {
            const charge = alive.find((one) => one.at === at);
            if (charge === undefined) continue;
            const share = act === "part" ? 0.5 : 1;
            const back = [Math.floor(charge.bytes * share), Math.floor(charge.objects * share)];
            ledger.release(back[0] ?? 0, back[1] ?? 0);
            charge.bytes -= back[0] ?? 0;
            charge.objects -= back[1] ?? 0;
            if (act === "release") alive = alive.filter((one) => one !== charge);
          }
          for (const [root, one] of ledgers.entries()) {
            const [held, things] = sumOf(root);
            expect(stateOf(one)).toEqual([held, things, held + things * 128]);
            expect(one.retained).toBeLessThanOrEqual(maxima[root] ?? 0);
          }
        }
        for (const one of ledgers.toReversed()) one.close();
        for (const one of ledgers) expect(stateOf(one)).toEqual([0, 0, 0]);
      }),
      { numRuns: 300 },
    );
  });
});
