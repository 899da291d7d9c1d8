// Permits, locks and what is made of them. A grant cannot fail: whoever was granted a permit holds it,
// and a waiter that is cancelled leaves the queue without one.

import type { TraceValue } from "@wirewall/trace";
import { taskOf, type Cx } from "../cx.js";
import { Refused } from "../errors.js";
import type { Access } from "../host.js";
import { nameOf } from "../names.js";
import { Obligation, type ObligationKind } from "../obligation.js";
import type { Task } from "../task.js";
import { begin, WaitQueue } from "../waiting.js";

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
    try {
      this.#obligation = new Obligation(kind, task, giveBack, of);
    } catch (error) {
      giveBack();
      throw error;
    }
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

export interface AcquireOptions {
  /** So many at once; 1 if nothing is said. */
  readonly count?: number;
  /** Milliseconds after which it is not waited for any more. */
  readonly withinMs?: number | undefined;
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
    this.#queue = new WaitQueue(this.#name, () => this.#grant());
    this.#free = permits;
  }

  get available(): number {
    return this.#free;
  }

  get waiting(): number {
    return this.#queue.count;
  }

  /**
   * Waits in turn; who needs much is not overtaken by those who need little.
   *
   * @throws Cancelled if the task has to stop before it is its turn, Refused TIMED_OUT after
   *   `withinMs`.
   */
  acquire(cx: Cx, { count = 1, withinMs }: AcquireOptions = {}): Promise<Permit> {
    return this.acquireAs(taskOf(cx), count, withinMs, "write");
  }

  /** Undefined instead of waiting. */
  tryAcquire(cx: Cx, count = 1): Permit | undefined {
    const task = taskOf(cx);
    task.machine.host.touch?.(this.#name, "write");
    return this.#hasFree(count) ? this.#permit(task, count, "write") : undefined;
  }

  /** Runs with a permit, which is given back on every path. */
  async use<T>(cx: Cx, run: () => Promise<T> | T, options?: AcquireOptions): Promise<T> {
    const permit = await this.acquire(cx, options);
    try {
      return await run();
    } finally {
      if (permit.isHeld) permit.release();
    }
  }

  /**
   * Holders with the access "read" do not mind each other.
   *
   * @internal
   */
  async acquireAs(
    task: Task,
    count: number,
    withinMs: number | undefined,
    access: Access,
  ): Promise<Permit> {
    if (!Number.isSafeInteger(count) || count < 1 || count > this.#permits)
      throw new RangeError(`count: expected a whole number from 1 to ${this.#permits}`);
    const until = this.#until(task, withinMs);
    const begun = begin(task, "acquire", this.#name, access, () => this.#canGo(task, count, until));
    if (begun !== undefined) {
      if (until === undefined) await begun;
      else await this.#beginUntil(task, begun, until);
    }
    if (this.#hasFree(count)) return this.#permit(task, count, access);
    if (task.machine.isGuarded)
      throw new Refused("TIMED_OUT", `${this.#name}: its turn did not come in time`);
    await this.#queue.wait(task, { need: count, until });
    return this.#granted(task, count, access);
  }

  #until(task: Task, withinMs: number | undefined): number | undefined {
    if (withinMs === undefined) return undefined;
    return task.machine.host.now() + Math.round(withinMs * 1_000);
  }

  #canGo(task: Task, count: number, until: number | undefined): boolean {
    return this.#hasFree(count) || (until !== undefined && task.machine.host.now() >= until);
  }

  /** In the lab time has to come to that moment. */
  async #beginUntil(task: Task, begun: Promise<void>, until: number): Promise<void> {
    const { timers } = task.machine;
    const timer = timers.set(until, () => {});
    try {
      await begun;
    } finally {
      timers.clear(timer);
    }
  }

  #hasFree(count: number): boolean {
    return this.#free >= count && this.#queue.count === 0;
  }

  #permit(task: Task, count: number, access: Access): Permit {
    this.#free -= count;
    return this.#granted(task, count, access);
  }

  #granted(task: Task, count: number, access: Access): Permit {
    const of = task.machine.isTraced ? this.#load() : undefined;
    return new Permit(this.#kind, task, () => this.#release(task, count, access), of);
  }

  #load(): Readonly<Record<string, TraceValue>> {
    return { of: this.#name, load: this.#permits - this.#free, capacity: this.#permits };
  }

  #release(task: Task, count: number, access: Access): void {
    task.machine.host.touch?.(this.#name, access);
    this.#free += count;
    this.#grant();
  }

  /** In the order of arrival, as long as there is enough for the first. */
  #grant(): void {
    for (;;) {
      const need = this.#queue.firstNeed;
      if (need === undefined || need > this.#free) return;
      this.#free -= need;
      this.#queue.grant();
    }
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

const MOST_READERS = 0x3fff_ffff;

/** Many who read, or one who writes; a writer that waits is not overtaken by readers. */
export class RwLock {
  readonly #semaphore: Semaphore = new Semaphore(MOST_READERS, "lockGuard");

  read(cx: Cx): Promise<Permit> {
    return this.#semaphore.acquireAs(taskOf(cx), 1, undefined, "read");
  }

  write(cx: Cx): Promise<Permit> {
    return this.#semaphore.acquireAs(taskOf(cx), MOST_READERS, undefined, "write");
  }
}
