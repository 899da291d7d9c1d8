// What there is of a region right now: for an inspector, and for whoever waits for a shutdown.

import type { Budget } from "./budget.js";
import { heldBy } from "./party.js";
import type { CancelKind } from "./reason.js";
import type { RegionScope, RegionState } from "./region.js";
import type { Task, TaskState } from "./task.js";

export interface TaskSnapshot {
  readonly id: string;
  readonly state: TaskState;
  readonly pollsLeft: number;
  readonly reason: CancelKind | undefined;
  /** What it waits for, where that has a name. */
  readonly waitsFor: string | undefined;
  /** The kinds of what it holds. */
  readonly holds: readonly string[];
}

export interface RegionSnapshot {
  readonly id: string;
  readonly state: RegionState;
  readonly budget: Budget;
  readonly reason: CancelKind | undefined;
  readonly obligations: number;
  readonly tasks: readonly TaskSnapshot[];
  readonly children: readonly RegionSnapshot[];
}

/** How far a region is on its way to its end. */
export interface DrainProgress {
  readonly phase: RegionState;
  /** Tasks in it and below. */
  readonly tasksLeft: number;
  /** The least that one of them has for its cleanup; undefined while none cleans up. */
  readonly cleanupPollsLeft: number | undefined;
  /** The task that everything else may wait for: the deepest that is left. */
  readonly blocker: TaskSnapshot | undefined;
}

export function snapshotOf(region: RegionScope): RegionSnapshot {
  const { id, state, budget, reason, obligationCount } = region;
  return {
    id,
    state,
    budget,
    reason: reason?.kind,
    obligations: obligationCount,
    tasks: [...region.tasks()].map(snapshotOfTask),
    children: [...region.children()].map(snapshotOf),
  };
}

export function drainProgressOf(region: RegionScope): DrainProgress {
  let tasksLeft = 0;
  let cleanupPollsLeft: number | undefined;
  let blocker: Task | undefined;
  const visit = (scope: RegionScope): void => {
    for (const task of scope.tasks()) {
      tasksLeft++;
      if (task.cancellation?.isAcknowledged === true)
        cleanupPollsLeft = Math.min(cleanupPollsLeft ?? Infinity, task.pollsLeft);
      blocker = task;
    }
    for (const child of scope.children()) visit(child);
  };
  visit(region);
  return {
    phase: region.state,
    tasksLeft,
    cleanupPollsLeft,
    blocker: blocker === undefined ? undefined : snapshotOfTask(blocker),
  };
}

function snapshotOfTask(task: Task): TaskSnapshot {
  return {
    id: task.id,
    state: task.state,
    pollsLeft: task.pollsLeft,
    reason: task.cancellation?.reason.kind,
    waitsFor: task.waitsFor,
    holds: heldBy(task),
  };
}
