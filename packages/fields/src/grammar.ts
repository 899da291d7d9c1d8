// RFC 9110 §5.1, §5.5, §5.6.2. Text from the wire is a "byte string": one character per byte,
// U+0000 to U+00FF. Names are case-insensitive, and everything here hands out and writes the
// lower-case form, the only one that HTTP/2 allows.

declare const nameBrand: unique symbol;
declare const valueBrand: unique symbol;

/** A field name: a token in lower case. */
export type FieldName = string & { readonly [nameBrand]: true };

/** A field value: HTAB, SP, VCHAR and obs-text, without whitespace at its edges. */
export type FieldValue = string & { readonly [valueBrand]: true };

/** Per byte: the lower-case form of a token character, or 0 for any other byte (§5.6.2). */
export const tokenBytes: Uint8Array = /* @__PURE__ */ tokenTable();

/** Per byte: 1 where a field value may hold it (§5.5), or 0. */
export const valueBytes: Uint8Array = /* @__PURE__ */ valueTable();

/**
 * Checks a field name and brands it, in lower case.
 *
 * @throws TypeError if it is not a token. The message does not repeat it.
 */
export function fieldName(text: string): FieldName {
  if (!isToken(text)) throw new TypeError("field name: expected a token (RFC 9110 §5.6.2)");
  return text.toLowerCase() as FieldName;
}

/**
 * Checks a field value and brands it.
 *
 * @throws TypeError if it holds a control character, a character above U+00FF, or whitespace at
 * an edge. The message does not repeat it.
 */
export function fieldValue(text: string): FieldValue {
  if (!isFieldValue(text))
    throw new TypeError(
      "field value: expected visible text without edge whitespace (RFC 9110 §5.5)",
    );
  return text as FieldValue;
}

/** Whether the text is a token (§5.6.2): at least one character, each of them a tchar. */
export function isToken(text: string): boolean {
  if (typeof text !== "string" || text.length === 0) return false;
  for (let i = 0; i < text.length; i++) {
    const byte = text.charCodeAt(i);
    if (byte > 127 || tokenBytes[byte] === 0) return false;
  }
  return true;
}

/** Whether the text is a field value as it may be written (§5.5). */
export function isFieldValue(text: string): text is FieldValue {
  if (typeof text !== "string") return false;
  for (let i = 0; i < text.length; i++) {
    const byte = text.charCodeAt(i);
    if (byte > 255 || valueBytes[byte] === 0) return false;
  }
  return (
    text.length === 0 || !(isBlank(text.charCodeAt(0)) || isBlank(text.charCodeAt(text.length - 1)))
  );
}

function isBlank(byte: number): boolean {
  return byte === 0x20 || byte === 0x09;
}

function tokenTable(): Uint8Array {
  const table = new Uint8Array(256);
  for (const mark of "!#$%&'*+-.^_`|~") table[mark.charCodeAt(0)] = mark.charCodeAt(0);
  for (let digit = 0x30; digit <= 0x39; digit++) table[digit] = digit;
  for (let letter = 0x61; letter <= 0x7a; letter++) table[letter] = table[letter - 0x20] = letter;
  return table;
}

function valueTable(): Uint8Array {
  const table = new Uint8Array(256).fill(1);
  table.fill(0, 0, 0x20);
  table[0x09] = 1;
  table[0x7f] = 0;
  return table;
}
