// Chunk framing (RFC 9112 §7.1): chunk-size [ chunk-ext ] CRLF data CRLF, until a size of zero.
// Extensions are parsed by a table, never skipped, and their bytes are counted per message.

import { tokenBytes } from "@wirewall/fields";
import type { LimitHit } from "@wirewall/limits";
import type { Http1Limits } from "./limits.js";
import type { Http1Code } from "./violations.js";

export const NEED_BYTES = 0;
export const CHUNK_DATA = 1;
export const LAST_CHUNK = 2;
export const CHUNK_REFUSED = 3;
export type ChunkResult =
  typeof NEED_BYTES | typeof CHUNK_DATA | typeof LAST_CHUNK | typeof CHUNK_REFUSED;

/** Classes of bytes in a chunk line; what has no class of its own is BAD there. */
const BAD = 0;
const TCHAR = 1;
const BLANK = 2;
const SEMICOLON = 3;
const EQUALS = 4;
const QUOTE = 5;
const BACKSLASH = 6;
const OTHER = 7;
const RETURN = 8;
const CLASSES = 9;

/** States of the extension table; the line's end is END, and FAIL refuses. */
const FAIL = -1;
const AFTER_BLANK = 0;
const AFTER_SEMICOLON = 1;
const IN_NAME = 2;
const NAME_BLANK = 3;
const AFTER_EQUALS = 4;
const IN_TOKEN = 5;
const IN_QUOTES = 6;
const ESCAPED = 7;
const QUOTES_END = 8;
const END = 9;
/** Before the table: reading the size; after it: the ends of lines and of data. */
const SIZE = 10;
const LINE_LF = 11;
const DATA = 12;
const DATA_CR = 13;
const DATA_LF = 14;

const LF = 0x0a;
const CR = 0x0d;

const classOf: Uint8Array = /* @__PURE__ */ classTable();
const hexValue: Uint8Array = /* @__PURE__ */ hexTable();
const extension: Int8Array = /* @__PURE__ */ extensionTable();

export class ChunkFraming {
  readonly #limits: Http1Limits;
  #state: number = SIZE;
  #digits = 0;
  #size = 0;
  #sizeAt = 0;
  #lineBytes = 0;
  #extensionBytes = 0;

  /** Bytes of the current chunk that are still to come. */
  remaining = 0;
  /** Where the scan stopped, as a place in the bytes. */
  at = 0;
  /** The content so far, with the current chunk as declared. */
  total = 0;

  code: Http1Code = "http1.chunk.size";
  /** Counted from the start of the input. */
  faultAt = 0;
  limit: LimitHit | undefined;

  constructor(limits: Http1Limits) {
    this.#limits = limits;
  }

  start(): void {
    this.#startLine();
    this.#extensionBytes = 0;
    this.remaining = 0;
    this.total = 0;
  }

  /** Says that `count` bytes of data were read. */
  take(count: number): void {
    this.remaining -= count;
    if (this.remaining === 0) this.#state = DATA_CR;
  }

  /**
   * Reads framing from `from` to `end`, until data or the last chunk. `base` is the offset of
   * `bytes[0]` in the input.
   */
  scan(bytes: Uint8Array, from: number, end: number, base: number): ChunkResult {
    let at = from;
    while (at < end) {
      const byte = bytes[at] ?? 0;
      switch (this.#state) {
        case SIZE: {
          if (this.#digits === 0) this.#sizeAt = base + at;
          const digit = hexValue[byte] ?? 255;
          if (digit < 16) {
            if (++this.#digits > this.#limits.maxChunkSizeDigits)
              return this.#over("http1.chunk.size", base + at, "maxChunkSizeDigits", this.#digits);
            this.#size = this.#size * 16 + digit;
            if (this.#size > Number.MAX_SAFE_INTEGER)
              return this.#refuse("http1.chunk.size", this.#sizeAt);
            this.#lineBytes++;
            at++;
            break;
          }
          if (this.#digits === 0) return this.#refuse("http1.chunk.size", base + at);
          if (byte === CR) {
            this.#state = LINE_LF;
            at++;
            break;
          }
          const kind = classOf[byte];
          if (kind !== SEMICOLON && kind !== BLANK)
            return this.#refuse(byte === LF ? "http1.line.ending" : "http1.chunk.size", base + at);
          this.#state = AFTER_BLANK;
          break;
        }
        case LINE_LF:
          if (byte !== LF) return this.#refuse("http1.line.ending", base + at - 1);
          at++;
          if (this.#size === 0) {
            this.at = at;
            return LAST_CHUNK;
          }
          if (this.#size > this.#limits.maxBodyBytes - this.total)
            return this.#over(
              "http1.body.too-large",
              this.#sizeAt,
              "maxBodyBytes",
              this.total + this.#size,
            );
          this.total += this.#size;
          this.remaining = this.#size;
          this.#state = DATA;
          this.at = at;
          return CHUNK_DATA;
        case DATA:
          this.at = at;
          return CHUNK_DATA;
        case DATA_CR:
          if (byte !== CR) return this.#refuse("http1.chunk.ending", base + at);
          this.#state = DATA_LF;
          at++;
          break;
        case DATA_LF:
          if (byte !== LF) return this.#refuse("http1.chunk.ending", base + at - 1);
          this.#startLine();
          at++;
          break;
        default: {
          const next = extension[this.#state * CLASSES + (classOf[byte] ?? BAD)] ?? FAIL;
          if (next === FAIL) return this.#refuse("http1.chunk.extension", base + at);
          at++;
          if (next === END) {
            this.#state = LINE_LF;
            break;
          }
          this.#state = next;
          if (++this.#lineBytes > this.#limits.maxChunkLineBytes)
            return this.#over(
              "http1.chunk.extension",
              base + at - 1,
              "maxChunkLineBytes",
              this.#lineBytes,
            );
          if (++this.#extensionBytes > this.#limits.maxChunkExtensionBytes)
            return this.#over(
              "http1.chunk.extension",
              base + at - 1,
              "maxChunkExtensionBytes",
              this.#extensionBytes,
            );
        }
      }
    }
    this.at = at;
    return NEED_BYTES;
  }

  #startLine(): void {
    this.#state = SIZE;
    this.#digits = 0;
    this.#size = 0;
    this.#lineBytes = 0;
  }

  #over(
    code: Http1Code,
    faultAt: number,
    name: "maxChunkSizeDigits" | "maxBodyBytes" | "maxChunkLineBytes" | "maxChunkExtensionBytes",
    observed: number,
  ): typeof CHUNK_REFUSED {
    this.limit = { name, max: this.#limits[name], observed };
    return this.#refuse(code, faultAt);
  }

  #refuse(code: Http1Code, faultAt: number): typeof CHUNK_REFUSED {
    this.code = code;
    this.faultAt = faultAt;
    return CHUNK_REFUSED;
  }
}

/** chunk-ext = *( BWS ";" BWS name [ BWS "=" BWS ( token / quoted-string ) ] ), RFC 9112 §7.1.1. */
function extensionTable(): Int8Array {
  const table = new Int8Array(END * CLASSES).fill(FAIL);
  const on = (state: number, kind: number, next: number): void => {
    table[state * CLASSES + kind] = next;
  };
  on(AFTER_BLANK, BLANK, AFTER_BLANK);
  on(AFTER_BLANK, SEMICOLON, AFTER_SEMICOLON);
  on(AFTER_SEMICOLON, BLANK, AFTER_SEMICOLON);
  on(AFTER_SEMICOLON, TCHAR, IN_NAME);
  on(IN_NAME, TCHAR, IN_NAME);
  on(IN_NAME, BLANK, NAME_BLANK);
  on(NAME_BLANK, BLANK, NAME_BLANK);
  for (const state of [IN_NAME, NAME_BLANK]) {
    on(state, EQUALS, AFTER_EQUALS);
    on(state, SEMICOLON, AFTER_SEMICOLON);
  }
  on(AFTER_EQUALS, BLANK, AFTER_EQUALS);
  on(AFTER_EQUALS, TCHAR, IN_TOKEN);
  on(AFTER_EQUALS, QUOTE, IN_QUOTES);
  on(IN_TOKEN, TCHAR, IN_TOKEN);
  for (const kind of [TCHAR, BLANK, SEMICOLON, EQUALS, OTHER]) on(IN_QUOTES, kind, IN_QUOTES);
  on(IN_QUOTES, QUOTE, QUOTES_END);
  on(IN_QUOTES, BACKSLASH, ESCAPED);
  for (const kind of [TCHAR, BLANK, SEMICOLON, EQUALS, OTHER, QUOTE, BACKSLASH])
    on(ESCAPED, kind, IN_QUOTES);
  for (const state of [IN_TOKEN, QUOTES_END]) {
    on(state, BLANK, AFTER_BLANK);
    on(state, SEMICOLON, AFTER_SEMICOLON);
  }
  for (const state of [IN_NAME, IN_TOKEN, QUOTES_END]) on(state, RETURN, END);
  return table;
}

function classTable(): Uint8Array {
  const table = new Uint8Array(256).fill(OTHER);
  table.fill(BAD, 0, 0x20);
  table[0x7f] = BAD;
  for (let byte = 0; byte < 256; byte++) if (tokenBytes[byte] !== 0) table[byte] = TCHAR;
  table[0x09] = table[0x20] = BLANK;
  table[0x3b] = SEMICOLON;
  table[0x3d] = EQUALS;
  table[0x22] = QUOTE;
  table[0x5c] = BACKSLASH;
  table[CR] = RETURN;
  return table;
}

function hexTable(): Uint8Array {
  const table = new Uint8Array(256).fill(255);
  for (let value = 0; value < 16; value++) {
    const digit = value.toString(16);
    table[digit.charCodeAt(0)] = value;
    table[digit.toUpperCase().charCodeAt(0)] = value;
  }
  return table;
}
