// Free text, from left to right once: secrets by their shape, by the name before them, and in URLs are taken out, and
// what could break a line or hide something is written out. A second pass changes nothing.

import {
  blanksEnd,
  escaped,
  escapeEnd,
  isBlank,
  isEscaped,
  isHalf,
  isTrigger,
  isWord,
} from "./characters.js";
import { markEnd, SECRET, sensitive, type RedactionMode } from "./classes.js";
import type { RedactionCounts } from "./counts.js";
import { promisesSecret } from "./denylist.js";
import { longRunEnd, mayBeShape, shapeAt } from "./shapes.js";
import { reducedUrl } from "./url-text.js";

const COLON = 0x3a;
const EQUALS = 0x3d;
const AT = 0x40;
const TAB = 0x09;
const BRACKET = 0x5b;
const BACKSLASH = 0x5c;
/** A name before "=" or ":" is looked at so far back. */
const MOST_NAME = 64;

/** The text without secrets. */
export function scanText(text: string, mode: RedactionMode, counts: RedactionCounts): string {
  return new TextScan(text, mode, counts).run();
}

class TextScan {
  readonly #text: string;
  readonly #mode: RedactionMode;
  readonly #counts: RedactionCounts;
  #out = "";
  /** What stands before it is in `#out`. */
  #copied = 0;
  /** The end of the last URL or of what was taken out: no name begins before it. */
  #barrier = 0;

  constructor(text: string, mode: RedactionMode, counts: RedactionCounts) {
    this.#text = text;
    this.#mode = mode;
    this.#counts = counts;
  }

  run(): string {
    const text = this.#text;
    const { length } = text;
    const isStrict = this.#mode === "strict";
    let word = -1;
    let at = 0;
    while (at < length) {
      const code = text.charCodeAt(at);
      if (isWord(code)) {
        if (word < 0) {
          word = at;
          const end = this.#beginWord(at, code, isStrict);
          if (end !== undefined) {
            at = end;
            word = -1;
            continue;
          }
        }
        at++;
        continue;
      }
      const next = isTrigger(code) ? this.#onTrigger(at, code, word) : at + 1;
      at = Math.max(next, at + 1);
      word = -1;
    }
    const whole = this.#copied === 0 ? text : this.#out + text.slice(this.#copied);
    // Those between a name and its value were passed over.
    return whole.includes("\t") ? whole.replaceAll("\t", escaped(TAB)) : whole;
  }

  /** The end of what was taken out, if anything was. */
  #beginWord(at: number, code: number, isStrict: boolean): number | undefined {
    if (mayBeShape(code)) {
      const span = shapeAt(this.#text, at);
      if (span !== undefined) return this.#replace(span.from, span.to, SECRET, "secret");
    }
    const end = isStrict ? longRunEnd(this.#text, at) : undefined;
    return end === undefined ? undefined : this.#replace(at, end, SECRET, "secret");
  }

  /** Where to go on. */
  #onTrigger(at: number, code: number, word: number): number {
    const text = this.#text;
    if (code === BRACKET) return markEnd(text, at) ?? at + 1;
    if (code === COLON && word >= 0 && text.startsWith("//", at + 1)) return this.#url(word, at);
    if (code === COLON || code === EQUALS) return this.#pair(at, word);
    if (code === AT) return this.#mail(at, word);
    if (code === BACKSLASH) return escapeEnd(text, at) ?? at + 1;
    if (isHalf(code)) {
      const isPair = code < 0xdc00 && (text.charCodeAt(at + 1) & 0xfc00) === 0xdc00;
      if (isPair) return at + 2;
    } else if (!isEscaped(code)) return at + 1;
    this.#out += text.slice(this.#copied, at) + escaped(code);
    this.#copied = at + 1;
    return at + 1;
  }

  #url(from: number, colon: number): number {
    const { end, reduced } = reducedUrl(this.#text, from, colon, this.#mode, this.#counts);
    this.#barrier = end;
    if (reduced === undefined) return end;
    this.#out += this.#text.slice(this.#copied, from) + reduced;
    this.#copied = end;
    return end;
  }

  /** `name=value`, `name: value`, `"name":"value"`: the value is a secret if the name promises one. */
  #pair(at: number, word: number): number {
    const text = this.#text;
    const { from, to } = this.#nameBefore(at, word);
    if (from === to || !promisesSecret(text, from, to)) return at + 1;
    const start = blanksEnd(text, at + 1);
    const quote = text[start];
    if (isQuote(quote)) {
      const end = closing(text, start + 1, quote ?? "");
      return this.#value(start + 1, end);
    }
    return this.#value(start, valueEnd(text, start));
  }

  /** A word, perhaps in quotes, perhaps with a blank behind it. */
  #nameBefore(at: number, word: number): { readonly from: number; readonly to: number } {
    const text = this.#text;
    if (word >= 0) return { from: Math.max(word, at - MOST_NAME), to: at };
    let to = at;
    if (isBlank(text.charCodeAt(to - 1))) to--;
    if (isQuote(text[to - 1])) to--;
    let from = to;
    const least = Math.max(this.#barrier, to - MOST_NAME);
    while (from > least && isWord(text.charCodeAt(from - 1))) from--;
    // What was written out is no part of a name.
    return { from: Math.min(escapeEnd(text, from - 1) ?? from, to), to };
  }

  #value(from: number, to: number): number {
    if (from >= to) return from;
    const end = markEnd(this.#text, from);
    if (end !== undefined && end >= to) return end;
    return this.#replace(from, to, SECRET, "secret");
  }

  #mail(at: number, word: number): number {
    const text = this.#text;
    let to = at + 1;
    while (to < text.length && isWord(text.charCodeAt(to))) to++;
    while (text[to - 1] === "." || text[to - 1] === "-") to--;
    const dot = text.lastIndexOf(".", to - 1);
    const isMail = word >= 0 && word >= this.#copied && dot > at + 1 && dot < to - 1;
    if (!isMail || this.#mode === "none") return at + 1;
    const length = to - word;
    const mark = this.#mode === "strict" ? "[sensitive]" : sensitive(length);
    return this.#replace(word, to, mark, "sensitive");
  }

  #replace(from: number, to: number, mark: string, kind: "secret" | "sensitive"): number {
    this.#out += this.#text.slice(this.#copied, from) + mark;
    this.#copied = to;
    this.#barrier = to;
    this.#counts[kind]++;
    return to;
  }
}

function isQuote(character: string | undefined): boolean {
  return character === '"' || character === "'";
}

function closing(text: string, from: number, quote: string): number {
  let at = from;
  while (at < text.length && text[at] !== quote) at += text[at] === "\\" ? 2 : 1;
  return Math.min(at, text.length);
}

/** A value without quotes ends at a blank, a separator or the end of the line; a mark is one piece. */
function valueEnd(text: string, from: number): number {
  let at = from;
  while (at < text.length) {
    const end = text.charCodeAt(at) === BRACKET ? markEnd(text, at) : undefined;
    if (end !== undefined) {
      at = end;
      continue;
    }
    const code = text.charCodeAt(at);
    if (
      code <= 0x20 ||
      isEscaped(code) ||
      escapeEnd(text, at) !== undefined ||
      SEPARATORS.includes(text[at] ?? "")
    ) {
      // "authorization: Bearer x": a scheme has its credentials behind it.
      if (code === 0x20 && isScheme(text, from, at)) at++;
      else break;
    } else at++;
  }
  return at;
}

const SEPARATORS = ",;&\"'<>(){}";

function isScheme(text: string, from: number, to: number): boolean {
  const length = to - from;
  return length >= 5 && length <= 6 && /^(?:bearer|basic|digest)$/i.test(text.slice(from, to));
}
