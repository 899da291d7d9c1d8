// What became of a task. The four kinds are ordered by severity, and folding keeps the severest: a
// panic is never hidden by an error, and an error never by a cancellation that came of it.

import { isSeverer, type CancelReason } from "./reason.js";

export type Outcome<T> =
  | { readonly type: "ok"; readonly value: T }
  | { readonly type: "err"; readonly error: unknown; readonly suppressed?: readonly unknown[] }
  | {
      readonly type: "cancelled";
      readonly reason: CancelReason;
      readonly suppressed?: readonly unknown[];
    }
  | {
      readonly type: "panicked";
      readonly error: unknown;
      readonly suppressed?: readonly unknown[];
    };

const SEVERITY = { ok: 0, err: 1, cancelled: 2, panicked: 3 } as const;

/** ok 0, err 1, cancelled 2, panicked 3. */
export function severityOf(outcome: Outcome<unknown>): number {
  return SEVERITY[outcome.type];
}

/**
 * The severer of two; at a tie the left one, unless both are cancelled and the right reason is
 * strictly severer. What loses is suppressed, not forgotten.
 */
export function joinOutcome<A, B>(left: Outcome<A>, right: Outcome<B>): Outcome<A | B> {
  const difference = severityOf(right) - severityOf(left);
  const takesRight =
    difference > 0 ||
    (left.type === "cancelled" &&
      right.type === "cancelled" &&
      isSeverer(right.reason, left.reason));
  return takesRight ? withSuppressed(right, left) : withSuppressed(left, right);
}

/** The value, or a throw of what came instead. */
export function valueOf<T>(outcome: Outcome<T>): T {
  if (outcome.type === "ok") return outcome.value;
  if (outcome.type === "cancelled") throw new Cancelled(outcome.reason);
  throw outcome.error;
}

/** Thrown where a cancelled task acknowledges, and by `await` of a task that was cancelled. */
export class Cancelled extends Error {
  readonly code = "CANCELLED";
  readonly reason: CancelReason;

  constructor(reason: CancelReason) {
    super(`cancelled: ${reason.kind}`);
    this.name = "Cancelled";
    this.reason = reason;
  }
}

/** Errors that a program foresees extend this; thrown, they are "err" and not "panicked". */
export class DomainError extends Error {
  override name = "DomainError";
}

function withSuppressed<T>(kept: Outcome<T>, lost: Outcome<unknown>): Outcome<T> {
  if (kept.type === "ok" || lost.type === "ok") return kept;
  const suppressed = [...(kept.suppressed ?? []), ...failuresOf(lost)];
  return { ...kept, suppressed };
}

function failuresOf(outcome: Outcome<unknown>): unknown[] {
  if (outcome.type === "ok") return [];
  const own = outcome.type === "cancelled" ? outcome.reason : outcome.error;
  return [own, ...(outcome.suppressed ?? [])];
}
