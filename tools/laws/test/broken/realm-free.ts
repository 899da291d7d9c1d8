// Breaks "realm-free": it looks at the clock by itself.

import { codecOf } from "../pairs/codec.js";
import { PairsDecoder } from "../pairs/decoder.js";

class Ambient extends PairsDecoder {
  override receive(chunk: Uint8Array, now: number = Date.now()): void {
    super.receive(chunk, now);
  }
}

export const { create, shapes, floods } = codecOf(Ambient);
