// Bytes into room that was reserved for them. Each returns the place behind what it wrote.

const CR = 0x0d;
const LF = 0x0a;

/** Text with one byte per character, which must be below U+0100. */
export function bytesOf(text: string): Uint8Array {
  return Uint8Array.from(text, (character) => character.charCodeAt(0));
}

export function putText(room: Uint8Array, start: number, text: string): number {
  for (let i = 0; i < text.length; i++) room[start + i] = text.charCodeAt(i);
  return start + text.length;
}

/** Few bytes, for which a call of `set` would cost more than they do. */
export function putBytes(room: Uint8Array, start: number, bytes: Uint8Array): number {
  const { length } = bytes;
  for (let at = 0; at < length; at++) room[start + at] = bytes[at] ?? 0;
  return start + length;
}

export function putBlock(room: Uint8Array, start: number, bytes: Uint8Array): number {
  room.set(bytes, start);
  return start + bytes.length;
}

export function putCrlf(room: Uint8Array, at: number): number {
  room[at] = CR;
  room[at + 1] = LF;
  return at + 2;
}

/** A whole number from 0 in decimal. */
export function putNumber(room: Uint8Array, start: number, number: number): number {
  const end = start + digitsOf(number);
  let rest = number;
  for (let at = end - 1; at >= start; at--) {
    const tens = Math.floor(rest / 10);
    room[at] = 0x30 + (rest - tens * 10);
    rest = tens;
  }
  return end;
}

/** How many digits a whole number from 0 has. */
export function digitsOf(number: number): number {
  if (number < 10) return 1;
  if (number < 100) return 2;
  if (number < 1_000) return 3;
  if (number < 10_000) return 4;
  return 4 + digitsOf(Math.floor(number / 10_000));
}
