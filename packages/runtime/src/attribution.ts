// What became of a task whose body ended while it was asked to stop: that depends on whether it had
// heard of the request, and when.

import { Cancelled, DomainError, type Outcome } from "./outcome.js";
import type { CancelReason } from "./reason.js";

/** What is known of a cancellation of one task. */
export interface Cancellation {
  reason: CancelReason;
  /** Counts requests that changed something, from 1. */
  epoch: number;
  isAcknowledged: boolean;
  /** The first request came before the body ran. */
  readonly wasEarly: boolean;
}

/** A value counts where nobody asked, or where the body heard of it and made a value all the same. */
export function outcomeOfValue(
  value: unknown,
  cancellation: Cancellation | undefined,
): Outcome<unknown> {
  const counts =
    cancellation === undefined || (cancellation.isAcknowledged && !cancellation.wasEarly);
  return counts ? { type: "ok", value } : { type: "cancelled", reason: cancellation.reason };
}

/**
 * An error that was foreseen is "err", unless it came of cleaning up; whatever was not foreseen is a
 * panic. `external` is the reason where a platform's abort came of no request of ours.
 */
export function outcomeOfError(
  error: unknown,
  cancellation: Cancellation | undefined,
  external: () => CancelReason,
): Outcome<unknown> {
  if (error instanceof Cancelled)
    return { type: "cancelled", reason: cancellation?.reason ?? error.reason };
  if (isAbort(error)) return { type: "cancelled", reason: cancellation?.reason ?? external() };
  if (!(error instanceof DomainError)) return { type: "panicked", error };
  if (cancellation?.isAcknowledged !== true) return { type: "err", error };
  return { type: "cancelled", reason: cancellation.reason, suppressed: [error] };
}

/** What fetch and others throw when a signal was aborted. */
export function isAbort(error: unknown): boolean {
  return error instanceof Error && error.name === "AbortError";
}
