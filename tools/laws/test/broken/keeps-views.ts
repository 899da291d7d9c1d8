// Breaks "chunk-blind": the last chunk is read again later, when it is somebody else's.

import { codecOf } from "../pairs/codec.js";
import { PairsDecoder, type PairEvent, type PairsViolation } from "../pairs/decoder.js";

class Keeping extends PairsDecoder {
  #last: Uint8Array | undefined;
  #held: Uint8Array | undefined;

  override receive(chunk: Uint8Array, now?: number): void {
    super.receive(chunk, now);
    this.#held = this.#last;
    this.#last = chunk;
  }

  override next(): PairEvent | PairsViolation | undefined {
    const event = super.next();
    const held = this.#held;
    if (event?.type !== "content" || held === undefined || held.length !== event.bytes.length)
      return event;
    return { type: "content", bytes: held };
  }
}

export const { create, shapes, floods } = codecOf(Keeping);
