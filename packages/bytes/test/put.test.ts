// What is written into reserved room is what the language itself would write.

import {
  byteString,
  bytesOf,
  decodeAscii,
  digitsOf,
  isShortAscii,
  putBlock,
  putBytes,
  putCrlf,
  putNumber,
  putText,
  skipPlain,
} from "@wirewall/bytes";
import fc from "fast-check";
import { describe, expect, it } from "vitest";

const latin1 = fc.string({
  unit: fc.integer({ min: 0, max: 0xff }).map((c) => String.fromCharCode(c)),
});
const START = 3;

describe("put", () => {
  it("writes text, bytes and line ends, and returns the place behind them", () => {
    fc.assert(
      fc.property(latin1, fc.uint8Array(), (text, block) => {
        const room = new Uint8Array(START + text.length + 2 * block.length + 2);
        const end = putCrlf(
          room,
          putBlock(room, putBytes(room, putText(room, START, text), block), block),
        );
        expect(end).toBe(room.length);
        const wanted = Buffer.concat([
          Buffer.from(text, "latin1"),
          block,
          block,
          Buffer.from("\r\n"),
        ]);
        expect(Buffer.from(room.subarray(START)).equals(wanted)).toBe(true);
      }),
    );
  });

  it("writes whole numbers as decimal digits", () => {
    fc.assert(
      fc.property(fc.maxSafeNat(), (number) => {
        const room = new Uint8Array(24);
        const end = putNumber(room, START, number);
        expect(Buffer.from(room.subarray(START, end)).toString()).toBe(String(number));
        expect(digitsOf(number)).toBe(String(number).length);
      }),
    );
  });
});

describe("text", () => {
  it("has one character for each byte, and the other way round", () => {
    fc.assert(
      fc.property(latin1, (text) => {
        const bytes = bytesOf(text);
        expect(byteString(bytes, 0, bytes.length, false)).toBe(text);
        expect(byteString(bytes, 1, bytes.length, false)).toBe(text.slice(1));
      }),
    );
    const long = "\xe9".repeat(10_000);
    expect(byteString(bytesOf(long), 0, 10_000, false)).toBe(long);
  });

  it("tells ASCII that is short from other text", () => {
    expect(["", "a".repeat(1_024), "a".repeat(1_025), "a\x80"].map(isShortAscii)).toEqual([
      true,
      true,
      false,
      false,
    ]);
    expect(decodeAscii(bytesOf("\x00a\x7f"))).toBe("\x00a\x7f");
  });

  it("skips plain bytes in fours, and never one that is not plain", () => {
    fc.assert(
      fc.property(
        fc.array(fc.oneof(fc.integer({ min: 0x20, max: 0x7e }), fc.nat(255)), { maxLength: 40 }),
        fc.nat(8),
        (codes, from) => {
          const bytes = Uint8Array.from(codes);
          const stop = Math.max(from, bytes.length);
          const plain = (at: number): boolean =>
            (codes[at] ?? 0) >= 0x20 && (codes[at] ?? 0) < 0x7f;
          let wanted = from;
          while (wanted + 4 <= bytes.length && [0, 1, 2, 3].every((at) => plain(wanted + at)))
            wanted += 4;
          expect(skipPlain(new DataView(bytes.buffer), from, stop)).toBe(wanted);
        },
      ),
    );
  });
});
