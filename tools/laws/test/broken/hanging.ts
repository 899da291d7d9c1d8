// Breaks "total": one input byte makes it loop for ever.

import { codecOf } from "../pairs/codec.js";
import { PairsDecoder } from "../pairs/decoder.js";

class Hanging extends PairsDecoder {
  override receive(chunk: Uint8Array, now?: number): void {
    super.receive(chunk, now);
    for (let at = 0; at < chunk.length; at++) if (chunk[at] === 0x2b) at--;
  }
}

export const { create, shapes, floods } = codecOf(Hanging);
