// What tells many at once: notify, watch, barrier, and work that is done once.

import { taskOf, type Cx } from "../cx.js";
import { nameOf } from "../names.js";
import type { Task } from "../task.js";
import { announce, begin, WaitQueue } from "../waiting.js";

/** Wakes those who wait; what was notified while nobody waited is remembered once. */
export class Notify {
  readonly #name: string = nameOf("notify");
  readonly #queue: WaitQueue = new WaitQueue(this.#name);
  #isSet = false;
  /** How often all were woken. */
  #wakes = 0;
  /** Lab only: who waits, and how many of them were woken and have not gone yet. */
  #waiting = 0;
  #woken = 0;

  async wait(cx: Cx): Promise<void> {
    const task = taskOf(cx);
    const before = this.#wakes;
    const canGo = (): boolean => this.#isSet || this.#woken > 0 || this.#wakes !== before;
    const begun = begin(task, "notified", this.#name, "write", canGo);
    if (begun !== undefined && task.machine.isGuarded) {
      await this.#waitInLab(task, begun, before);
      return;
    }
    if (begun !== undefined) await begun;
    if (this.#isSet) this.#isSet = false;
    else await this.#queue.wait(task);
  }

  notifyOne(cx: Cx): void {
    taskOf(cx).machine.host.touch?.(this.#name, "write");
    if (this.#woken < this.#waiting) this.#woken++;
    else if (!this.#queue.grant()) this.#isSet = true;
  }

  notifyAll(cx: Cx): void {
    taskOf(cx).machine.host.touch?.(this.#name, "write");
    this.#wakes++;
    this.#woken = this.#waiting = 0;
    this.#queue.grantAll();
  }

  async #waitInLab(task: Task, begun: Promise<void>, before: number): Promise<void> {
    this.#waiting++;
    try {
      await begun;
      if (this.#wakes !== before) return;
      if (this.#woken > 0) this.#woken--;
      else this.#isSet = false;
    } finally {
      if (this.#wakes === before) this.#left(task);
    }
  }

  /** What had been meant for one who left is for the next, or remembered. */
  #left(task: Task): void {
    task.machine.host.touch?.(this.#name, "write");
    this.#waiting--;
    if (this.#woken <= this.#waiting) return;
    this.#woken = this.#waiting;
    this.#isSet = true;
  }
}

/** The latest value, and how often it was set. */
export class Watch<T> {
  readonly #name: string = nameOf("watch");
  readonly #queue: WaitQueue = new WaitQueue(this.#name);
  #value: T;
  #version = 0;

  constructor(value: T) {
    this.#value = value;
  }

  get value(): T {
    return this.#value;
  }

  get version(): number {
    return this.#version;
  }

  set(cx: Cx, value: T): void {
    taskOf(cx).machine.host.touch?.(this.#name, "write");
    this.#value = value;
    this.#version++;
    this.#queue.grantAll();
  }

  /** Waits for a version after the given one. */
  async changed(cx: Cx, since: number): Promise<T> {
    const task = taskOf(cx);
    const begun = begin(task, "changed", this.#name, "read", () => this.#version > since);
    if (begun !== undefined) await begun;
    while (this.#version <= since) await this.#queue.wait(task);
    return this.#value;
  }
}

/** So many have to arrive before any goes on; a cancelled one has not arrived. */
export class Barrier {
  readonly parties: number;
  /** How often all have come together. */
  #round = 0;
  /** Lab only: who waits. */
  readonly #waiting: Set<Task> = new Set();
  readonly #name: string = nameOf("barrier");
  readonly #queue: WaitQueue = new WaitQueue(this.#name);

  constructor(parties: number) {
    if (!Number.isSafeInteger(parties) || parties < 1)
      throw new RangeError("parties: expected a whole number from 1");
    this.parties = parties;
  }

  async arrive(cx: Cx): Promise<void> {
    const task = taskOf(cx);
    const begun = begin(task, "arrive", this.#name, "write");
    if (begun !== undefined) await begun;
    if (this.#arrived + 1 >= this.parties) {
      this.#round++;
      this.#waiting.clear();
      this.#queue.grantAll();
    } else if (task.machine.isGuarded) await this.#waitInLab(task);
    else await this.#queue.wait(task);
  }

  /** Those who wait and will not leave for a cancel request. */
  get #arrived(): number {
    let count = this.#queue.liveCount;
    for (const task of this.#waiting) if (!task.mustStop) count++;
    return count;
  }

  async #waitInLab(task: Task): Promise<void> {
    const round = this.#round;
    const isOver = (): boolean => this.#round !== round;
    this.#waiting.add(task);
    await announce(task, "pass", this.#name, "write", isOver);
    if (isOver()) return;
    this.#waiting.delete(task);
    task.stopIfDue();
  }
}

/** Work that is done once; if whoever does it fails or is cancelled, the next one tries. */
export class Once<T> {
  readonly #name: string = nameOf("once");
  readonly #queue: WaitQueue = new WaitQueue(this.#name);
  #isRunning = false;
  #result: { readonly value: T } | undefined;

  async get(cx: Cx, make: () => Promise<T> | T): Promise<T> {
    const task = taskOf(cx);
    const begun = begin(task, "once", this.#name, "write", () => !this.#isRunning);
    if (begun !== undefined) await begun;
    while (this.#isRunning) await this.#queue.wait(task);
    if (this.#result !== undefined) return this.#result.value;
    this.#isRunning = true;
    try {
      const value = await make();
      this.#result = { value };
      return value;
    } finally {
      this.#isRunning = false;
      task.machine.host.touch?.(this.#name, "write");
      if (this.#result === undefined) this.#queue.grant();
      else this.#queue.grantAll();
    }
  }
}
