// A promise to resolve something: a permit, a lease, a lock. It is committed or aborted once, or it
// leaks when its holder ends first, and a leak is loud unless its region says otherwise.

import type { ObligationKind as ObligationEvent, TraceValue } from "@wirewall/trace";
import { taskOf, type Cx } from "./cx.js";
import { LimitReached, RuntimeError } from "./errors.js";
import { joinOutcome, type Outcome } from "./outcome.js";
import type { Task } from "./task.js";

export type ObligationKind =
  "sendPermit" | "ack" | "lease" | "ioOp" | "semaphorePermit" | "lockGuard" | "transaction";
export type ObligationState = "reserved" | "committed" | "aborted" | "leaked";

export class Obligation {
  readonly kind: ObligationKind;
  readonly holder: Task;
  /** Only tells them apart in a trace. */
  readonly id: number;
  state: ObligationState = "reserved";
  /** Gives back what was reserved. */
  readonly #undo: (() => void) | undefined;
  previous: Obligation | undefined;
  next: Obligation | undefined;

  /**
   * `of` says in a trace what it is of.
   *
   * @internal
   * @throws LimitReached over `maxObligations` of the holder's region.
   */
  constructor(
    kind: ObligationKind,
    holder: Task,
    undo?: () => void,
    of?: Readonly<Record<string, TraceValue>>,
  ) {
    const max = holder.region.options.limits?.maxObligations;
    if (max !== undefined && holder.region.obligationCount >= max)
      throw new LimitReached("obligations", max, holder.region.obligationCount);
    this.kind = kind;
    this.holder = holder;
    this.#undo = undo;
    this.id = holder.machine.takeObligation();
    this.next = holder.held;
    if (holder.held !== undefined) holder.held.previous = this;
    holder.held = this;
    holder.region.obligationCount++;
    if (holder.machine.isTraced) this.#told("obligation_reserve", of);
  }

  /** @throws RuntimeError OBLIGATION_RESOLVED the second time. */
  commit(): void {
    this.#resolve("committed");
    this.#told("obligation_commit");
  }

  /** @throws RuntimeError OBLIGATION_RESOLVED the second time. */
  abort(): void {
    this.#resolve("aborted");
    this.#told("obligation_abort");
    this.#undo?.();
  }

  /** Aborted, if it was not resolved by then. */
  [Symbol.dispose](): void {
    if (this.state === "reserved") this.abort();
  }

  /** Its holder has ended: aborted silently where that is wanted, lost otherwise. */
  leak(recovers: boolean): void {
    this.#release();
    this.state = recovers ? "aborted" : "leaked";
    this.#told(recovers ? "obligation_abort" : "obligation_leak");
    if (recovers) this.#undo?.();
  }

  #resolve(state: ObligationState): void {
    if (this.state !== "reserved")
      throw new RuntimeError("OBLIGATION_RESOLVED", `${this.kind}: it is ${this.state} already`);
    this.state = state;
    this.#release();
  }

  #release(): void {
    const { holder, previous, next } = this;
    if (previous === undefined) holder.held = next;
    else previous.next = next;
    if (next !== undefined) next.previous = previous;
    this.previous = this.next = undefined;
    holder.region.obligationCount--;
  }

  #told(kind: ObligationEvent, of?: Readonly<Record<string, TraceValue>>): void {
    const { holder, id } = this;
    if (holder.machine.isTraced) holder.told(kind, { obligation: this.kind, id, ...of });
  }
}

/** Something that the task of `cx` has to commit or abort before it ends; `undo` runs if it aborts. */
export function reserve(cx: Cx, kind: ObligationKind, undo?: () => void): Obligation {
  return new Obligation(kind, taskOf(cx), undo);
}

/** Its holder ends, and what it still holds is dealt with as its region wants. */
export function leakAll(holder: Task, outcome: Outcome<unknown>): Outcome<unknown> {
  const site = `${holder.id}: ${holder.held?.kind ?? ""}`;
  const response = holder.region.leakResponse(outcome.type !== "ok");
  for (let one = holder.held; one !== undefined; one = holder.held)
    one.leak(response === "recover");
  if (response !== "fail") return outcome;
  const error = new RuntimeError("OBLIGATION_LEAKED", `${site} was not resolved by its holder`);
  return joinOutcome(outcome, { type: "panicked", error });
}
