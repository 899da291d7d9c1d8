// What a request target may be made of, in whichever form and version: VCHAR without "#"
// (RFC 9112 §3.2; RFC 9113 §8.3.1, of which `:path` is the origin-form or "*").

/** Per byte: 1 where a request target may hold it, or 0. */
export const targetBytes: Uint8Array = /* @__PURE__ */ targetTable();

/** Whether the text is not empty and a request target may hold each of its characters. */
export function isTargetText(text: string): boolean {
  if (typeof text !== "string" || text.length === 0) return false;
  for (let i = 0; i < text.length; i++) {
    const byte = text.charCodeAt(i);
    if (byte > 255 || targetBytes[byte] === 0) return false;
  }
  return true;
}

function targetTable(): Uint8Array {
  const table = new Uint8Array(256);
  table.fill(1, 0x21, 0x7f);
  table[0x23] = 0;
  return table;
}
