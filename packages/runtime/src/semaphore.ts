// Permits, locks and what is made of them. A grant cannot fail: whoever was granted a permit holds it,
// and a waiter that is cancelled leaves the queue without one.

import { taskOf, type Cx } from "./cx.js";
import { nameOf } from "./names.js";
import { Obligation, type ObligationKind } from "./obligation.js";
import type { Task } from "./task.js";
import { announce, WaitQueue } from "./waiting.js";

/** To be released once, by the task that holds it. */
export class Permit {
  readonly #obligation: Obligation;
  readonly #giveBack: () => void;

  /** @internal */
  constructor(kind: ObligationKind, task: Task, giveBack: () => void) {
    this.#giveBack = giveBack;
    this.#obligation = new Obligation(kind, task, giveBack);
  }

  get isHeld(): boolean {
    return this.#obligation.state === "reserved";
  }

  /** @throws RuntimeError OBLIGATION_RESOLVED the second time. */
  release(): void {
    this.#obligation.commit();
    this.#giveBack();
  }

  [Symbol.dispose](): void {
    if (this.isHeld) this.release();
  }
}

export class Semaphore {
  readonly #name: string;
  readonly #kind: ObligationKind;
  readonly #queue: WaitQueue = new WaitQueue();
  #free: number;

  constructor(permits: number, kind: ObligationKind = "semaphorePermit") {
    if (!Number.isSafeInteger(permits) || permits < 1)
      throw new RangeError("permits: expected a whole number from 1");
    this.#name = nameOf(kind === "lockGuard" ? "lock" : "semaphore");
    this.#kind = kind;
    this.#free = permits;
  }

  get available(): number {
    return this.#free;
  }

  get waiting(): number {
    return this.#queue.count;
  }

  /** @throws Cancelled if the task has to stop before it is its turn. */
  async acquire(cx: Cx): Promise<Permit> {
    const task = taskOf(cx);
    task.checkpoint();
    const announced = announce(task, "acquire", this.#name, "write", () => this.#free > 0);
    if (announced !== undefined) {
      await announced;
      task.stopIfDue();
    }
    if (this.#free > 0) this.#free--;
    else await this.#queue.wait(task);
    return new Permit(this.#kind, task, () => this.#release(task));
  }

  /** Undefined instead of waiting. */
  tryAcquire(cx: Cx): Permit | undefined {
    const task = taskOf(cx);
    task.machine.host.touch?.(this.#name, "write");
    if (this.#free === 0) return undefined;
    this.#free--;
    return new Permit(this.#kind, task, () => this.#release(task));
  }

  /** Runs with a permit, which is given back on every path. */
  async use<T>(cx: Cx, run: () => Promise<T> | T): Promise<T> {
    const permit = await this.acquire(cx);
    try {
      return await run();
    } finally {
      if (permit.isHeld) permit.release();
    }
  }

  #release(task: Task): void {
    task.machine.host.touch?.(this.#name, "write");
    if (!this.#queue.grant()) this.#free++;
  }
}

/** One at a time. */
export class Mutex {
  readonly #semaphore: Semaphore = new Semaphore(1, "lockGuard");

  get isLocked(): boolean {
    return this.#semaphore.available === 0;
  }

  lock(cx: Cx): Promise<Permit> {
    return this.#semaphore.acquire(cx);
  }

  use<T>(cx: Cx, run: () => Promise<T> | T): Promise<T> {
    return this.#semaphore.use(cx, run);
  }
}
