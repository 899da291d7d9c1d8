// The streams that were closed last, each with the state it was closed in. A frame that comes late
// is judged by it; of older ones only the number is known. Only odd numbers are ever opened, since
// pushes are refused, so that a number and its state fit into 32 bits.

import { CLOSED_BY_END, IDLE } from "./stream-states.js";

const FIRST_PLACES = 16;
const STATE_BITS = 2;
const STATES = 0x3;

export class ClosedStreams {
  readonly #max: number;
  /** A ring, which has grown to `max` places when it is full. */
  #packed: Uint32Array = NOTHING;
  #count = 0;
  #next = 0;

  constructor(max: number) {
    this.#max = max;
  }

  get count(): number {
    return this.#count;
  }

  add(id: number, state: number): void {
    if (this.#next === this.#packed.length) this.#grow();
    this.#packed[this.#next] = ((id >>> 1) << STATE_BITS) | (state - CLOSED_BY_END);
    this.#next = (this.#next + 1) % this.#max;
    if (this.#count < this.#max) this.#count++;
  }

  /** The state in which it was closed, or IDLE if that is not known any more. */
  stateOf(id: number): number {
    const packed = this.#packed;
    const wanted = id >>> 1;
    for (let place = this.#count - 1; place >= 0; place--) {
      const known = packed[place] ?? 0;
      if (known >>> STATE_BITS === wanted) return (known & STATES) + CLOSED_BY_END;
    }
    return IDLE;
  }

  clear(): void {
    this.#packed = NOTHING;
    this.#count = this.#next = 0;
  }

  #grow(): void {
    const places = Math.min(this.#max, Math.max(FIRST_PLACES, 2 * this.#packed.length));
    const larger = new Uint32Array(places);
    larger.set(this.#packed);
    this.#packed = larger;
  }
}

const NOTHING: Uint32Array = /* @__PURE__ */ new Uint32Array(0);
