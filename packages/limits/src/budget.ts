// A token bucket for what is legal one time and an attack ten thousand times.
// The clock is the caller's: milliseconds, monotonic.

export interface BudgetOptions {
  /** Tokens at the start, and the most that can be saved. */
  readonly burstCount: number;
  /** Tokens that come back each second; 0 for none. */
  readonly refillPerSecond: number;
}

/** Thousandths of a token come back in whole numbers where clock and refill are whole: no drift. */
const PARTS = 1_000;

/** Tokens that refill with time. */
export class Budget {
  readonly #burst: number;
  readonly #perMs: number;
  #parts: number;
  #at: number | undefined;

  /** @throws RangeError if the burst is not a positive whole number or the refill is negative. */
  constructor(options: BudgetOptions) {
    if (!Number.isSafeInteger(options.burstCount) || options.burstCount < 1)
      throw new RangeError("burstCount: expected a positive whole number");
    this.#burst = options.burstCount * PARTS;
    this.#perMs = amount("refillPerSecond", options.refillPerSecond);
    this.#parts = this.#burst;
  }

  /** Whole tokens left after the last call. */
  get remaining(): number {
    return Math.floor(this.#parts / PARTS);
  }

  /**
   * Takes `cost` tokens at `now`; false, and nothing taken, if there are not as many. A clock that
   * goes back is taken to stand still.
   *
   * @throws RangeError if `now` is not finite, or `cost` not a finite number from 0.
   */
  take(now: number, cost = 1): boolean {
    if (!Number.isFinite(now)) throw new RangeError("now: expected a finite number");
    const parts = amount("cost", cost) * PARTS;
    if (this.#at === undefined) this.#at = now;
    else if (now > this.#at) {
      this.#add((now - this.#at) * this.#perMs);
      this.#at = now;
    }
    if (parts > this.#parts) return false;
    this.#parts -= parts;
    return true;
  }

  /**
   * Gives tokens back, up to the burst.
   *
   * @throws RangeError if `count` is not a finite number from 0.
   */
  give(count: number): void {
    this.#add(amount("count", count) * PARTS);
  }

  #add(parts: number): void {
    this.#parts = Math.min(this.#burst, this.#parts + parts);
  }
}

/** With NaN, text or less than nothing a budget would never be empty. */
function amount(name: string, value: number): number {
  if (!Number.isFinite(value) || value < 0)
    throw new RangeError(`${name}: expected a finite number from 0`);
  return value;
}
