// Breaks "clean prototype": names are keys of a plain object.

import { codecOf } from "../pairs/codec.js";
import { PairsDecoder } from "../pairs/decoder.js";

class Polluting extends PairsDecoder {
  readonly #seen: Record<string, { times?: number }> = {};

  protected override named(name: string): void {
    const known = (this.#seen[name] ??= {});
    known.times = (known.times ?? 0) + 1;
  }
}

export const { create, shapes, floods } = codecOf(Polluting);
