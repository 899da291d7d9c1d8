// A promise to resolve something: a permit, a lease, a lock. It is committed or aborted once, or it
// leaks when its holder ends first, and a leak is loud unless its region says otherwise.

import type { Task } from "./task.js";
import { RuntimeError } from "./errors.js";

export type ObligationKind = "sendPermit" | "semaphorePermit" | "lockGuard";
export type ObligationState = "reserved" | "committed" | "aborted" | "leaked";

export class Obligation {
  readonly kind: ObligationKind;
  readonly holder: Task;
  state: ObligationState = "reserved";
  /** Gives back what was reserved. */
  readonly #undo: (() => void) | undefined;
  previous: Obligation | undefined;
  next: Obligation | undefined;

  constructor(kind: ObligationKind, holder: Task, undo?: () => void) {
    this.kind = kind;
    this.holder = holder;
    this.#undo = undo;
    holder.hold(this);
  }

  /** @throws RuntimeError OBLIGATION_RESOLVED the second time. */
  commit(): void {
    this.#resolve("committed");
    this.holder.told("obligation_commit", { obligation: this.kind });
  }

  /** @throws RuntimeError OBLIGATION_RESOLVED the second time. */
  abort(): void {
    this.#resolve("aborted");
    this.holder.told("obligation_abort", { obligation: this.kind });
    this.#undo?.();
  }

  /** Its holder has ended: aborted silently where that is wanted, lost otherwise. */
  leak(recovers: boolean): void {
    this.state = recovers ? "aborted" : "leaked";
    this.holder.told(recovers ? "obligation_abort" : "obligation_leak", { obligation: this.kind });
    if (recovers) this.#undo?.();
  }

  #resolve(state: ObligationState): void {
    if (this.state !== "reserved")
      throw new RuntimeError("OBLIGATION_RESOLVED", `${this.kind}: it is ${this.state} already`);
    this.state = state;
    this.holder.release(this);
  }
}
