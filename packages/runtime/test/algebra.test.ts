// The laws of reasons, budgets and outcomes.

import {
  cancelKinds,
  defaultBudget,
  infiniteBudget,
  isStronger,
  joinOutcome,
  meet,
  reasonOf,
  severityOf,
  strengthen,
  zeroBudget,
  type Budget,
  type CancelKind,
  type CancelReason,
  type Outcome,
} from "@wirewall/runtime";
import fc from "fast-check";
import { describe, expect, it } from "vitest";

const kinds = Object.keys(cancelKinds) as CancelKind[];
const reasons: fc.Arbitrary<CancelReason> = fc
  .record({
    kind: fc.constantFrom(...kinds),
    at: fc.nat(3),
    message: fc.option(fc.constantFrom("a", "b"), { nil: undefined }),
  })
  .map((parts) => reasonOf({ ...parts, originRegion: "0" }));
const budgets: fc.Arbitrary<Budget> = fc
  .record({
    deadline: fc.option(fc.nat(5), { nil: undefined }),
    pollQuota: fc.nat(5),
    costQuota: fc.option(fc.nat(5), { nil: undefined }),
    priority: fc.nat(255),
  })
  .map((budget) => meet(budget, budget));
const outcomes: fc.Arbitrary<Outcome<number>> = fc.oneof(
  fc.nat(9).map((value): Outcome<number> => ({ type: "ok", value })),
  fc.nat(9).map((error): Outcome<number> => ({ type: "err", error })),
  reasons.map((reason): Outcome<number> => ({ type: "cancelled", reason })),
  fc.nat(9).map((error): Outcome<number> => ({ type: "panicked", error })),
);

describe("row: R2 strengthen", () => {
  it("is idempotent and associative, and what it says does not depend on the order", () => {
    fc.assert(
      fc.property(reasons, reasons, reasons, (a, b, c) => {
        expect(strengthen(a, a)).toBe(a);
        expect(strengthen(a, b)).toEqual(strengthen(b, a));
        expect(strengthen(strengthen(a, b), c)).toEqual(strengthen(a, strengthen(b, c)));
      }),
    );
  });

  it("never weakens", () => {
    fc.assert(
      fc.property(reasons, reasons, (a, b) => {
        const both = strengthen(a, b);
        expect(isStronger(a, both)).toBe(false);
        expect(cancelKinds[both.kind].severity).toBe(
          Math.max(cancelKinds[a.kind].severity, cancelKinds[b.kind].severity),
        );
      }),
    );
  });

  it("a chain of causes is cut at 16, and says so", () => {
    let reason = reasonOf({ kind: "user", originRegion: "0", at: 0 });
    for (let at = 1; at < 40; at++)
      reason = reasonOf({ kind: "parentCancelled", originRegion: "0", at, cause: reason });
    let depth = 0;
    for (let one: CancelReason | undefined = reason; one !== undefined; one = one.cause) depth++;
    expect([depth, reason.truncated]).toEqual([16, true]);
  });

  it("a chain of causes has no more than about 4,096 bytes", () => {
    const message = "m".repeat(1_500);
    let reason = reasonOf({ kind: "user", originRegion: "0", at: 0, message });
    for (let at = 1; at < 9; at++)
      reason = reasonOf({ kind: "user", originRegion: "0", at, message, cause: reason });
    let bytes = 0;
    for (let one: CancelReason | undefined = reason; one !== undefined; one = one.cause)
      bytes += one.message?.length ?? 0;
    expect(bytes).toBe(3_000);
  });
});

describe("row: R4 meet", () => {
  it("is associative, commutative and idempotent; infinite is its identity, zero absorbs", () => {
    fc.assert(
      fc.property(budgets, budgets, budgets, (a, b, c) => {
        expect(meet(a, b)).toEqual(meet(b, a));
        expect(meet(meet(a, b), c)).toEqual(meet(a, meet(b, c)));
        expect(meet(a, a)).toEqual(a);
        expect(meet(a, infiniteBudget)).toEqual(a);
        expect(meet(a, zeroBudget)).toEqual(zeroBudget);
      }),
    );
    expect(meet(infiniteBudget, defaultBudget)).not.toEqual(infiniteBudget);
  });

  it("only ever tightens", () => {
    const least = (left = Infinity, right = Infinity): number => Math.min(left, right);
    fc.assert(
      fc.property(budgets, budgets, (a, b) => {
        const both = meet(a, b);
        expect(both.pollQuota).toBe(least(a.pollQuota, b.pollQuota));
        expect(both.deadline ?? Infinity).toBe(least(a.deadline, b.deadline));
        expect(both.costQuota ?? Infinity).toBe(least(a.costQuota, b.costQuota));
      }),
    );
  });
});

describe("row: R2 joinOutcome", () => {
  it("takes the severer, the left one at a tie, and the severer reason of two cancelled ones", () => {
    fc.assert(
      fc.property(outcomes, outcomes, (a, b) => {
        const both = joinOutcome(a, b);
        expect(severityOf(both)).toBe(Math.max(severityOf(a), severityOf(b)));
        if (a.type === "cancelled" && b.type === "cancelled" && both.type === "cancelled") {
          const severer = cancelKinds[b.reason.kind].severity > cancelKinds[a.reason.kind].severity;
          expect(both.reason).toBe((severer ? b : a).reason);
        } else if (severityOf(a) === severityOf(b)) expect(both).toMatchObject(a);
      }),
    );
  });

  it("is associative but for the order of what is suppressed, and forgets nothing", () => {
    const bare = (whole: Outcome<number>): unknown => ({ ...whole, suppressed: undefined });
    fc.assert(
      fc.property(outcomes, outcomes, outcomes, (a, b, c) => {
        const left = joinOutcome(joinOutcome(a, b), c);
        const right = joinOutcome(a, joinOutcome(b, c));
        expect(bare(left)).toEqual(bare(right));
        const bad = [a, b, c].filter(({ type }) => type !== "ok").length;
        expect(left.type === "ok" ? 0 : 1 + (left.suppressed?.length ?? 0)).toBe(bad);
      }),
    );
  });
});
