// What came from outside is shown as one printable line: a terminal obeys control characters,
// and a line break would let an input forge a line of ours.

/**
 * Shows a byte string (one character per byte): printable ASCII as it is, a backslash doubled,
 * every other byte as `\xNN`. The bytes can be read back from it.
 */
export function printableBytes(text: string): string {
  return text.replace(
    /[^\x20-\x5b\x5d-\x7e]/g,
    (character) => NAMED.get(character) ?? `\\x${hex(character.charCodeAt(0), 2)}`,
  );
}

/** Shows text of ours or of the system (a path, a message) with control and format characters escaped. */
export function printableText(text: string): string {
  return text.replace(UNPRINTABLE, (character) => `\\u{${hex(character.codePointAt(0) ?? 0, 2)}}`);
}

/** JSON on one printable line: JSON.stringify leaves DEL, the C1 controls and format characters. */
export function printableJson(value: unknown): string {
  return JSON.stringify(value).replace(UNPRINTABLE, (text) =>
    Array.from({ length: text.length }, (_, at) => `\\u${hex(text.charCodeAt(at), 4)}`).join(""),
  );
}

/** Bytes as a byte string. */
export function byteString(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("latin1");
}

const UNPRINTABLE = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu;

const NAMED: ReadonlyMap<string, string> = new Map([
  ["\\", "\\\\"],
  ["\r", "\\r"],
  ["\n", "\\n"],
  ["\t", "\\t"],
]);

function hex(value: number, digits: number): string {
  return value.toString(16).padStart(digits, "0");
}
