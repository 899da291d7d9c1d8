// Who runs next: cancelled tasks first, so that cleanup is not starved, then those that are due, then
// the rest; but after 16 cancelled ones in a row the others are looked at, so that work that may
// run does within 17 dispatches. Within a lane: priority, then first come first served. A task
// stands in the queue once, whoever wakes it and how often.

import type { Micros } from "@wirewall/trace";
import type { Host } from "./host.js";

/** What stands in the queue. */
export interface Runnable {
  priority: number;
  /** The lane it stands in, or NOWHERE. */
  lane: number;
  /** Who stands behind it in its lane. */
  behind: Runnable | undefined;
  dispatch(): void;
}

export const NOWHERE = 0;
export const READY = 1;
export const TIMED = 2;
export const CANCEL = 3;

/** Cancelled tasks in a row before the other lanes are looked at. */
export const CANCEL_STREAK = 16;
/** So many dispatches, or so long, and sockets get their turn. */
const DISPATCHES_PER_TURN = 256;
const TURN_MICROS: Micros = 5_000;
const CLOCK_EVERY = 32;

export class Scheduler {
  readonly #host: Host;
  readonly #ready: Lane = new Lane(READY);
  readonly #timed: Lane = new Lane(TIMED);
  readonly #cancel: Lane = new Lane(CANCEL);
  readonly #drain: () => void = () => this.#run();
  readonly #freshTurn: () => void = () => {
    this.#dispatched = 0;
    this.#turnBegan = this.#host.now();
    this.#run();
  };
  #isDue = false;
  #streak = 0;
  #dispatched = 0;
  #turnBegan: Micros = 0;

  constructor(host: Host) {
    this.#host = host;
  }

  /** Puts a task into a lane; one that stands in a lesser lane is moved up. */
  schedule(task: Runnable, lane: number): void {
    if (task.lane >= lane) return;
    if (task.lane !== NOWHERE) this.#lane(task.lane).remove(task);
    task.lane = lane;
    this.#lane(lane).push(task);
    if (this.#isDue) return;
    this.#isDue = true;
    this.#host.microtask(this.#drain);
  }

  /** The next task, or undefined if there is none. */
  next(): Runnable | undefined {
    if (this.#streak < CANCEL_STREAK) {
      const cancelled = this.#cancel.pop();
      if (cancelled !== undefined) {
        this.#streak++;
        return cancelled;
      }
    }
    const other = this.#timed.pop() ?? this.#ready.pop();
    if (other !== undefined) {
      this.#streak = 0;
      return other;
    }
    const cancelled = this.#cancel.pop();
    this.#streak = cancelled === undefined ? 0 : 1;
    return cancelled;
  }

  #lane(lane: number): Lane {
    return lane === READY ? this.#ready : lane === TIMED ? this.#timed : this.#cancel;
  }

  #run(): void {
    for (;;) {
      if (this.#dispatched >= DISPATCHES_PER_TURN || this.#isTurnOver()) {
        this.#host.macrotask(this.#freshTurn);
        return;
      }
      const task = this.next();
      if (task === undefined) break;
      this.#dispatched++;
      task.lane = NOWHERE;
      task.dispatch();
    }
    this.#isDue = false;
  }

  #isTurnOver(): boolean {
    if (this.#dispatched === 0 || this.#dispatched % CLOCK_EVERY !== 0) return false;
    return this.#host.now() - this.#turnBegan >= TURN_MICROS;
  }
}

interface Entry {
  readonly task: Runnable;
  readonly priority: number;
  readonly order: number;
}

/** First in, first out while all have one priority; a heap as soon as they differ. */
class Lane {
  readonly #number: number;
  #first: Runnable | undefined;
  #last: Runnable | undefined;
  /** By priority and order of arrival; undefined while all are alike. */
  #heap: Entry[] | undefined;
  #order = 0;
  #priority = 0;

  constructor(number: number) {
    this.#number = number;
  }

  push(task: Runnable): void {
    const { priority } = task;
    if (this.#heap === undefined) {
      const last = this.#last;
      if (last === undefined || priority === this.#priority) {
        this.#priority = priority;
        if (last === undefined) this.#first = task;
        else last.behind = task;
        this.#last = task;
        return;
      }
      this.#heap = [];
      for (let waiting = this.#shift(); waiting !== undefined; waiting = this.#shift())
        this.#add(waiting, this.#priority);
    }
    this.#add(task, priority);
  }

  /** Entries of tasks that have moved to another lane since are passed over. */
  pop(): Runnable | undefined {
    for (;;) {
      const task = this.#heap === undefined ? this.#shift() : this.#take(this.#heap);
      if (task === undefined || task.lane === this.#number) return task;
    }
  }

  /** Takes a task out that is to stand in another lane. */
  remove(task: Runnable): void {
    if (this.#heap !== undefined) return;
    let before: Runnable | undefined;
    for (let one = this.#first; one !== undefined; before = one, one = one.behind) {
      if (one !== task) continue;
      if (before === undefined) this.#first = task.behind;
      else before.behind = task.behind;
      if (this.#last === task) this.#last = before;
      task.behind = undefined;
      return;
    }
  }

  #shift(): Runnable | undefined {
    const task = this.#first;
    if (task === undefined) return undefined;
    this.#first = task.behind;
    if (task.behind === undefined) this.#last = undefined;
    else task.behind = undefined;
    return task;
  }

  #add(task: Runnable, priority: number): void {
    const heap = this.#heap ?? [];
    const entry = { task, priority, order: this.#order++ };
    let at = heap.length;
    heap.push(entry);
    while (at > 0) {
      const parent = (at - 1) >> 1;
      const above = heap[parent];
      if (above === undefined || !isBefore(entry, above)) break;
      heap[at] = above;
      at = parent;
    }
    heap[at] = entry;
  }

  #take(heap: Entry[]): Runnable | undefined {
    const first = heap[0];
    const last = heap.pop();
    if (first === undefined || last === undefined) {
      this.#heap = undefined;
      this.#order = 0;
      return undefined;
    }
    if (heap.length === 0) return first.task;
    let at = 0;
    for (;;) {
      let child = 2 * at + 1;
      let below = heap[child];
      if (below === undefined) break;
      const right = heap[child + 1];
      if (right !== undefined && isBefore(right, below)) {
        below = right;
        child++;
      }
      if (!isBefore(below, last)) break;
      heap[at] = below;
      at = child;
    }
    heap[at] = last;
    return first.task;
  }
}

function isBefore(left: Entry, right: Entry): boolean {
  return (
    left.priority > right.priority || (left.priority === right.priority && left.order < right.order)
  );
}
