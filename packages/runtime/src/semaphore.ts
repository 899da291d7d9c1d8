// Permits, locks and what is made of them. A grant cannot fail: whoever was granted a permit holds it,
// and a waiter that is cancelled leaves the queue without one.

import type { TraceValue } from "@wirewall/trace";
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
  constructor(
    kind: ObligationKind,
    task: Task,
    giveBack: () => void,
    of?: Readonly<Record<string, TraceValue>>,
  ) {
    this.#giveBack = giveBack;
    this.#obligation = new Obligation(kind, task, giveBack, of);
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
  readonly #permits: number;
  readonly #queue: WaitQueue;
  #free: number;

  constructor(permits: number, kind: ObligationKind = "semaphorePermit") {
    if (!Number.isSafeInteger(permits) || permits < 1)
      throw new RangeError("permits: expected a whole number from 1");
    this.#name = nameOf(kind === "lockGuard" ? "lock" : "semaphore");
    this.#kind = kind;
    this.#permits = permits;
    this.#queue = new WaitQueue(this.#name);
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
    return this.#permit(task);
  }

  /** Undefined instead of waiting. */
  tryAcquire(cx: Cx): Permit | undefined {
    const task = taskOf(cx);
    task.machine.host.touch?.(this.#name, "write");
    if (this.#free === 0) return undefined;
    this.#free--;
    return this.#permit(task);
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

  #permit(task: Task): Permit {
    const of = task.machine.isTraced ? this.#load() : undefined;
    return new Permit(this.#kind, task, () => this.#release(task), of);
  }

  #load(): Readonly<Record<string, TraceValue>> {
    return { of: this.#name, load: this.#permits - this.#free, capacity: this.#permits };
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
