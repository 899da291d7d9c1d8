// The fast way through heads of the plainest kind: a common method, token names, ": ", values of
// visible ASCII, whole lines, no limit near. It refuses nothing: whatever is not of that kind is
// left, from the start of its line on, to the machines that judge each byte.
//
// It reads a copy, four bytes at a time. A word is tested by arithmetic on all four of its bytes:
// subtracting 0x20 borrows from the high bit of a byte below it, adding 1 carries into that of 0x7F,
// and bytes from 0x80 on have it already. The lowest bit that is found is exact.

import { decodeAscii, type Input } from "@wirewall/bytes";
import { tokenBytes } from "@wirewall/fields";
import type { Deciding } from "./deciding.js";
import { isDeciding, nameFinder } from "./known-names.js";

/** Notes per field line: name start, name end (or -1 - place of a known name), value start and end. */
export const MARKS = 4;

/** What is known of a request line; places are relative to the first byte of the message. */
export interface PlainRequestLine {
  method: string;
  minor: number;
  lineStart: number;
  methodEnd: number;
  targetStart: number;
  targetEnd: number;
  at: number;
}

interface PlainReader {
  /** Sees to it that the next KiB from `at` on is in the copy, which all below reads. */
  copy(input: Input, at: number): void;
  /** Whether a request line of at most `maxBytes` starts at `at`; if so, it was read. */
  requestLine(at: number, origin: number, maxBytes: number, line: PlainRequestLine): boolean;
  /**
   * Reads lines from `start` on, up to `maxCount` of them and not beyond `stop`; how many there are
   * then. The marks of the last one say where it ended.
   */
  fieldLines(
    start: number,
    origin: number,
    stop: number,
    marks: Int32Array,
    count: number,
    maxCount: number,
    maxNameBytes: number,
    deciding: Deciding,
  ): number;
  /**
   * A text that holds the bytes from `at` to `end`, all of them ASCII, or undefined if none is at
   * hand. Heads that follow others in one chunk are decoded together.
   */
  text(input: Input, at: number, end: number): string | undefined;
  /** The place in the input where that text starts. */
  textStart(): number;
  /**
   * Whether the bytes from `at` to `end` are a host of letters, digits, ".", "-" and "_" with an
   * optional port. False leaves it open.
   */
  authority(input: Input, at: number, end: number): boolean;
}

const reader: PlainReader = /* @__PURE__ */ createReader();

export const copyPlain: PlainReader["copy"] = /* @__PURE__ */ verb("copy");
export const readPlainRequestLine: PlainReader["requestLine"] = /* @__PURE__ */ verb("requestLine");
export const readPlainFieldLines: PlainReader["fieldLines"] = /* @__PURE__ */ verb("fieldLines");

export const plainText: PlainReader["text"] = /* @__PURE__ */ verb("text");
export const plainTextStart: PlainReader["textStart"] = /* @__PURE__ */ verb("textStart");
export const isPlainHost: PlainReader["authority"] = /* @__PURE__ */ verb("authority");

function verb<Name extends keyof PlainReader>(name: Name): PlainReader[Name] {
  return reader[name];
}

/**
 * Everything that is looked up stands inside this function: there it is constant for the compiler,
 * while what stands at the top of a bundled module is a variable. That makes a quarter of the speed.
 */
function createReader(): PlainReader {
  const COPY_BYTES = 2_048;
  /** Up to here in a copy reading goes on in it: half of it, so that no byte is copied often. */
  const NEAR_BYTES = 1_024;
  const SPARE_BYTES = 16;

  const SP = 0x20;
  const COLON = 0x3a;
  const CRLF = 0x0a0d;
  /**
   * Words as they are read, lowest byte first: "GET ", "PUT ", "POST", "HEAD",
   * " HTT", "P/1." and ".1", ".0" CRLF.
   */
  const GET = 0x2054_4547;
  const PUT = 0x2054_5550;
  const POST = 0x5453_4f50;
  const HEAD = 0x4441_4548;
  const SP_HTT = 0x5454_4820;
  const P_1_DOT = 0x2e31_2f50;
  const DOT_1_END = 0x0a0d_312e;
  const DOT_0_END = 0x0a0d_302e;
  const VERSION_BYTES = 11;
  /** Four bytes of 0x20, 0x21, "#", ":", 0x01 and 0x80. */
  const SPACES = 0x2020_2020;
  const VISIBLE = 0x2121_2121;
  const HASHES = 0x2323_2323;
  const COLONS = 0x3a3a_3a3a;
  const ONES = 0x0101_0101;
  const HIGH = 0x8080_8080 | 0;

  const copy = new Uint8Array(COPY_BYTES + SPARE_BYTES);
  const view = new DataView(copy.buffer);
  const tokens = tokenBytes;
  const hostBytes = hostTable();
  const findName = nameFinder(copy, view);
  /** The input that was copied, the place of the first byte in it, and how many bytes there are. */
  let copied = 0;
  let from = 0;
  let size = 0;

  let text = "";
  let textStart = 0;
  /** The input that the text is of, and one whose copy holds more than ASCII. */
  let decoded = 0;
  let mixed = 0;

  /** Which of four bytes is the first one that has its high bit set. */
  const first = (hit: number): number => (31 - Math.clz32(hit & -hit)) >>> 3;

  return {
    copy(input, at) {
      const { bytes, end, state } = input;
      if (state === copied && at >= from && (at - from <= NEAR_BYTES || from + size === end))
        return;
      copied = state;
      if (at === 0 && bytes.length <= COPY_BYTES) {
        copy.set(bytes);
        from = 0;
        size = end;
      } else {
        from = at;
        size = end - at < COPY_BYTES ? end - at : COPY_BYTES;
        copy.set(bytes.subarray(at, at + size));
      }
      // Every search ends at one of these, so that none of them has to look where it is.
      copy[size] = COLON;
      copy[size + 1] = 0;
    },

    requestLine(start, origin, maxBytes, line) {
      const at = start - from;
      const stop = size - at < maxBytes ? size : at + maxBytes;
      const word = view.getInt32(at, true);
      const isShort = word === GET || word === PUT;
      if (!isShort && ((word !== POST && word !== HEAD) || copy[at + 4] !== SP)) return false;
      const methodEnd = at + (isShort ? 3 : 4);
      const targetStart = methodEnd + 1;
      let targetEnd = targetStart;
      for (;;) {
        const four = view.getInt32(targetEnd, true);
        const hashes = four ^ HASHES;
        const hit = ((four - VISIBLE) | (four + ONES) | four | ((hashes - ONES) & ~hashes)) & HIGH;
        if (hit !== 0) {
          targetEnd += first(hit);
          break;
        }
        targetEnd += 4;
      }
      const end = targetEnd + VERSION_BYTES;
      if (targetEnd === targetStart || end > stop) return false;
      if (view.getInt32(targetEnd, true) !== SP_HTT) return false;
      if (view.getInt32(targetEnd + 4, true) !== P_1_DOT) return false;
      const last = view.getInt32(targetEnd + 7, true);
      if (last !== DOT_1_END && last !== DOT_0_END) return false;
      const shift = from - origin;
      line.method = word === GET ? "GET" : word === POST ? "POST" : word === PUT ? "PUT" : "HEAD";
      line.minor = last === DOT_1_END ? 1 : 0;
      line.lineStart = at + shift;
      line.methodEnd = methodEnd + shift;
      line.targetStart = targetStart + shift;
      line.targetEnd = targetEnd + shift;
      line.at = end + shift;
      return true;
    },

    fieldLines(start, origin, stop, marks, count, maxCount, maxNameBytes, deciding) {
      const over = stop - from < size ? stop - from : size;
      const shift = from - origin;
      let at = start - from;
      let line = count;
      for (; line < maxCount; line++) {
        if (view.getUint16(at, true) === CRLF) break;
        let nameEnd = at;
        for (;;) {
          const four = view.getInt32(nameEnd, true) ^ COLONS;
          const hit = (four - ONES) & ~four & HIGH;
          if (hit !== 0) {
            nameEnd += first(hit);
            break;
          }
          nameEnd += 4;
        }
        const length = nameEnd - at;
        const valueStart = nameEnd + 2;
        if (length === 0 || length > maxNameBytes || valueStart + 2 > over) break;
        if (copy[nameEnd + 1] !== SP || (copy[valueStart] ?? 0) <= SP) break;
        const place = findName(at, nameEnd);
        if (place === -1) {
          let name = at;
          while (tokens[copy[name] ?? 0] !== 0) name++;
          if (name !== nameEnd) break;
        }
        let end = valueStart;
        for (;;) {
          const four = view.getInt32(end, true);
          const hit = ((four - SPACES) | (four + ONES) | four) & HIGH;
          if (hit !== 0) {
            end += first(hit);
            break;
          }
          end += 4;
        }
        if (end + 2 > over || view.getUint16(end, true) !== CRLF || copy[end - 1] === SP) break;
        const mark = line * MARKS;
        marks[mark] = at + shift;
        marks[mark + 1] = place === -1 ? nameEnd + shift : -1 - place;
        marks[mark + 2] = valueStart + shift;
        marks[mark + 3] = end + shift;
        if (isDeciding(place)) deciding.note(place, line);
        at = end + 2;
      }
      return line;
    },

    text(input, at, end) {
      const { state } = input;
      if (state === decoded && at >= textStart && end <= textStart + text.length) return text;
      // What comes first in its chunk may well be all of it, or be followed by its content.
      if (state !== copied || state === mixed || at <= from || end > from + size) return undefined;
      text = decodeAscii(copy.subarray(at - from, size));
      textStart = at;
      decoded = state;
      if (text.length === from + size - at) return text;
      mixed = state;
      decoded = 0;
      text = "";
      return undefined;
    },

    textStart: () => textStart,

    authority(input, start, stop) {
      if (input.state !== copied || start < from || stop > from + size) return false;
      const end = stop - from;
      let at = start - from;
      while (at < end && hostBytes[copy[at] ?? 0] !== 0) at++;
      if (at === end) return stop > start;
      const digits = end - at - 1;
      if (at === start - from || copy[at] !== COLON || digits < 1 || digits > 5) return false;
      let port = 0;
      for (at++; at < end; at++) {
        const digit = (copy[at] ?? 0) - 0x30;
        if (digit < 0 || digit > 9) return false;
        port = port * 10 + digit;
      }
      return port <= 65_535;
    },
  };
}

/** Per byte: 1 where a plain host may hold it. */
function hostTable(): Uint8Array {
  const table = new Uint8Array(256);
  table.fill(1, 0x30, 0x3a).fill(1, 0x41, 0x5b).fill(1, 0x61, 0x7b);
  table[0x2d] = table[0x2e] = table[0x5f] = 1;
  return table;
}
