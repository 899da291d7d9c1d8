// A token bucket for what is legal one time and an attack ten thousand times.
// The clock is the caller's: milliseconds, monotonic.

export interface BudgetOptions {
  /** Tokens at the start, and the most that can be saved. */
  readonly burstCount: number;
  /** Tokens that come back each second. */
  readonly refillPerSecond: number;
}

/** Tokens that refill with time. */
export class Budget {
  readonly #burst: number;
  readonly #perMs: number;
  #tokens: number;
  #at: number | undefined;

  /** @throws RangeError if the burst is not a positive whole number or the refill is negative. */
  constructor(options: BudgetOptions) {
    if (!Number.isSafeInteger(options.burstCount) || options.burstCount < 1)
      throw new RangeError("burstCount: expected a positive whole number");
    if (!(options.refillPerSecond >= 0 && options.refillPerSecond < Infinity))
      throw new RangeError("refillPerSecond: expected a finite number from 0");
    this.#burst = options.burstCount;
    this.#perMs = options.refillPerSecond / 1000;
    this.#tokens = options.burstCount;
  }

  /** Whole tokens left after the last call. */
  get remaining(): number {
    return Math.floor(this.#tokens);
  }

  /** Takes `cost` tokens at `now`; false, and nothing taken, if there are not as many. */
  take(now: number, cost = 1): boolean {
    if (this.#at === undefined) this.#at = now;
    else if (now > this.#at) {
      this.#tokens = Math.min(this.#burst, this.#tokens + (now - this.#at) * this.#perMs);
      this.#at = now;
    }
    if (cost > this.#tokens) return false;
    this.#tokens -= cost;
    return true;
  }

  /** Gives tokens back, up to the burst. */
  give(count: number): void {
    this.#tokens = Math.min(this.#burst, this.#tokens + count);
  }
}
