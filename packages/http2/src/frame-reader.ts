// The nine octets of RFC 9113 §4.1, without an object per frame: `read` leaves what it found in
// the reader. The payload of DATA is not waited for; that of every other frame is, whole.

import type { Input } from "@wirewall/bytes";
import { DATA, HEADER_BYTES } from "./frame-types.js";

export const NEEDS_MORE = 0;
export const HAS_FRAME = 1;
export const TOO_LARGE = 2;

export class FrameReader {
  readonly #input: Input;
  readonly #maxBytes: number;
  type = 0;
  flags = 0;
  stream = 0;
  /** Bytes of the payload. */
  length = 0;
  /** The offset of the frame in the whole input. */
  offset = 0;

  constructor(input: Input, maxFrameBytes: number) {
    this.#input = input;
    this.#maxBytes = maxFrameBytes;
  }

  /** Looks for a frame; leaves the input at its payload if there is one. */
  read(): number {
    const input = this.#input;
    const { bytes, at, end } = input;
    if (end - at < HEADER_BYTES) return NEEDS_MORE;
    const length = ((bytes[at] ?? 0) << 16) | ((bytes[at + 1] ?? 0) << 8) | (bytes[at + 2] ?? 0);
    this.offset = input.offset;
    this.type = bytes[at + 3] ?? 0;
    this.flags = bytes[at + 4] ?? 0;
    this.stream = read31(bytes, at + 5);
    this.length = length;
    if (length > this.#maxBytes) return TOO_LARGE;
    if (this.type !== DATA && end - at - HEADER_BYTES < length) return NEEDS_MORE;
    input.at = at + HEADER_BYTES;
    return HAS_FRAME;
  }
}

/** The last 31 of 32 bits: the first one is reserved, and ignored (§4.1). */
export function read31(bytes: Uint8Array, at: number): number {
  return read32(bytes, at) & 0x7fff_ffff;
}

export function read32(bytes: Uint8Array, at: number): number {
  return (
    (((bytes[at] ?? 0) << 24) |
      ((bytes[at + 1] ?? 0) << 16) |
      ((bytes[at + 2] ?? 0) << 8) |
      (bytes[at + 3] ?? 0)) >>>
    0
  );
}
