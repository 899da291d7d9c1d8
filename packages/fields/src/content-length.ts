// Content-Length is one plain number (RFC 9110 §8.6): no sign, no list, no blanks, no other base.

/** The number that the value says, or undefined: digits and nothing else, at most so many. */
export function readContentLength(value: string, maxDigits: number): number | undefined {
  const digits = value.length;
  if (digits === 0 || digits > maxDigits) return undefined;
  let length = 0;
  for (let at = 0; at < digits; at++) {
    const code = value.charCodeAt(at);
    if (code < 0x30 || code > 0x39) return undefined;
    length = length * 10 + (code - 0x30);
  }
  return length;
}
