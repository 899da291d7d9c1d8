// Calls that were given to a connection and are not sent yet.

import type { Call, CallPlace } from "./call.js";

export class AssignedCalls implements CallPlace {
  readonly #calls: Set<Call> = new Set();
  readonly #cancelled: () => void;

  constructor(cancelled: () => void) {
    this.#cancelled = cancelled;
  }

  get size(): number {
    return this.#calls.size;
  }

  add(call: Call): void {
    call.place = this;
    this.#calls.add(call);
  }

  /** All of them, which have no place any more. */
  take(): readonly Call[] {
    const calls = [...this.#calls];
    this.#calls.clear();
    for (const call of calls) call.place = undefined;
    return calls;
  }

  write(): boolean {
    return false;
  }

  end(): void {}

  resumed(): void {}

  cancel(call: Call): void {
    call.place = undefined;
    this.#calls.delete(call);
    this.#cancelled();
  }
}
