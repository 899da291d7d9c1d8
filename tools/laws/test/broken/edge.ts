// Breaks "edge": the longest name that is allowed is refused.

import { codecOf } from "../pairs/codec.js";
import { PairsDecoder } from "../pairs/decoder.js";

class OffByOne extends PairsDecoder {
  protected override mayBeLonger(nameBytes: number): boolean {
    return nameBytes + 1 < this.limits.maxNameBytes;
  }
}

export const { create, shapes, floods } = codecOf(OffByOne);
