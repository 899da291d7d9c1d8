// What a connection keeps is charged in bytes and in objects, so that a million empty things
// cost what they take. A parent ledger may cap many connections together.

import type { LimitName } from "./define-limits.js";
import type { LimitHit } from "./violation.js";

/** Charge per retained object: a small object and its slot. */
export const objectOverheadBytes = 128;

export interface LedgerOptions {
  /** The cap in bytes, objects included. */
  readonly maxRetainedBytes: number;
  /** The limit that the cap is, as a hit names it; `maxRetainedBytes` if absent. */
  readonly name?: LimitName;
  /** A ledger that is charged as well and may refuse first. */
  readonly parent?: Ledger;
}

/** Counts what is alive. `charge` either takes the whole charge or refuses and changes nothing. */
export class Ledger {
  readonly #max: number;
  readonly #name: LimitName;
  readonly #parent: Ledger | undefined;
  #bytes = 0;
  #objects = 0;

  /** @throws RangeError if the cap is not a positive safe integer. */
  constructor(options: LedgerOptions) {
    if (!Number.isSafeInteger(options.maxRetainedBytes) || options.maxRetainedBytes < 1)
      throw new RangeError("maxRetainedBytes: expected a positive whole number");
    this.#max = options.maxRetainedBytes;
    this.#name = options.name ?? "maxRetainedBytes";
    this.#parent = options.parent;
  }

  /** Bytes charged, without the overhead of objects. */
  get bytes(): number {
    return this.#bytes;
  }

  /** Objects charged. */
  get objects(): number {
    return this.#objects;
  }

  /** Bytes charged, with the overhead of objects: what the cap is compared with. */
  get retained(): number {
    return this.#bytes + this.#objects * objectOverheadBytes;
  }

  /**
   * Takes a charge, here and in the parents; undefined, or the limit that it would break.
   *
   * @throws RangeError if an amount is not a whole number from 0.
   */
  charge(bytes: number, objects: number): LimitHit | undefined {
    checkAmounts(bytes, objects);
    const observed = this.#bytes + bytes + (this.#objects + objects) * objectOverheadBytes;
    if (observed > this.#max) return { name: this.#name, max: this.#max, observed };
    const refused = this.#parent?.charge(bytes, objects);
    if (refused !== undefined) return refused;
    this.#bytes += bytes;
    this.#objects += objects;
    return undefined;
  }

  /**
   * Gives a charge back.
   *
   * @throws RangeError if an amount is not a whole number from 0, or more is given back than was
   * charged: the ledger must equal what lives. Nothing is given back then.
   */
  release(bytes: number, objects: number): void {
    checkAmounts(bytes, objects);
    if (bytes > this.#bytes || objects > this.#objects)
      throw new RangeError("ledger: more was released than is charged");
    this.#parent?.release(bytes, objects);
    this.#bytes -= bytes;
    this.#objects -= objects;
  }

  /** Gives back whatever is still charged. Ledgers that have this one as parent are closed first. */
  close(): void {
    this.release(this.#bytes, this.#objects);
  }
}

/** An amount that is no number would make every later comparison false, and the cap none. */
function checkAmounts(bytes: number, objects: number): void {
  if (!Number.isSafeInteger(bytes) || !Number.isSafeInteger(objects) || bytes < 0 || objects < 0)
    throw new RangeError("ledger: expected whole numbers of bytes and objects, from 0");
}
