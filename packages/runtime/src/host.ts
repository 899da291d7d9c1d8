// What the runtime asks of its surroundings. One program runs on a live host and in the lab unchanged;
// a live host leaves `point` and `touch` undefined, and each primitive pays one look for that.

import type { Micros, TraceSink } from "@wirewall/trace";

export type { Micros } from "@wirewall/trace";

declare const timer: unique symbol;
/** A timer that was set; opaque. */
export interface TimerHandle {
  readonly [timer]: true;
}

export type Access = "read" | "write";

/** Lab only: a task, as far as the lab may put it to the test. */
export interface Party {
  /** Asks it to stop, takes what is left of its budget, or wakes it for nothing; all of it is told. */
  harm(how: "cancel" | "exhaust" | "wake"): void;
  /** The kinds of the obligations that it has not resolved. */
  readonly holds: readonly string[];
}

/** An operation that a task is about to do, announced before it acts. */
export interface PendingOp {
  /** The path of the task, such as `0.2.1`. */
  readonly task: string;
  /** What it is for people: `mutex.lock`, `channel.reserve`, `task.join`, `task.start`. */
  readonly name: string;
  /** What it touches: `mutex:0.1`, `cell:x`, `task:0.2`. */
  readonly resource: string;
  readonly access: Access;
  /** What else it looks at. */
  readonly reads?: readonly string[];
  /** The task has to stop instead, and will touch nothing of it. */
  readonly stops?: () => boolean;
  /** The task, for whoever wants to do it harm. */
  readonly party?: Party;
  /** Whether it could go on now; without it always. */
  readonly enabled?: () => boolean;
}

export interface Host {
  now(): Micros;
  /** Milliseconds since 1970; only stamps headers of traces. */
  wallTime(): number;
  setTimer(at: Micros, fire: () => void): TimerHandle;
  clearTimer(handle: TimerHandle): void;
  /** Secure in live hosts, seeded in the lab. */
  fillRandom(bytes: Uint8Array): void;
  /** Bytes of the heap that are in use, where that can be told; in the lab 0, since they follow no order. */
  heapBytes?(): number;
  microtask(run: () => void): void;
  macrotask(run: () => void): void;
  /** Lab only: resolves when the operation may act, which it then does at once. */
  readonly point?: (op: PendingOp) => Promise<void>;
  /** Lab only: that a task arrives and that its turn comes are two operations, and queues are real. */
  readonly queues?: boolean;
  /** Lab only: an effect of the operation that acts, beyond the one that it announced. */
  readonly touch?: (resource: string, access: Access) => void;
  /** Where events go; without one nothing is built. */
  readonly trace?: TraceSink | undefined;
}
