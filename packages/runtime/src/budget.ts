// What a task may spend: time, polls, cost. Children meet their parent's budget, so that it only ever
// gets tighter on the way down.

import type { Micros } from "@wirewall/trace";
import type { CancelKind } from "./reason.js";

export interface Budget {
  /** On the host's clock; absent: never. */
  readonly deadline?: Micros | undefined;
  readonly pollQuota: number;
  /** Absent: not counted. */
  readonly costQuota?: number | undefined;
  /** 0 to 255, the higher the sooner. */
  readonly priority: number;
}

const MOST_POLLS = 0xffff_ffff;

export const defaultBudget: Budget = { pollQuota: MOST_POLLS, priority: 128 };
/** The identity of `meet`. */
export const infiniteBudget: Budget = { pollQuota: MOST_POLLS, priority: 0 };
export const minimalBudget: Budget = { pollQuota: 100, priority: 128 };
/** What absorbs every other in `meet`. */
export const zeroBudget: Budget = { deadline: 0, pollQuota: 0, costQuota: 0, priority: 255 };

/** The tighter of both in each part; priority is the higher one. */
export function meet(left: Budget, right: Budget): Budget {
  const deadline = least(left.deadline, right.deadline);
  const costQuota = least(left.costQuota, right.costQuota);
  return {
    ...(deadline === undefined ? undefined : { deadline }),
    pollQuota: Math.min(left.pollQuota, right.pollQuota),
    ...(costQuota === undefined ? undefined : { costQuota }),
    priority: Math.max(left.priority, right.priority),
  };
}

/** Why a budget is exhausted at `now`, the strongest first; undefined while it is not. */
export function exhaustedBy(
  budget: Budget,
  polls: number,
  cost: number | undefined,
  now: Micros,
): CancelKind | undefined {
  if (polls <= 0) return "pollQuota";
  if (cost !== undefined && cost <= 0) return "costBudget";
  return budget.deadline !== undefined && now >= budget.deadline ? "deadline" : undefined;
}

/** Milliseconds until the deadline, at least 0; undefined without one. */
export function remainingMs(budget: Budget, now: Micros): number | undefined {
  if (budget.deadline === undefined) return undefined;
  return Math.max(0, (budget.deadline - now) / 1_000);
}

function least(left: number | undefined, right: number | undefined): number | undefined {
  if (left === undefined) return right;
  return right === undefined ? left : Math.min(left, right);
}
