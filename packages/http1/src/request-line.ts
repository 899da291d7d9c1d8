// method SP request-target SP HTTP-version CRLF (RFC 9112 §3), after a bounded number of empty
// lines (§2.2). Like the field lines it can stop at any byte and judges each byte at once.

import type { Input } from "@wirewall/bytes";
import { targetBytes, tokenBytes } from "@wirewall/fields";
import type { LimitHit } from "@wirewall/limits";
import type { HttpVersion } from "./events.js";
import { DONE, MORE, REFUSED, type ScanResult } from "./field-lines.js";
import type { Http1Limits } from "./limits.js";
import { copyPlain, readPlainRequestLine } from "./plain-head.js";
import { respondReply, type Http1Code, type Http1Reply } from "./violations.js";

const START = 0;
const EMPTY_LF = 1;
const METHOD = 2;
const TARGET = 3;
const VERSION = 4;
const LINE_CR = 5;
const LINE_LF = 6;
const CUT_CR = 7;
const SPACED = 8;

const LF = 0x0a;
const CR = 0x0d;
const SP = 0x20;

/** "HTTP/" digit "." digit, where 0 stands for a digit. */
const VERSION_PATTERN: Uint8Array = /* @__PURE__ */ Uint8Array.of(
  0x48,
  0x54,
  0x54,
  0x50,
  0x2f,
  0,
  0x2e,
  0,
);
const VERSION_BYTES = 8;

export class RequestLine {
  readonly #maxMethodBytes: number;
  readonly #maxRequestLineBytes: number;
  readonly #maxPlainBytes: number;
  readonly #maxEmptyLineCount: number;
  #state: number = START;
  #emptyLines = 0;
  #major = 0;
  #suspectAt = 0;

  /** The method, if it is one that is met often and the line is plain; otherwise empty. */
  method = "";
  minor = 0;

  /** Places relative to the first byte of the message. */
  at = 0;
  lineStart = 0;
  methodEnd = 0;
  targetStart = 0;
  targetEnd = 0;

  code: Http1Code = "http1.request-line.syntax";
  faultAt = 0;
  limit: LimitHit | undefined;
  reply: Http1Reply | undefined;

  constructor(limits: Http1Limits) {
    this.#maxMethodBytes = limits.maxMethodBytes;
    this.#maxRequestLineBytes = limits.maxRequestLineBytes;
    // A line that comes near a limit is not plain.
    this.#maxPlainBytes = limits.maxMethodBytes < 4 ? 0 : limits.maxRequestLineBytes;
    this.#maxEmptyLineCount = limits.maxEmptyLineCount;
  }

  start(): void {
    this.#state = START;
    this.#emptyLines = 0;
    this.method = "";
    this.at = 0;
  }

  /** Only empty lines, or a part of one, were read so far. */
  get isBlank(): boolean {
    return this.#state === START || this.#state === EMPTY_LF;
  }

  /** The version of a complete line. */
  get version(): HttpVersion {
    return this.minor === 0 ? "1.0" : "1.1";
  }

  scan(input: Input, origin: number, end: number): ScanResult {
    const { bytes } = input;
    let at = origin + this.at;
    if (this.#state === START && at < end) {
      copyPlain(input, at);
      if (readPlainRequestLine(at, origin, this.#maxPlainBytes, this)) {
        this.#state = LINE_LF;
        return DONE;
      }
    }
    for (;;) {
      switch (this.#state) {
        case START:
          if (at >= end) return this.#more(at - origin);
          if (bytes[at] === CR) {
            if (++this.#emptyLines > this.#maxEmptyLineCount)
              return this.#refuse("http1.request-line.syntax", at - origin);
            at++;
            this.#state = EMPTY_LF;
            break;
          }
          this.lineStart = at - origin;
          this.#state = METHOD;
          break;
        case EMPTY_LF:
          if (at >= end) return this.#more(at - origin);
          if (bytes[at] !== LF) return this.#refuse("http1.line.ending", at - 1 - origin);
          at++;
          this.#state = START;
          break;
        case METHOD: {
          const over = origin + this.lineStart + this.#maxMethodBytes;
          const stop = end < over ? end : over;
          while (at < stop && tokenBytes[bytes[at] ?? 0] !== 0) at++;
          if (at >= end) return this.#more(at - origin);
          const byte = bytes[at] ?? 0;
          if (byte === SP && at - origin > this.lineStart) {
            this.methodEnd = at - origin;
            at++;
            this.targetStart = at - origin;
            this.#state = TARGET;
            break;
          }
          if (tokenBytes[byte] !== 0) return this.#longMethod(at - origin);
          if (byte === CR) {
            at++;
            this.#state = CUT_CR;
            break;
          }
          return this.#refuse(
            byte === LF ? "http1.line.ending" : "http1.method.syntax",
            at - origin,
          );
        }
        case TARGET: {
          const over = this.#over(origin);
          const stop = end < over ? end : over;
          while (at < stop && targetBytes[bytes[at] ?? 0] !== 0) at++;
          if (at >= end) return this.#more(at - origin);
          if (at >= over) return this.#tooLong(at - origin);
          const byte = bytes[at] ?? 0;
          if (byte === CR) {
            at++;
            this.#state = CUT_CR;
            break;
          }
          if (byte === LF) return this.#refuse("http1.line.ending", at - origin);
          if (byte !== SP) return this.#refuse("http1.target.form", at - origin);
          if (at - origin === this.targetStart)
            return this.#refuse("http1.request-line.syntax", at - origin);
          this.targetEnd = at - origin;
          at++;
          this.#state = VERSION;
          break;
        }
        case VERSION: {
          const over = this.#over(origin);
          const first = origin + this.targetEnd + 1;
          while (at < end && at < over && at - first < VERSION_BYTES) {
            const byte = bytes[at] ?? 0;
            const wanted = VERSION_PATTERN[at - first];
            if (wanted === 0 ? byte < 0x30 || byte > 0x39 : byte !== wanted) break;
            if (at - first === 5) this.#major = byte - 0x30;
            if (at - first === 7) this.minor = byte - 0x30;
            at++;
          }
          if (at - first === VERSION_BYTES) {
            this.#state = LINE_CR;
            break;
          }
          if (at >= end) return this.#more(at - origin);
          if (at >= over) return this.#tooLong(at - origin);
          this.#suspectAt = at - origin;
          this.#state = SPACED;
          break;
        }
        case LINE_CR:
          if (at >= end) return this.#more(at - origin);
          if (bytes[at] !== CR) {
            if (bytes[at] === LF) return this.#refuse("http1.line.ending", at - origin);
            if (at >= this.#over(origin)) return this.#tooLong(at - origin);
            this.#suspectAt = at - origin;
            this.#state = SPACED;
            break;
          }
          at++;
          this.#state = LINE_LF;
          break;
        case LINE_LF:
          if (at >= end) return this.#more(at - origin);
          if (bytes[at] !== LF) return this.#refuse("http1.line.ending", at - 1 - origin);
          this.at = at + 1 - origin;
          if (this.#major !== 1 || this.minor > 1)
            return this.#refuse("http1.version.unsupported", this.targetEnd + 1);
          return DONE;
        case CUT_CR:
          if (at >= end) return this.#more(at - origin);
          return this.#refuse(
            bytes[at] === LF ? "http1.request-line.syntax" : "http1.line.ending",
            at - 1 - origin,
          );
        default: {
          // No version follows the target. If the line ends in one, the target held a space.
          const over = this.#over(origin);
          while (at < end && at < over && bytes[at] !== CR && bytes[at] !== LF) at++;
          if (at >= end) return this.#more(at - origin);
          if (bytes[at] === LF) return this.#refuse("http1.line.ending", at - origin);
          if (bytes[at] === CR) {
            if (endsInVersion(bytes, origin + this.targetEnd + 1, at))
              return this.#refuse("http1.target.form", this.targetEnd);
            return this.#refuse("http1.request-line.syntax", this.#suspectAt);
          }
          return this.#tooLong(at - origin);
        }
      }
    }
  }

  #over(origin: number): number {
    return origin + this.lineStart + this.#maxRequestLineBytes;
  }

  #more(at: number): typeof MORE {
    this.at = at;
    return MORE;
  }

  #longMethod(faultAt: number): typeof REFUSED {
    const max = this.#maxMethodBytes;
    this.limit = { name: "maxMethodBytes", max, observed: max + 1 };
    this.reply = respondReply(501);
    return this.#refuse("http1.method.syntax", faultAt);
  }

  #tooLong(faultAt: number): typeof REFUSED {
    const max = this.#maxRequestLineBytes;
    this.limit = { name: "maxRequestLineBytes", max, observed: max + 1 };
    return this.#refuse("http1.request-line.too-long", faultAt);
  }

  #refuse(code: Http1Code, faultAt: number): typeof REFUSED {
    this.code = code;
    this.faultAt = faultAt;
    return REFUSED;
  }
}

function endsInVersion(bytes: Uint8Array, from: number, to: number): boolean {
  const first = to - VERSION_BYTES;
  if (first <= from || bytes[first - 1] !== SP) return false;
  for (let at = 0; at < VERSION_BYTES; at++) {
    const byte = bytes[first + at] ?? 0;
    const wanted = VERSION_PATTERN[at];
    if (wanted === 0 ? byte < 0x30 || byte > 0x39 : byte !== wanted) return false;
  }
  return true;
}
