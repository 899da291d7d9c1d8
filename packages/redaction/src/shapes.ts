// Secrets by their shape, where a word begins: each says where it ends, or that it is none. None looks at a character
// more often than a fixed number of times.

import { BASE64URL, blanksEnd, DIGIT, escapeEnd, HEX, isKind, isWord } from "./characters.js";
import { markEnd } from "./classes.js";

const PREFIXES: readonly (readonly [prefix: string, least: number])[] = [
  ["AKIA", 16],
  ["AIza", 30],
  ["ghp_", 20],
  ["github_pat_", 20],
  ["glpat-", 16],
  ["npm_", 20],
  ["sk_live_", 16],
  ["xoxb-", 10],
];
const FIRST_LETTERS = "AgnsxeBbDd-";

/** Whether a word that begins so may be one of these shapes. */
export function mayBeShape(code: number): boolean {
  return code < 128 && FIRST[code] === 1;
}

const FIRST: Uint8Array = /* @__PURE__ */ (() => {
  const table = new Uint8Array(128);
  for (const letter of FIRST_LETTERS) table[letter.charCodeAt(0)] = 1;
  for (let code = 0x30; code <= 0x39; code++) table[code] = 1;
  return table;
})();

/** From where to where a secret stands, if a word that begins at `at` is one or announces one. */
export interface Span {
  readonly from: number;
  readonly to: number;
}

export function shapeAt(text: string, at: number): Span | undefined {
  const code = text.charCodeAt(at);
  if (isKind(code, DIGIT)) return cardAt(text, at);
  switch (code) {
    case HYPHEN:
      return pemAt(text, at);
    case LOWER_E:
      return text.startsWith("eyJ", at) ? jwtAt(text, at) : undefined;
    case UPPER_B:
    case LOWER_B:
    case UPPER_D:
    case LOWER_D:
      return credentialsAt(text, at);
    default:
      return keyAt(text, at, code);
  }
}

/** A key of a vendor whose keys begin alike. */
function keyAt(text: string, at: number, code: number): Span | undefined {
  for (const [prefix, least] of PREFIXES) {
    if (prefix.charCodeAt(0) !== code || !text.startsWith(prefix, at)) continue;
    const to = runEnd(text, at + prefix.length, BASE64URL);
    if (to - at - prefix.length >= least) return { from: at, to };
  }
  return undefined;
}

const UPPER_B = 0x42;
const UPPER_D = 0x44;
const LOWER_B = 0x62;
const LOWER_D = 0x64;
const LOWER_E = 0x65;

/** `Bearer`, `Basic` or `Digest`, and what follows to the end of it (RFC 9110 §11.4). */
function credentialsAt(text: string, at: number): Span | undefined {
  const scheme = SCHEMES.find((each) => isSame(text, at, each));
  if (scheme === undefined) return undefined;
  const from = blanksEnd(text, at + scheme.length);
  if (from === at + scheme.length) return undefined;
  if (markEnd(text, from) !== undefined) return undefined;
  let to = from;
  if (scheme === "digest") {
    // Parameters, to the end of the line.
    while (to < text.length && text.charCodeAt(to) >= 0x20 && escapeEnd(text, to) === undefined)
      to++;
    return text.slice(from, to).includes("=") ? { from, to } : undefined;
  }
  while (to < text.length && isToken68(text.charCodeAt(to))) to++;
  return to - from >= MIN_CREDENTIALS ? { from, to } : undefined;
}

const SCHEMES = ["bearer", "basic", "digest"];
/** Shorter ones are words: "basic tools". */
const MIN_CREDENTIALS = 8;

function isToken68(code: number): boolean {
  return isWord(code) || code === 0x2f || code === 0x3d;
}

function isSame(text: string, at: number, lower: string): boolean {
  for (let n = 0; n < lower.length; n++)
    if ((text.charCodeAt(at + n) | 0x20) !== lower.charCodeAt(n)) return false;
  return true;
}

/** JWS in three parts or JWE in five (RFC 7515 §3.1, RFC 7516 §3.1), the first of which begins with `{"`. */
function jwtAt(text: string, at: number): Span | undefined {
  let end = at;
  let parts = 0;
  for (;;) {
    const next = runEnd(text, end, BASE64URL);
    parts++;
    if (next === end && parts !== 2) break;
    end = next;
    if (parts === 5 || text[end] !== ".") break;
    end++;
  }
  if (parts < 3 && text[end - 1] === ".") end--;
  // Two parts without a signature are one all the same.
  return parts >= 2 && end - at >= MIN_JWT ? { from: at, to: end } : undefined;
}

const MIN_JWT = 16;

/** RFC 7468: from BEGIN to END, or to the end of the text if that was cut off. */
function pemAt(text: string, at: number): Span | undefined {
  if (!text.startsWith("-----BEGIN ", at)) return undefined;
  const label = text.slice(at, at + MOST_LABEL);
  const head = label.indexOf("PRIVATE KEY");
  if (head < 0) return undefined;
  const end = text.indexOf("-----END ", at);
  if (end < 0) return { from: at, to: text.length };
  const close = text.indexOf("-----", end + 9);
  return { from: at, to: close < 0 ? text.length : close + 5 };
}

const MOST_LABEL = 64;

/** A card number that begins with a group of digits of this word. */
function cardAt(text: string, at: number): Span | undefined {
  for (let from = at; ; from++) {
    const to = cardEnd(text, from);
    if (to !== undefined) return { from, to };
    from = runEnd(text, from, DIGIT);
    if (text.charCodeAt(from) !== HYPHEN || !isKind(text.charCodeAt(from + 1), DIGIT))
      return undefined;
  }
}

/**
 * The end of 13 to 19 digits, in groups with single blanks or hyphens between, whose last is the check digit
 * (ISO/IEC 7812-1). What follows in groups of its own makes no difference.
 */
function cardEnd(text: string, from: number): number | undefined {
  const digits: number[] = [];
  let found: number | undefined;
  for (let at = from; digits.length < MOST_CARD;) {
    const end = runEnd(text, at, DIGIT);
    if (end === at || digits.length + end - at > MOST_CARD) break;
    for (; at < end; at++) digits.push(text.charCodeAt(at) - ZERO);
    if (digits.length >= LEAST_CARD && !isWordBehind(text, end) && isChecked(digits)) found = end;
    const separator = text.charCodeAt(end);
    if (separator !== SPACE && separator !== HYPHEN) break;
    at = end + 1;
  }
  return found;
}

/** Luhn's check; one digit many times over is no number of a card. */
function isChecked(digits: readonly number[]): boolean {
  let sum = 0;
  for (let place = 0; place < digits.length; place++) {
    const digit = digits[digits.length - 1 - place] ?? 0;
    const doubled = place % 2 === 1 ? digit * 2 : digit;
    sum += doubled > 9 ? doubled - 9 : doubled;
  }
  return sum % 10 === 0 && digits.some((digit) => digit !== digits[0]);
}

const ZERO = 0x30;
const SPACE = 0x20;
const HYPHEN = 0x2d;
const LEAST_CARD = 13;
const MOST_CARD = 19;

/** A letter or a digit follows: it is a part of something longer. */
function isWordBehind(text: string, at: number): boolean {
  return isKind(text.charCodeAt(at), BASE64URL) && text[at] !== "-";
}

/** Where a run of hexadecimal or base64 of at least 32 characters ends, which strict takes for a secret. */
export function longRunEnd(text: string, at: number): number | undefined {
  let to = at;
  while (to < text.length && isToken68(text.charCodeAt(to)) && text[to] !== "." && text[to] !== "%")
    to++;
  return to - at >= LEAST_RUN && (hasDigit(text, at, to) || runEnd(text, at, HEX) >= to)
    ? to
    : undefined;
}

const LEAST_RUN = 32;

function hasDigit(text: string, from: number, to: number): boolean {
  for (let at = from; at < to; at++) if (isKind(text.charCodeAt(at), DIGIT)) return true;
  return false;
}

function runEnd(text: string, at: number, kind: number): number {
  while (at < text.length && isKind(text.charCodeAt(at), kind)) at++;
  return at;
}
