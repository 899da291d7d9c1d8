// Who runs when, on a live host: no wake is lost, no lane starves, and who is more urgent goes first.
// In the lab the order is chosen, so that most of these have nothing to see there.

import type { TraceEvent } from "@wirewall/trace";
import { numberIn, Rule, textIn } from "./oracle.js";

const CANCEL_LANE = 3;

/** A task sleeps although what it waits for is there, or is queued after its end or twice. */
export class WakeState extends Rule {
  readonly name = "wakeState";
  readonly #queued: Set<string> = new Set();
  readonly #ended: Set<string> = new Set();
  /** There is a queue at all. */
  #isLive = false;

  event({ kind, task = "", data }: TraceEvent): void {
    if (kind === "task_yield" && data["ready"] === true)
      this.broken(`task ${task} went to sleep although it could go on`);
    else if (kind === "task_schedule") {
      if (this.#ended.has(task)) this.broken(`task ${task} was queued after its end`);
      this.#queued.add(task);
      this.#isLive = true;
    } else if (kind === "task_poll") {
      if (!this.#queued.delete(task) && this.#isLive)
        this.broken(`task ${task} ran and nobody had queued it`);
    } else if (kind === "task_complete") {
      this.#queued.delete(task);
      this.#ended.add(task);
    }
  }

  protected override atEnd(): void {
    for (const task of this.#queued) this.broken(`task ${task} was queued and never ran`);
  }
}

/** Work that may run waits for more dispatches than the bound: 16 cancelled ones, then one other. */
export class Fairness extends Rule {
  readonly name = "fairness";
  readonly #bound: number;
  readonly #lanes: Map<string, number> = new Map();
  /** Queued in another lane than that of cancelled tasks. */
  #others = 0;
  #streak = 0;

  constructor(bound = 17) {
    super();
    this.#bound = bound;
  }

  event(event: TraceEvent): void {
    const { kind, task = "" } = event;
    if (kind === "task_schedule") {
      const lane = Math.max(numberIn(event, "lane") ?? 0, this.#lanes.get(task) ?? 0);
      this.#leaves(task);
      this.#lanes.set(task, lane);
      if (lane !== CANCEL_LANE) this.#others++;
    } else if (kind === "task_complete") this.#leaves(task);
    else if (kind === "task_poll") {
      const isCleanup = this.#leaves(task) === CANCEL_LANE;
      this.#streak = isCleanup && this.#others > 0 ? this.#streak + 1 : 0;
      if (this.#streak === this.#bound) this.broken(`work waited for ${this.#bound} dispatches`);
    }
  }

  #leaves(task: string): number | undefined {
    const lane = this.#lanes.get(task);
    if (lane !== undefined && lane !== CANCEL_LANE) this.#others--;
    this.#lanes.delete(task);
    return lane;
  }
}

/** A task runs before a more urgent one of its lane, or keeps one waiting and is not run itself. */
export class PriorityInversion extends Rule {
  readonly name = "priorityInversion";
  readonly #patience: number;
  readonly #tasks: Map<string, Rank> = new Map();
  readonly #priorities: Set<number> = new Set();
  readonly #holders: Map<number, { readonly task: string; readonly of: string }> = new Map();
  readonly #blocked: Map<string, { readonly of: string; polls: number }> = new Map();

  constructor(patience = 1_000) {
    super();
    this.#patience = patience;
  }

  event(event: TraceEvent): void {
    const { kind, task = "" } = event;
    if (kind === "task_spawn") {
      const priority = numberIn(event, "priority") ?? 0;
      this.#priorities.add(priority);
      this.#tasks.set(task, { priority, lane: 0 });
    } else if (kind === "task_complete") {
      this.#tasks.delete(task);
      this.#blocked.delete(task);
    } else if (kind === "obligation_reserve")
      this.#holders.set(numberIn(event, "id") ?? -1, { task, of: textIn(event, "of") ?? "" });
    else if (kind.startsWith("obligation_")) this.#holders.delete(numberIn(event, "id") ?? -1);
    else if (kind === "checkpoint") {
      const of = textIn(event, "waits");
      if (of !== undefined) this.#blocked.set(task, { of, polls: 0 });
    } else if (kind === "task_schedule") {
      const rank = this.#tasks.get(task);
      if (rank !== undefined) rank.lane = numberIn(event, "lane") ?? 0;
    } else if (kind === "task_poll") this.#polled(task);
  }

  #polled(task: string): void {
    const rank = this.#tasks.get(task);
    if (rank === undefined) return;
    const { lane } = rank;
    rank.lane = 0;
    this.#blocked.delete(task);
    if (lane === READY_LANE && this.#priorities.size > 1)
      for (const [other, { priority, lane: waits }] of this.#tasks)
        if (waits === READY_LANE && priority > rank.priority)
          this.broken(`task ${task} ran before ${other}, which is more urgent`);
    for (const [waiter, wait] of this.#blocked)
      if (++wait.polls === this.#patience) this.#inverted(waiter, wait.of);
  }

  /**
   * It has waited long: is what it waits for held by a task that is less urgent and may run, or that itself waits for such
   * a one?
   */
  #inverted(waiter: string, of: string): void {
    const priority = this.#tasks.get(waiter)?.priority ?? 0;
    const seen = new Set([of]);
    for (const held of seen)
      for (const { task, of: holds } of this.#holders.values()) {
        if (holds !== held) continue;
        const rank = this.#tasks.get(task);
        if (rank !== undefined && rank.lane !== 0 && rank.priority < priority)
          this.broken(`task ${waiter} waits for ${task}, which is less urgent and not run`);
        const next = this.#blocked.get(task);
        if (next !== undefined) seen.add(next.of);
      }
  }
}

const READY_LANE = 1;

interface Rank {
  readonly priority: number;
  /** The lane in which it is queued, or 0. */
  lane: number;
}
