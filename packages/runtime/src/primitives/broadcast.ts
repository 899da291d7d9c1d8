// Every receiver gets every value, and nobody waits for the slowest: who lags is told how much it missed.

import { taskOf, type Cx } from "../cx.js";
import { Refused } from "../errors.js";
import { nameOf } from "../names.js";
import { begin, WaitQueue } from "../waiting.js";

/** Values were overwritten before this receiver came to them; the next call goes on with the oldest. */
export class Lagged extends Refused {
  readonly missed: number;

  constructor(missed: number) {
    super("LAGGED", `broadcast: ${missed} values were missed`);
    this.missed = missed;
  }
}

export class Broadcast<T> {
  readonly capacity: number;
  readonly #name: string = nameOf("broadcast");
  readonly #queue: WaitQueue = new WaitQueue(this.#name);
  readonly #kept: T[] = [];
  /** How many were ever sent. */
  #sent = 0;
  #isClosed = false;

  /** @param capacity values that are kept for those who are behind. */
  constructor(capacity: number) {
    if (!Number.isSafeInteger(capacity) || capacity < 1)
      throw new RangeError("capacity: expected a whole number from 1");
    this.capacity = capacity;
  }

  /** @throws Refused DISCONNECTED once it is closed. */
  send(cx: Cx, value: T): void {
    const { machine } = taskOf(cx);
    if (this.#isClosed) throw new Refused("DISCONNECTED", "broadcast: it is closed");
    machine.host.touch?.(this.#name, "write");
    this.#kept[this.#sent % this.capacity] = value;
    this.#sent++;
    this.#queue.grantAll();
  }

  /** What is sent from now on. */
  subscribe(): { receive(cx: Cx): Promise<T | undefined> } {
    let next = this.#sent;
    return {
      /**
       * The next value; undefined once it is closed and nothing is left.
       *
       * @throws Cancelled, or Lagged, after which the oldest that is kept comes next.
       */
      receive: async (cx) => {
        const task = taskOf(cx);
        const isReadable = (): boolean => next < this.#sent || this.#isClosed;
        const begun = begin(task, "receive", this.#name, "read", isReadable);
        if (begun !== undefined) await begun;
        while (!isReadable()) await this.#queue.wait(task);
        if (next === this.#sent) return undefined;
        const missed = this.#sent - this.capacity - next;
        if (missed > 0) {
          next += missed;
          throw new Lagged(missed);
        }
        return this.#kept[next++ % this.capacity];
      },
    };
  }

  /** No more is sent; what is kept can still be received. */
  close(cx: Cx): void {
    taskOf(cx).machine.host.touch?.(this.#name, "write");
    this.#isClosed = true;
    this.#queue.grantAll();
  }
}
