// What a task tells of itself in a trace, so that whoever reads it can judge what the runtime did. Only
// called where something listens.

import type { TraceValue } from "@wirewall/trace";
import { isAbort, type Cancellation } from "./attribution.js";
import type { Budget } from "./budget.js";
import { Cancelled, DomainError, type Outcome } from "./outcome.js";
import { cancelKinds } from "./reason.js";
import type { Task } from "./task.js";

/** How a body ended: it made a value, threw, or never ran. */
export type Came = "value" | "domain" | "cancelled" | "panic" | "skipped";

export function cameOf(error: unknown): Came {
  if (error instanceof Cancelled || isAbort(error)) return "cancelled";
  return error instanceof DomainError ? "domain" : "panic";
}

/** What was granted to a task or region. */
export function limitsOf({
  deadline,
  pollQuota,
  costQuota,
  priority,
}: Budget): Readonly<Record<string, TraceValue>> {
  return {
    priority,
    polls: pollQuota,
    ...(deadline === undefined ? undefined : { deadline }),
    ...(costQuota === undefined ? undefined : { cost: costQuota }),
  };
}

export function tellRequest(task: Task, { reason, epoch }: Cancellation): void {
  const { kind } = reason;
  task.told("cancel_request", { reason: kind, severity: cancelKinds[kind].severity, epoch });
}

/** Late: it has ended and never looked. */
export function tellAck(task: Task, { epoch }: Cancellation, isLate: boolean): void {
  task.told("cancel_ack", { epoch, polls: task.pollsLeft, late: isLate });
}

export function tellEnd(task: Task, outcome: Outcome<unknown>, came: Came): void {
  const { cancellation } = task;
  if (cancellation !== undefined) {
    if (!cancellation.isAcknowledged) tellAck(task, cancellation, true);
    task.told("cancel_finalize", { epoch: cancellation.epoch });
  }
  task.told("task_complete", { outcome: outcome.type, came });
}
