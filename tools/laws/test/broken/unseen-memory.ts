// Breaks "bounded": what is kept is not charged, so that the ledger does not say what is alive.

import { codecOf } from "../pairs/codec.js";
import { PairsDecoder } from "../pairs/decoder.js";

class Hiding extends PairsDecoder {
  readonly #chunks: Uint8Array[] = [];

  override receive(chunk: Uint8Array, now?: number): void {
    super.receive(chunk, now);
    this.#chunks.push(chunk);
  }
}

export const { create, shapes, floods } = codecOf(Hiding);
