// Breaks "total": an input byte makes it throw.

import { codecOf } from "../pairs/codec.js";
import { PairsDecoder } from "../pairs/decoder.js";

class Throwing extends PairsDecoder {
  override receive(chunk: Uint8Array, now?: number): void {
    super.receive(chunk, now);
    if (chunk.includes(0x7f)) throw new Error("unexpected DEL");
  }
}

export const { create, shapes, floods } = codecOf(Throwing);
