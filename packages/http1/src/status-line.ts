// HTTP-version SP status-code SP [ reason-phrase ] CRLF (RFC 9112 §4). The second space has to be
// there, as the grammar says, and the code is one of 100 to 599 (RFC 9110 §15).

import { valueBytes } from "@wirewall/fields";
import type { LimitHit } from "@wirewall/limits";
import type { HttpVersion } from "./events.js";
import { DONE, MORE, REFUSED, type ScanResult } from "./field-lines.js";
import type { Http1Limits } from "./limits.js";
import type { Http1Code } from "./violations.js";

const PREFIX = 0;
const REASON = 1;
const LINE_LF = 2;

const LF = 0x0a;
const CR = 0x0d;

/** "HTTP/" d "." d SP d d d SP, where 0 stands for a digit. */
const PATTERN: Uint8Array = /* @__PURE__ */ Uint8Array.of(
  0x48,
  0x54,
  0x54,
  0x50,
  0x2f,
  0,
  0x2e,
  0,
  0x20,
  0,
  0,
  0,
  0x20,
);
const PREFIX_BYTES = 13;
const MAJOR = 5;
const MINOR = 7;
const HUNDREDS = 9;

export class StatusLine {
  readonly #limits: Http1Limits;
  #state: number = PREFIX;
  #seen = 0;

  /** Places relative to the first byte of the message. */
  at = 0;
  reasonEnd = 0;
  status = 0;
  version: HttpVersion = "1.1";

  code: Http1Code = "http1.status-line.syntax";
  faultAt = 0;
  limit: LimitHit | undefined;

  constructor(limits: Http1Limits) {
    this.#limits = limits;
  }

  /** Where the reason phrase of a complete line starts. */
  get reasonStart(): number {
    return PREFIX_BYTES;
  }

  get hasObsText(): boolean {
    return this.#seen > 0x7f;
  }

  start(): void {
    this.#state = PREFIX;
    this.#seen = 0;
    this.at = 0;
  }

  scan(bytes: Uint8Array, origin: number, end: number): ScanResult {
    const over = origin + this.#limits.maxStatusLineBytes;
    let at = origin + this.at;
    if (this.#state === PREFIX) {
      while (at < end && at - origin < PREFIX_BYTES) {
        const byte = bytes[at] ?? 0;
        const wanted = PATTERN[at - origin];
        if (wanted === 0 ? byte < 0x30 || byte > 0x39 : byte !== wanted)
          return this.#refuse(
            byte === LF ? "http1.line.ending" : "http1.status-line.syntax",
            at - origin,
          );
        at++;
      }
      if (at - origin < PREFIX_BYTES) return this.#more(at - origin);
      if (!this.#judge(bytes, origin)) return REFUSED;
      this.#state = REASON;
    }
    if (this.#state === REASON) {
      const stop = end < over ? end : over;
      let byte = 0;
      while (at < stop && valueBytes[(byte = bytes[at] ?? 0)] !== 0) {
        this.#seen |= byte;
        at++;
      }
      if (at >= end) return this.#more(at - origin);
      byte = bytes[at] ?? 0;
      if (byte !== CR) {
        if (at >= over) {
          const max = this.#limits.maxStatusLineBytes;
          this.limit = { name: "maxStatusLineBytes", max, observed: max + 1 };
          return this.#refuse("http1.status-line.too-long", at - origin);
        }
        return this.#refuse(
          byte === LF ? "http1.line.ending" : "http1.status-line.syntax",
          at - origin,
        );
      }
      this.reasonEnd = at - origin;
      at++;
      this.#state = LINE_LF;
    }
    if (at >= end) return this.#more(at - origin);
    if (bytes[at] !== LF) return this.#refuse("http1.line.ending", at - 1 - origin);
    this.at = at + 1 - origin;
    return DONE;
  }

  #judge(bytes: Uint8Array, origin: number): boolean {
    const digit = (place: number): number => (bytes[origin + place] ?? 0) - 0x30;
    this.version = digit(MINOR) === 0 ? "1.0" : "1.1";
    this.status = digit(HUNDREDS) * 100 + digit(HUNDREDS + 1) * 10 + digit(HUNDREDS + 2);
    if (digit(MAJOR) !== 1 || digit(MINOR) > 1) this.#refuse("http1.version.unsupported", 0);
    else if (this.status < 100 || this.status > 599)
      this.#refuse("http1.status-line.syntax", HUNDREDS);
    else return true;
    return false;
  }

  #more(at: number): typeof MORE {
    this.at = at;
    return MORE;
  }

  #refuse(code: Http1Code, faultAt: number): typeof REFUSED {
    this.code = code;
    this.faultAt = faultAt;
    return REFUSED;
  }
}
