// The streams that were closed last, each with the state it was closed in. A frame that comes late
// is judged by it; of older ones only the number is known.

import { IDLE } from "./stream-states.js";

export class ClosedStreams {
  readonly #max: number;
  readonly #ids: number[] = [];
  readonly #states: number[] = [];
  #next = 0;

  constructor(max: number) {
    this.#max = max;
  }

  get count(): number {
    return this.#ids.length;
  }

  add(id: number, state: number): void {
    this.#ids[this.#next] = id;
    this.#states[this.#next] = state;
    this.#next = (this.#next + 1) % this.#max;
  }

  /** The state in which it was closed, or IDLE if that is not known any more. */
  stateOf(id: number): number {
    const place = this.#ids.lastIndexOf(id);
    return place === -1 ? IDLE : (this.#states[place] ?? IDLE);
  }

  clear(): void {
    this.#ids.length = this.#states.length = this.#next = 0;
  }
}
