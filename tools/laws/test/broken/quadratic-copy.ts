// Breaks "linear": each chunk is joined to all that came before, by a built-in.

import { codecOf } from "../pairs/codec.js";
import { PairsDecoder } from "../pairs/decoder.js";

class Joining extends PairsDecoder {
  #all: Uint8Array = new Uint8Array(0);

  override receive(chunk: Uint8Array, now?: number): void {
    super.receive(chunk, now);
    const all = new Uint8Array(this.#all.length + chunk.length);
    all.set(this.#all);
    all.set(chunk, this.#all.length);
    this.#all = all;
  }
}

export const { create, shapes, floods } = codecOf(Joining);
