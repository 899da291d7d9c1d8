// Characters by what they may begin or be part of, in one table of bytes.

export const WORD = 1;
const TRIGGER = 2;
export const BASE64URL = 4;
export const HEX = 8;
export const DIGIT = 16;
const SPACE = 32;

/** By code below 128; what is above is no part of a word, and may have to be escaped. */
const TABLE: Uint8Array = /* @__PURE__ */ build();

export function kindOf(code: number): number {
  if (code < 128) return TABLE[code] ?? 0;
  return code < 0xa0 || isHidden(code) || isHalf(code) ? TRIGGER : 0;
}

export function isWord(code: number): boolean {
  return code < 128 && ((TABLE[code] ?? 0) & WORD) !== 0;
}

export function isKind(code: number, kind: number): boolean {
  return code < 128 && ((TABLE[code] ?? 0) & kind) !== 0;
}

/** Controls, line ends and what turns the direction of text: they are written out (CWE-117). */
export function isEscaped(code: number): boolean {
  return code < 0x20 || (code >= 0x7f && code < 0xa0) || isHidden(code);
}

export function isBlank(code: number): boolean {
  return code === 0x20 || (code < 128 && ((TABLE[code] ?? 0) & SPACE) !== 0);
}

export function isTrigger(code: number): boolean {
  return (kindOf(code) & TRIGGER) !== 0;
}

/** U+061C, U+200E, U+200F, U+2028 to U+202E, U+2066 to U+2069, U+FEFF. */
function isHidden(code: number): boolean {
  return (
    code === 0x61c ||
    code === 0x200e ||
    code === 0x200f ||
    (code >= 0x2028 && code <= 0x202e) ||
    (code >= 0x2066 && code <= 0x2069) ||
    code === 0xfeff
  );
}

/** One of the two units of a character beyond U+FFFF. */
export function isHalf(code: number): boolean {
  return code >= 0xd800 && code < 0xe000;
}

/** Such as `\u001b`. */
export function escaped(code: number): string {
  return `\\u${code.toString(16).padStart(4, "0")}`;
}

/** The end of what was written out before, which stands for the one character that it was. */
export function escapeEnd(text: string, at: number): number | undefined {
  if (text.charCodeAt(at) !== BACKSLASH || text.charCodeAt(at + 1) !== LOWER_U) return undefined;
  let code = 0;
  for (let place = at + 2; place < at + 6; place++) {
    const digit = HEX_DIGITS.indexOf(text[place] ?? "?");
    if (digit < 0) return undefined;
    code = code * 16 + digit;
  }
  return isEscaped(code) || isHalf(code) ? at + 6 : undefined;
}

/** The end of blanks, also of a tab that was written out. */
export function blanksEnd(text: string, at: number): number {
  for (;;) {
    if (isBlank(text.charCodeAt(at))) at++;
    else if (text.startsWith(TAB, at)) at += TAB.length;
    else return at;
  }
}

const TAB = "\\u0009";
const BACKSLASH = 0x5c;
const LOWER_U = 0x75;
const HEX_DIGITS = "0123456789abcdef";

function build(): Uint8Array {
  const table = new Uint8Array(128);
  const add = (characters: string, kind: number): void => {
    for (const character of characters) {
      const code = character.charCodeAt(0);
      table[code] = (table[code] ?? 0) | kind;
    }
  };
  const letters = "abcdefghijklmnopqrstuvwxyz";
  const digits = "0123456789";
  add(letters + letters.toUpperCase() + digits + "._-+%~", WORD);
  add(letters + letters.toUpperCase() + digits + "-_", BASE64URL);
  add(`${digits}abcdefABCDEF`, HEX);
  add(digits, DIGIT);
  add(" \t", SPACE);
  // What ends a word and says what the word was, and marks.
  add(":=@[\\", TRIGGER);
  for (let code = 0; code < 0x20; code++) table[code] = (table[code] ?? 0) | TRIGGER;
  table[0x7f] = TRIGGER;
  return table;
}
