// Breaks "linear": everything received so far is looked through for each chunk.

import { codecOf } from "../pairs/codec.js";
import { PairsDecoder } from "../pairs/decoder.js";

class Rescanning extends PairsDecoder {
  #seen: number[] = [];
  commas = 0;

  override receive(chunk: Uint8Array, now?: number): void {
    super.receive(chunk, now);
    this.#seen.push(...chunk.subarray(0, 16));
    this.commas = 0;
    for (const byte of this.#seen) if (byte === 0x2c) this.commas++;
  }
}

export const { create, shapes, floods } = codecOf(Rescanning);
