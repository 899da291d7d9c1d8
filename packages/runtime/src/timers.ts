// All waits for a time, over one timer of the host: the earliest is set, and set again only when an
// earlier one comes or it has fired.

import type { Micros } from "@wirewall/trace";
import type { Host, TimerHandle } from "./host.js";

export abstract class Timer {
  readonly at: Micros;
  /** Of those of one time the one that was set first fires first. */
  order = 0;
  /** Its place in the heap, or -1. */
  place = -1;

  constructor(at: Micros) {
    this.at = at;
  }

  abstract fire(): void;
}

class Call extends Timer {
  readonly #fire: () => void;

  constructor(at: Micros, fire: () => void) {
    super(at);
    this.#fire = fire;
  }

  fire(): void {
    this.#fire();
  }
}

export class Timers {
  readonly #host: Host;
  readonly #heap: Timer[] = [];
  #order = 0;
  #handle: TimerHandle | undefined;
  #setFor: Micros = 0;

  constructor(host: Host) {
    this.#host = host;
  }

  get count(): number {
    return this.#heap.length;
  }

  set(at: Micros, fire: () => void): Timer {
    return this.add(new Call(at, fire));
  }

  add(timer: Timer): Timer {
    timer.order = this.#order++;
    this.#heap.push(timer);
    this.#up(this.#heap.length - 1, timer);
    this.#arm();
    return timer;
  }

  clear(timer: Timer): void {
    const { place } = timer;
    if (place < 0) return;
    timer.place = -1;
    const last = this.#heap.pop();
    if (last !== undefined && last !== timer) this.#put(place, last);
    if (this.#heap.length === 0) this.#disarm();
  }

  #fired(): void {
    this.#handle = undefined;
    const now = this.#host.now();
    for (let first = this.#heap[0]; first !== undefined && first.at <= now; first = this.#heap[0]) {
      this.clear(first);
      first.fire();
    }
    this.#arm();
  }

  #arm(): void {
    const first = this.#heap[0];
    if (first === undefined || (this.#handle !== undefined && this.#setFor <= first.at)) return;
    this.#disarm();
    this.#setFor = first.at;
    this.#handle = this.#host.setTimer(first.at, () => this.#fired());
  }

  #disarm(): void {
    if (this.#handle === undefined) return;
    this.#host.clearTimer(this.#handle);
    this.#handle = undefined;
  }

  #put(place: number, timer: Timer): void {
    const parent = this.#heap[(place - 1) >> 1];
    if (place > 0 && parent !== undefined && isEarlier(timer, parent)) this.#up(place, timer);
    else this.#down(place, timer);
  }

  #up(from: number, timer: Timer): void {
    const heap = this.#heap;
    let at = from;
    while (at > 0) {
      const above = heap[(at - 1) >> 1];
      if (above === undefined || !isEarlier(timer, above)) break;
      heap[at] = above;
      above.place = at;
      at = (at - 1) >> 1;
    }
    heap[at] = timer;
    timer.place = at;
  }

  #down(from: number, timer: Timer): void {
    const heap = this.#heap;
    let at = from;
    for (;;) {
      let child = 2 * at + 1;
      let below = heap[child];
      if (below === undefined) break;
      const right = heap[child + 1];
      if (right !== undefined && isEarlier(right, below)) {
        below = right;
        child++;
      }
      if (!isEarlier(below, timer)) break;
      heap[at] = below;
      below.place = at;
      at = child;
    }
    heap[at] = timer;
    timer.place = at;
  }
}

function isEarlier(left: Timer, right: Timer): boolean {
  return left.at < right.at || (left.at === right.at && left.order < right.order);
}
