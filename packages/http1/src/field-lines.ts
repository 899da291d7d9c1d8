// A section of field lines, in heads and in trailers (RFC 9112 §5): name ":" OWS value OWS CRLF,
// until an empty line. The scan can stop at any byte and go on later; it looks at each byte once,
// judges it at once, and notes offsets only. Strings are made when the section is complete.

import { byteString, type Input, skipPlain } from "@wirewall/bytes";
import { Fields, tokenBytes, valueBytes, type FieldName, type FieldValue } from "@wirewall/fields";
import type { LimitHit } from "@wirewall/limits";
import { Deciding } from "./deciding.js";
import { isDeciding, knownName, nameAt } from "./known-names.js";
import { MARKS, copyPlain, readPlainFieldLines } from "./plain-head.js";
import type { Http1Code } from "./violations.js";

/** The bounds of a section, by the names of the limits that they come from. */
export interface SectionBounds {
  readonly bytesName: "maxHeaderBytes" | "maxTrailerBytes";
  readonly bytesCode: Http1Code;
  readonly maxBytes: number;
  readonly countName: "maxHeaderCount" | "maxTrailerCount";
  readonly countCode: Http1Code;
  readonly maxCount: number;
  readonly maxNameBytes: number;
}

export const MORE = 0;
export const DONE = 1;
export const REFUSED = 2;
export type ScanResult = typeof MORE | typeof DONE | typeof REFUSED;

const LINE = 0;
const NAME = 1;
const NAME_CR = 2;
const SPACE = 3;
const VALUE = 4;
const LINE_LF = 5;
const LAST_LF = 6;

const HTAB = 0x09;
const LF = 0x0a;
const CR = 0x0d;
const SP = 0x20;
const COLON = 0x3a;

/** Notes of sections that arrive whole; a section that has to wait keeps its own. */
let scratch = new Int32Array(64 * MARKS);

export class FieldLines {
  readonly #bounds: SectionBounds;
  #state: number = LINE;
  /** All places are relative to the first byte of the message, so that the bytes may move. */
  #sectionStart = 0;
  #nameStart = 0;
  #seen = 0;
  #count = 0;
  #marks: Int32Array | undefined;

  /** The lines whose names decide about framing, routing or the connection. */
  readonly deciding: Deciding = new Deciding();
  /** Where the scan stopped. */
  at = 0;
  /** What was refused, where, and the limit that was hit, after REFUSED. */
  code: Http1Code = "http1.field.name";
  faultAt = 0;
  limit: LimitHit | undefined;

  constructor(bounds: SectionBounds) {
    this.#bounds = bounds;
  }

  /** Field lines that are complete. */
  get count(): number {
    return this.#count;
  }

  /** Starts a section at that place, counted from the first byte of the message. */
  start(at: number): void {
    this.#state = LINE;
    this.#sectionStart = at;
    this.#seen = 0;
    this.#count = 0;
    this.#marks = undefined;
    this.limit = undefined;
    this.deciding.clear();
    this.at = at;
  }

  /**
   * Goes on at `this.at`. `origin` is where the message starts in the input, `end` where that ends.
   */
  scan(input: Input, origin: number, end: number): ScanResult {
    const { maxBytes, maxCount, maxNameBytes } = this.#bounds;
    const { bytes } = input;
    const tokens = tokenBytes;
    const values = valueBytes;
    const over = origin + this.#sectionStart + maxBytes;
    const stop = end < over ? end : over;
    let marks = this.#marks ?? scratch;
    let at = origin + this.at;
    let state = this.#state;
    let nameStart = origin + this.#nameStart;
    let seen = this.#seen;
    let count = this.#count;

    for (;;) {
      if (state === LINE) {
        if (at < stop) copyPlain(input, at);
        while (at < stop) {
          const room = (marks.length / MARKS) | 0;
          const most = room < maxCount ? room : maxCount;
          const read = readPlainFieldLines(
            at,
            origin,
            stop,
            marks,
            count,
            most,
            maxNameBytes,
            this.deciding,
          );
          if (read > count) at = origin + (marks[read * MARKS - 1] ?? 0) + 2;
          count = read;
          if (count < most || most === maxCount) break;
          marks = this.#grow(marks);
        }
        if (at >= end) break;
        const byte = bytes[at] ?? 0;
        if (byte === CR) {
          at++;
          state = LAST_LF;
          continue;
        }
        if (count >= maxCount) return this.#overCount(at - origin, count + 1);
        if (at >= over) return this.#overBytes(at - origin);
        if (byte === SP || byte === HTAB) return this.#refuse("http1.field.fold", at - origin);
        nameStart = at;
        state = NAME;
      }
      if (state === NAME) {
        const nameOver = nameStart + maxNameBytes;
        const nameStop = stop < nameOver ? stop : nameOver;
        while (at < nameStop && tokens[bytes[at] ?? 0] !== 0) at++;
        if (at >= end) break;
        if (at >= over) return this.#overBytes(at - origin);
        const byte = bytes[at] ?? 0;
        if (byte !== COLON || at === nameStart) {
          if (tokens[byte] !== 0) return this.#overName(at - origin);
          if (byte === LF) return this.#refuse("http1.line.ending", at - origin);
          if (byte !== CR) return this.#refuse("http1.field.name", at - origin);
          at++;
          state = NAME_CR;
          continue;
        }
        const mark = count * MARKS;
        if (mark + MARKS > marks.length) marks = this.#grow(marks);
        const place = knownName(bytes, nameStart, at);
        marks[mark] = nameStart - origin;
        marks[mark + 1] = place === -1 ? at - origin : -1 - place;
        if (isDeciding(place)) this.deciding.note(place, count);
        at++;
        state = SPACE;
      }
      if (state === SPACE) {
        while (at < stop && (bytes[at] === SP || bytes[at] === HTAB)) at++;
        if (at >= end) break;
        if (at >= over) return this.#overBytes(at - origin);
        marks[count * MARKS + 2] = at - origin;
        state = VALUE;
      }
      if (state === VALUE) {
        at = skipPlain(input.view, at, stop);
        let byte = 0;
        while (at < stop && values[(byte = bytes[at] ?? 0)] !== 0) {
          seen |= byte;
          at++;
        }
        if (at >= end) break;
        if (at >= over) return this.#overBytes(at - origin);
        if (byte !== CR)
          return this.#refuse(byte === LF ? "http1.line.ending" : "http1.field.value", at - origin);
        const mark = count * MARKS;
        const valueStart = origin + (marks[mark + 2] ?? 0);
        let valueEnd = at;
        while (valueEnd > valueStart) {
          const last = bytes[valueEnd - 1];
          if (last !== SP && last !== HTAB) break;
          valueEnd--;
        }
        marks[mark + 3] = valueEnd - origin;
        at++;
        state = LINE_LF;
      }
      if (state === LINE_LF) {
        if (at >= end) break;
        if (at >= over) return this.#overBytes(at - origin);
        if (bytes[at] !== LF) return this.#refuse("http1.line.ending", at - 1 - origin);
        at++;
        count++;
        state = LINE;
        continue;
      }
      if (state === LAST_LF) {
        if (at >= end) break;
        if (bytes[at] !== LF) return this.#refuse("http1.line.ending", at - 1 - origin);
        this.at = at + 1 - origin;
        this.#count = count;
        this.#seen = seen;
        this.#marks = marks;
        return DONE;
      }
      if (state === NAME_CR) {
        if (at >= end) break;
        return this.#refuse(
          bytes[at] === LF ? "http1.field.name" : "http1.line.ending",
          at - 1 - origin,
        );
      }
    }
    this.at = at - origin;
    this.#state = state;
    this.#nameStart = nameStart - origin;
    this.#seen = seen;
    this.#count = count;
    this.#marks = marks === scratch ? marks.slice(0, (count + 1) * MARKS) : marks;
    return MORE;
  }

  /** Whether any byte of a value was above 0x7F. */
  get hasObsText(): boolean {
    return this.#seen > 0x7f;
  }

  /** The known name of a complete line as its place, or -1. */
  placeAt(line: number): number {
    const end = this.#marks?.[line * MARKS + 1] ?? 0;
    return end < 0 ? -1 - end : -1;
  }

  /** Where a complete line starts. */
  lineStart(line: number): number {
    return this.#marks?.[line * MARKS] ?? 0;
  }

  /** Where the value of a complete line starts. */
  valueStart(line: number): number {
    return this.#marks?.[line * MARKS + 2] ?? 0;
  }

  /** Where the value of a complete line ends. */
  valueEnd(line: number): number {
    return this.#marks?.[line * MARKS + 3] ?? 0;
  }

  /**
   * The names and values of a complete section, flat. `text` holds the message from the place
   * `textStart` on.
   */
  strings(text: string, textStart: number): (FieldName | FieldValue)[] {
    const marks = this.#marks ?? scratch;
    const count = this.#count;
    const flat = new Array<FieldName | FieldValue>(count * 2);
    for (let line = 0; line < count; line++) {
      const mark = line * MARKS;
      const nameEnd = marks[mark + 1] ?? 0;
      flat[line * 2] =
        nameEnd < 0
          ? nameAt(-1 - nameEnd)
          : (text
              .slice((marks[mark] ?? 0) - textStart, nameEnd - textStart)
              .toLowerCase() as FieldName);
      flat[line * 2 + 1] = text.slice(
        (marks[mark + 2] ?? 0) - textStart,
        (marks[mark + 3] ?? 0) - textStart,
      ) as FieldValue;
    }
    return flat;
  }

  /** The fields of a complete section that stands apart, such as trailers. */
  fields(bytes: Uint8Array, origin: number): Fields {
    const start = origin + this.#sectionStart;
    const text = byteString(bytes, start, origin + this.at, !this.hasObsText);
    return Fields.adopt(this.strings(text, this.#sectionStart));
  }

  #grow(marks: Int32Array): Int32Array {
    const larger = new Int32Array(marks.length * 2);
    larger.set(marks);
    if (marks === scratch) scratch = larger;
    return larger;
  }

  #refuse(code: Http1Code, faultAt: number): typeof REFUSED {
    this.code = code;
    this.faultAt = faultAt;
    return REFUSED;
  }

  #overBytes(faultAt: number): typeof REFUSED {
    const { bytesName, bytesCode, maxBytes } = this.#bounds;
    this.limit = { name: bytesName, max: maxBytes, observed: maxBytes + 1 };
    return this.#refuse(bytesCode, faultAt);
  }

  #overCount(faultAt: number, observed: number): typeof REFUSED {
    const { countName, countCode, maxCount } = this.#bounds;
    this.limit = { name: countName, max: maxCount, observed };
    return this.#refuse(countCode, faultAt);
  }

  #overName(faultAt: number): typeof REFUSED {
    const { maxNameBytes, bytesCode } = this.#bounds;
    this.limit = { name: "maxFieldNameBytes", max: maxNameBytes, observed: maxNameBytes + 1 };
    return this.#refuse(bytesCode, faultAt);
  }
}
