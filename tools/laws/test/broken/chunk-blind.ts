// Breaks "chunk-blind": a blank at the start of a chunk is taken for padding.

import { codecOf } from "../pairs/codec.js";
import { PairsDecoder } from "../pairs/decoder.js";

class Trimming extends PairsDecoder {
  override receive(chunk: Uint8Array, now?: number): void {
    super.receive(
      chunk instanceof Uint8Array && chunk[0] === 0x20 ? chunk.subarray(1) : chunk,
      now,
    );
  }
}

export const { create, shapes, floods } = codecOf(Trimming);
