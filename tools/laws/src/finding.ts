// A law gives back what it found wrong. None is what a test expects.

export interface Finding {
  readonly law: string;
  /** What is wrong, in one line. */
  readonly what: string;
  /** The input that shows it, as text with escapes. */
  readonly input?: string;
}

const LONGEST_SHOWN = 600;

/** Bytes as a text that can be pasted into a test. */
export function shown(bytes: Uint8Array): string {
  let text = "";
  for (const byte of bytes.subarray(0, LONGEST_SHOWN)) text += shownByte(byte);
  const more = bytes.length - LONGEST_SHOWN;
  return more > 0 ? `"${text}" and ${more} bytes more` : `"${text}"`;
}

/** The same, for a text that has one character per byte. */
export function bytesOf(text: string): Uint8Array {
  return Uint8Array.from(text, (character) => character.charCodeAt(0));
}

export function textOf(bytes: Uint8Array): string {
  let text = "";
  for (const byte of bytes) text += String.fromCharCode(byte);
  return text;
}

function shownByte(byte: number): string {
  if (byte === 0x0d) return "\\r";
  if (byte === 0x0a) return "\\n";
  if (byte === 0x22) return '\\"';
  if (byte === 0x5c) return "\\\\";
  if (byte >= 0x20 && byte < 0x7f) return String.fromCharCode(byte);
  return `\\x${byte.toString(16).padStart(2, "0")}`;
}
