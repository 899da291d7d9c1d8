// Budgets only get tighter.

import type { TraceEvent } from "@wirewall/trace";
import { numberIn, parentOf, Rule } from "./oracle.js";

/** A child may go on for longer than its parent. */
export class DeadlineMonotone extends Rule {
  readonly name = "deadlineMonotone";
  readonly #deadlines: Map<string, number> = new Map();

  event(event: TraceEvent): void {
    const { kind, region = "", task } = event;
    const isRegion = kind === "region_open";
    if (!isRegion && kind !== "task_spawn") return;
    const path = isRegion ? region : (task ?? "");
    const deadline = numberIn(event, "deadline") ?? Infinity;
    const above = this.#deadlines.get(parentOf(path) ?? "") ?? Infinity;
    if (deadline > above) this.broken(`${path} may go on after the deadline of its parent`);
    if (isRegion) this.#deadlines.set(path, deadline);
  }
}

/** Polls or cost that were spent come back, or cost is taken and not granted. */
export class BudgetRule extends Rule {
  readonly name = "budget";
  readonly #polls: Map<string, number> = new Map();
  readonly #costs: Map<string, number> = new Map();

  event(event: TraceEvent): void {
    const { kind, task } = event;
    if (task === undefined) return;
    if (kind === "task_spawn") {
      this.#polls.set(task, numberIn(event, "polls") ?? 0);
      const cost = numberIn(event, "cost");
      if (cost !== undefined) this.#costs.set(task, cost);
    } else if (kind === "cancel_ack") {
      // From here on it spends the budget of its cleanup, which replaces the other.
      this.#polls.set(task, numberIn(event, "polls") ?? 0);
    } else if (kind === "task_poll") this.#polled(task, numberIn(event, "polls") ?? 0);
    else if (kind === "checkpoint" && event.data["cost"] !== undefined) this.#spent(task, event);
    else if (kind === "task_complete") {
      this.#polls.delete(task);
      this.#costs.delete(task);
    }
  }

  #polled(task: string, polls: number): void {
    const before = this.#polls.get(task);
    if (before !== undefined && polls >= before)
      this.broken(`task ${task} had ${before} polls left and now ${polls}`);
    this.#polls.set(task, polls);
  }

  #spent(task: string, event: TraceEvent): void {
    const before = this.#costs.get(task) ?? 0;
    const left = numberIn(event, "left") ?? 0;
    const asked = event.data["granted"] === true ? (numberIn(event, "cost") ?? 0) : 0;
    if (left !== before - asked) this.broken(`task ${task} had ${before} to spend and now ${left}`);
    if (left < 0) this.broken(`task ${task} has spent more than it had`);
    this.#costs.set(task, left);
  }
}
