// Bytes to strings of one character each. Names and values are short: few characters are cheaper
// handed over one by one than decoded.

import { byteString } from "@wirewall/bytes";

const BATCH = 8;
const SHORT = 24;

/** The characters of the first `count` bytes; `isAscii` must be known to be true if it is. */
export function textOf(bytes: Uint8Array, start: number, end: number, isAscii: boolean): string {
  const count = end - start;
  if (count > SHORT) return byteString(bytes, start, end, isAscii);
  let text = "";
  let at = start;
  for (; at + BATCH <= end; at += BATCH)
    text += String.fromCharCode(
      bytes[at] ?? 0,
      bytes[at + 1] ?? 0,
      bytes[at + 2] ?? 0,
      bytes[at + 3] ?? 0,
      bytes[at + 4] ?? 0,
      bytes[at + 5] ?? 0,
      bytes[at + 6] ?? 0,
      bytes[at + 7] ?? 0,
    );
  for (; at < end; at++) text += String.fromCharCode(bytes[at] ?? 0);
  return text;
}
