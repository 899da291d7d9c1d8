// Bytes to strings of one character each. Names and values are short: few characters are cheaper
// handed over one by one than decoded.

import { byteString } from "@wirewall/bytes";

const SHORT = 32;

/** The characters of the bytes from `start` to `end`; `isAscii` must be known to be true if it is. */
export function textOf(bytes: Uint8Array, start: number, end: number, isAscii: boolean): string {
  if (end - start > SHORT) return byteString(bytes, start, end, isAscii);
  let text = "";
  let at = start;
  for (; at + 16 <= end; at += 16) text += sixteen(bytes, at);
  for (; at + 4 <= end; at += 4)
    text += String.fromCharCode(
      bytes[at] ?? 0,
      bytes[at + 1] ?? 0,
      bytes[at + 2] ?? 0,
      bytes[at + 3] ?? 0,
    );
  for (; at < end; at++) text += String.fromCharCode(bytes[at] ?? 0);
  return text;
}

function sixteen(bytes: Uint8Array, at: number): string {
  return String.fromCharCode(
    bytes[at] ?? 0,
    bytes[at + 1] ?? 0,
    bytes[at + 2] ?? 0,
    bytes[at + 3] ?? 0,
    bytes[at + 4] ?? 0,
    bytes[at + 5] ?? 0,
    bytes[at + 6] ?? 0,
    bytes[at + 7] ?? 0,
    bytes[at + 8] ?? 0,
    bytes[at + 9] ?? 0,
    bytes[at + 10] ?? 0,
    bytes[at + 11] ?? 0,
    bytes[at + 12] ?? 0,
    bytes[at + 13] ?? 0,
    bytes[at + 14] ?? 0,
    bytes[at + 15] ?? 0,
  );
}
