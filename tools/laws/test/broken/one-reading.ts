// Breaks "one reading": a length with leading zeros is octal here, and refused elsewhere.

import { codecOf } from "../pairs/codec.js";
import { PairsDecoder } from "../pairs/decoder.js";

class Lenient extends PairsDecoder {
  protected override digit(length: number, digits: number, byte: number): number | undefined {
    const octal = digits > 0 && length === 0;
    return octal && byte >= 0x30 && byte <= 0x37 ? byte - 0x30 : super.digit(length, digits, byte);
  }
}

export const { create, shapes, floods } = codecOf(Lenient);
