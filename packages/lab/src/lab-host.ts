// A host in which nothing happens by itself: time stands until it is moved, and every operation of a
// task waits until it is chosen.

import type { Access, Host, PendingOp, TimerHandle } from "@wirewall/runtime";
import type { Micros, TraceSink } from "@wirewall/trace";
import type { Touch } from "./explore/execution.js";
import { Random } from "./random.js";

export interface Announced {
  readonly task: string;
  readonly op: PendingOp;
  readonly go: () => void;
}

interface Alarm {
  readonly at: Micros;
  readonly order: number;
  readonly fire: () => void;
}

export class LabHost implements Host {
  readonly trace: TraceSink | undefined;
  /** Turns of the queue after a task has come to its next point, for what it has set off. */
  settleTurns = 4;
  /** Counts them. */
  step = 0;
  /** What breaks connections. */
  readonly breakable: (() => void)[] = [];
  /** The last step of each task. */
  readonly #lastSteps: Map<string, number> = new Map();
  readonly announced: Map<string, Announced> = new Map();
  readonly #random: Random;
  readonly #alarms: Map<TimerHandle, Alarm> = new Map();
  #now: Micros = 0;
  #order = 0;
  /** The task whose step it is, what it touched, and whether it has come to its next point. */
  #current = "";
  #touches: Touch[] = [];
  #hasArrived = false;

  readonly queues: boolean;

  constructor(seed: number, trace: TraceSink | undefined, queues: boolean) {
    this.queues = queues;
    this.#random = new Random(seed);
    this.trace = trace;
  }

  now(): Micros {
    return this.#now;
  }

  heapBytes(): number {
    return 0;
  }

  wallTime(): number {
    return 0;
  }

  setTimer(at: Micros, fire: () => void): TimerHandle {
    const handle = {} as TimerHandle;
    this.#alarms.set(handle, { at, order: this.#order++, fire });
    return handle;
  }

  clearTimer(handle: TimerHandle): void {
    this.#alarms.delete(handle);
  }

  fillRandom(bytes: Uint8Array): void {
    for (let at = 0; at < bytes.length; at++) bytes[at] = this.#random.below(256);
  }

  microtask(run: () => void): void {
    void Promise.resolve().then(run);
  }

  macrotask(run: () => void): void {
    this.microtask(run);
  }

  point(op: PendingOp): Promise<void> {
    const task = op.task === "" ? this.#current : op.task;
    if (task === this.#current) this.#hasArrived = true;
    return new Promise((resolve) => {
      this.announced.set(task, { task, op, go: resolve });
    });
  }

  touch(resource: string, access: Access): void {
    this.#touches.push({ resource, isWrite: access === "write" });
    if (resource === `task:${this.#current}`) this.#hasArrived = true;
  }

  get hasArrived(): boolean {
    return this.#hasArrived;
  }

  /** Lets that operation go; what is touched from now on is its. */
  begin({ task, op, go }: Announced): void {
    this.announced.delete(task);
    this.step++;
    this.#lastSteps.set(task, this.step);
    this.#current = task;
    // It looks whether it was asked to stop; if it was, it does nothing else.
    this.#touches = [{ resource: `task:${task}`, isWrite: false }];
    if (op.stops?.() !== true) {
      this.touch(op.resource, op.access);
      for (const read of op.reads ?? []) this.touch(read, "read");
    }
    this.#hasArrived = false;
    go();
  }

  get touches(): readonly Touch[] {
    return this.#touches;
  }

  /** A task that holds something and has not gone on for so many steps. */
  stuckFor(steps: number): Announced | undefined {
    for (const announced of this.announced.values()) {
      const { task, op } = announced;
      const idle = this.step - (this.#lastSteps.get(task) ?? 0);
      if (idle >= steps && (op.party?.holds.length ?? 0) > 0) return announced;
    }
    return undefined;
  }

  /** Lets time pass, and fire what is due. */
  pass(micros: Micros): void {
    const until = this.#now + micros;
    for (;;) {
      const due = [...this.#alarms.values()].some(({ at }) => at <= until);
      if (!due || !this.advance()) break;
    }
    this.#now = Math.max(this.#now, until);
  }

  /** Moves time to the next alarm, which fires; false if there is none. */
  advance(): boolean {
    let next: [TimerHandle, Alarm] | undefined;
    for (const entry of this.#alarms) {
      const [, { at, order }] = entry;
      if (next === undefined || at < next[1].at || (at === next[1].at && order < next[1].order))
        next = entry;
    }
    if (next === undefined) return false;
    const [handle, alarm] = next;
    this.#alarms.delete(handle);
    this.#now = Math.max(this.#now, alarm.at);
    alarm.fire();
    return true;
  }
}
