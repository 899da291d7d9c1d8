// Bytes to strings. Heads are ASCII almost always, and one call then reads all of a head; a head
// with obs-text becomes one character per byte (RFC 9110 §5.5), never a guess at an encoding.

const ascii = /* @__PURE__ */ new TextDecoder("utf-8", { ignoreBOM: true });

/** Four bytes of 0x20, 0x01 and 0x80. */
const SPACES = 0x2020_2020;
const ONES = 0x0101_0101;
const HIGH = 0x8080_8080 | 0;

/**
 * Skips bytes from 0x20 to 0x7E, four at a time, and stops at the first four that hold another one
 * (or where fewer are left). A byte below 0x20 borrows, 0x7F carries, and a byte from 0x80 on has it
 * already: each of them shows in the high bits.
 */
export function skipPlain(view: DataView, from: number, stop: number): number {
  let at = from;
  const last = stop - 4;
  while (at <= last) {
    const four = view.getInt32(at, true);
    if (((four - SPACES) | (four + ONES) | four) & HIGH) break;
    at += 4;
  }
  return at;
}

/** The characters of bytes that are ASCII. Of others there are fewer than bytes, or U+FFFD for one. */
export function decodeAscii(bytes: Uint8Array): string {
  return ascii.decode(bytes);
}

/** Longest run given to fromCharCode at once: arguments live on the stack. */
const RUN = 4_096;

/** The bytes from `start` to `end`, one character each. `isAscii` must be known to be true if it is. */
export function byteString(
  bytes: Uint8Array,
  start: number,
  end: number,
  isAscii: boolean,
): string {
  if (isAscii)
    return decodeAscii(start === 0 && end === bytes.length ? bytes : bytes.subarray(start, end));
  let text = "";
  for (let at = start; at < end; at += RUN)
    text += String.fromCharCode(...bytes.subarray(at, Math.min(at + RUN, end)));
  return text;
}

/** Longest text that is put into the output character by character. */
const SHORT = 1_024;

/** Whether the text is short and ASCII: as many bytes as characters, each known. */
export function isShortAscii(text: string): boolean {
  if (text.length > SHORT) return false;
  for (let at = 0; at < text.length; at++) if (text.charCodeAt(at) > 0x7f) return false;
  return true;
}
