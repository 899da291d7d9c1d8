// The `priority` field (RFC 9218 §4, §5): a dictionary of structured fields (RFC 9651 §3.2, §4.2) of
// which `u` and `i` are read. Members with another name or type are skipped, as §4 asks; a text that
// is no dictionary says nothing. Each character is looked at once, and nothing is kept.

/** What a request has without a word: urgency 3, not incremental (§4.1, §4.2). */
export const DEFAULT_URGENCY = 3;

/** Set in the result if `u` was read, with its value in the three lowest bits. */
export const HAS_URGENCY = 0x8;
/** Set in the result if `i` was read, and if it is true. */
export const HAS_INCREMENTAL = 0x20;
export const INCREMENTAL = 0x10;

/** Longer texts say nothing: two members need eight bytes. */
const MAX_BYTES = 256;

/** What a value says, as bits; 0 if it is no dictionary or too long. */
export function readPriority(text: string): number {
  if (text.length > MAX_BYTES) return 0;
  let found = 0;
  let at = skipSpaces(text, 0);
  while (at < text.length) {
    const keyEnd = skipKey(text, at);
    if (keyEnd === at) return 0;
    const isUrgency = keyEnd - at === 1 && text[at] === "u";
    const isIncremental = keyEnd - at === 1 && text[at] === "i";
    const hasValue = text[keyEnd] === "=";
    const valueStart = hasValue ? keyEnd + 1 : keyEnd;
    const valueEnd = hasValue ? skipMember(text, valueStart) : keyEnd;
    if (valueEnd === -1) return 0;
    // The last member of a name counts, whatever it is (RFC 9651 §4.2.2).
    if (isUrgency) found = (found & ~(HAS_URGENCY | 7)) | urgencyOf(text, valueStart, valueEnd);
    if (isIncremental)
      found =
        (found & ~(HAS_INCREMENTAL | INCREMENTAL)) |
        (hasValue ? booleanOf(text, valueStart, valueEnd) : HAS_INCREMENTAL | INCREMENTAL);
    at = skipParameters(text, valueEnd);
    if (at === -1) return 0;
    at = skipBlanks(text, at);
    if (at === text.length) break;
    if (text[at] !== ",") return 0;
    at = skipBlanks(text, at + 1);
    if (at === text.length) return 0;
  }
  return found;
}

function urgencyOf(text: string, start: number, end: number): number {
  const digit = text.charCodeAt(start) - 0x30;
  return end - start === 1 && digit >= 0 && digit <= 7 ? HAS_URGENCY | digit : 0;
}

function booleanOf(text: string, start: number, end: number): number {
  if (end - start !== 2 || text[start] !== "?") return 0;
  return text[start + 1] === "1" ? HAS_INCREMENTAL | INCREMENTAL : HAS_INCREMENTAL;
}

/** The end of a member's value, which is an item or a list of items in parentheses; -1 if neither. */
function skipMember(text: string, start: number): number {
  if (text[start] !== "(") return skipItem(text, start);
  let at = start + 1;
  for (;;) {
    at = skipSpaces(text, at);
    if (text[at] === ")") return at + 1;
    at = skipItem(text, at);
    if (at !== -1) at = skipParameters(text, at);
    if (at === -1 || (text[at] !== " " && text[at] !== ")")) return -1;
  }
}

/** The end of the parameters that stand there; -1 if they are malformed. */
function skipParameters(text: string, start: number): number {
  let at = start;
  while (text[at] === ";") {
    const keyStart = skipSpaces(text, at + 1);
    at = skipKey(text, keyStart);
    if (at === keyStart) return -1;
    if (text[at] === "=") at = skipItem(text, at + 1);
    if (at === -1) return -1;
  }
  return at;
}

/** RFC 9651 §3.3: numbers and dates, strings, tokens, bytes, booleans, display strings. */
const ITEM =
  /@?-?\d{1,15}(?:\.\d{1,3})?|%?"(?:[ !#-[\]-~]|\\["\\])*"|[A-Za-z*][\w!#$%&'*+\-.^`|~:/]*|:[A-Za-z\d+/=]*:|\?[01]/y;
/** §3.1.2: lower-case letters first, or "*". */
const KEY = /[a-z*][a-z\d_\-.*]*/y;

function skipItem(text: string, start: number): number {
  ITEM.lastIndex = start;
  return ITEM.test(text) ? ITEM.lastIndex : -1;
}

function skipKey(text: string, start: number): number {
  KEY.lastIndex = start;
  return KEY.test(text) ? KEY.lastIndex : start;
}

function skipBlanks(text: string, start: number): number {
  let at = start;
  while (text[at] === " " || text[at] === "\t") at++;
  return at;
}

function skipSpaces(text: string, start: number): number {
  let at = start;
  while (text[at] === " ") at++;
  return at;
}
