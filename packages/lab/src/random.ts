// Numbers that follow from a seed: xorshift32 (Marsaglia, Xorshift RNGs, 2003).

export class Random {
  #state: number;

  constructor(seed: number) {
    this.#state = Math.imul(seed | 0, 0x9e37_79b9) ^ 0x5bd1_e995 || 1;
  }

  /** A whole number from 0 to below `bound`. */
  below(bound: number): number {
    let state = this.#state;
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    this.#state = state;
    return (state >>> 0) % bound;
  }
}
