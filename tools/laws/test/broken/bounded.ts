// Breaks "bounded": what was read is charged and never given back.

import { codecOf } from "../pairs/codec.js";
import { PairsDecoder, type PairEvent, type PairsViolation } from "../pairs/decoder.js";

class Hoarding extends PairsDecoder {
  #names = 0;

  override next(): PairEvent | PairsViolation | undefined {
    const event = super.next();
    if (event?.type === "pair") this.#names += 128;
    return event;
  }

  override get retained(): number {
    return super.retained + this.#names;
  }
}

export const { create, shapes, floods } = codecOf(Hoarding);
