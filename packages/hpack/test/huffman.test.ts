// RFC 7541 §5.2 and Appendix B: the code, its padding, and what is neither.

import { BlockDecoder } from "@wirewall/hpack";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { codeLengths, codes, huffmanBytes, putHuffman } from "../src/huffman.ts";
import { bitsOf, bitsOfSymbol, coded, hex, huffman, integer, read } from "./blocks.ts";
import { decompressor, readWithHpackJs } from "./laws/hpack-js.ts";
import { byteText } from "./laws/octets.ts";

const EOS = "1".repeat(30);

describe("row: C2 Appendix B the code", () => {
  it.each([
    ["0", "00000"],
    ["a", "00011"],
    [" ", "010100"],
    ["!", "1111111000"],
    ["Z", "11111101"],
    ["\\", "1111111111111110000"],
    ["~", "1111111111101"],
    ["\0", "1111111111000"],
    ["\n", "111111111111111111111111111100"],
    ["\x16", "111111111111111111111111111110"],
    ["\x7f", "1111111111111111111111111100"],
    ["\x80", "11111111111111100110"],
    ["\xff", "11111111111111111111101110"],
  ])("%j is %s", (symbol, bits) => {
    expect(bitsOf(symbol)).toBe(bits);
  });

  it("EOS is thirty ones", () => {
    expect(bitsOfSymbol(256)).toBe(EOS);
  });

  it("is complete, and no code begins another", () => {
    const all = Array.from(codes, (_, symbol) => bitsOfSymbol(symbol)).sort();
    for (const [at, bits] of all.entries())
      expect(all[at + 1]?.startsWith(bits) ?? false).toBe(false);
    expect([...codeLengths].reduce((sum, length) => sum + 2 ** -length, 0)).toBe(1);
  });

  it("every symbol beside every other reads as written", () => {
    for (let first = 0; first < 256; first++) {
      let text = "";
      for (let second = 0; second < 256; second++) text += String.fromCharCode(first, second);
      expect(stringOf(coded(text))).toBe(text);
    }
  });

  it("what is written is the shortest form, padded with ones", () => {
    fc.assert(
      fc.property(byteText(60), (text) => {
        const room = new Uint8Array(text.length * 4 + 8);
        const end = putHuffman(room, 0, text);
        expect([...room.subarray(0, end)]).toEqual(huffman(text));
        expect(huffmanBytes(text)).toBe(end);
      }),
    );
  });

  it("a character that is no byte has no length", () => {
    expect(huffmanBytes("a\u0100")).toBe(-1);
  });
});

describe("threat: HP-06 row: C2 padding (RFC 7541 §5.2)", () => {
  it.each(Array.from({ length: 9 }, (_, length) => length))(
    "of %i bits: all patterns, as the code has it and as hpack.js reads it",
    (length) => {
      const text = textWithRest((8 - (length % 8)) % 8);
      let accepted = 0;
      for (let pattern = 0; pattern < 2 ** length; pattern++) {
        const bits = length === 0 ? "" : pattern.toString(2).padStart(length, "0");
        const octets = huffman(text, bits);
        const wanted = decodedBitByBit(bitsOf(text) + bits);
        expect(stringOfOctets(octets), `${text} and ${bits}`).toBe(wanted);
        if (wanted === text) accepted++;
        const block = Uint8Array.from([0, 0, ...integer(octets.length, 7, 0x80), ...octets]);
        const { fields, refusal } = readWithHpackJs(decompressor(), block);
        expect(refusal === undefined ? fields[0]?.[1] : undefined, bits).toBe(wanted);
      }
      expect(accepted).toBe(length < 8 ? 1 : 0);
    },
  );

  it("alone is refused: an octet of ones, two, three", () => {
    for (const count of [1, 2, 3])
      expect(stringOfOctets(new Array<number>(count).fill(0xff))).toBeUndefined();
  });

  it("EOS is refused at the start, inside and at the end", () => {
    for (const [before, after] of [
      ["", ""],
      ["a", ""],
      ["", "a"],
      ["abc", "abc"],
      ["", EOS],
    ] as const) {
      const bits = bitsOf(before) + EOS + (after === EOS ? EOS : bitsOf(after));
      const whole = bits.padEnd(Math.ceil(bits.length / 8) * 8, "1");
      expect(stringOfOctets(octetsOf(whole))).toBeUndefined();
    }
    expect(stringOfOctets(hex("ffffffff"))).toBeUndefined();
    expect(stringOfOctets(hex("fffffffc"))).toBeUndefined();
  });

  it("any octets read as the code says, bit by bit", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 40 }), (octets) => {
        const bits = Array.from(octets, (octet) => octet.toString(2).padStart(8, "0")).join("");
        expect(stringOfOctets([...octets])).toBe(decodedBitByBit(bits));
      }),
      { numRuns: 5_000 },
    );
  });

  it("is refused at the place of the string", () => {
    const block = [0x82, 0, 0, ...integer(1, 7, 0x80), 0xff];
    expect(read(new BlockDecoder(), block).violation).toMatchObject({
      code: "hpack.huffman.invalid",
      scope: "connection",
      offset: 4,
    });
  });
});

/** The value that a coded string is read as, or undefined if it is refused. */
function stringOf(string: readonly number[]): string | undefined {
  const { fields, violation } = read(new BlockDecoder(), [0, 0, ...string]);
  if (violation !== undefined && violation.code !== "hpack.huffman.invalid")
    throw new Error(violation.code);
  return fields[0]?.[1];
}

function stringOfOctets(octets: readonly number[]): string | undefined {
  return stringOf([...integer(octets.length, 7, 0x80), ...octets]);
}

const symbols = new Map(Array.from(codes, (_, symbol) => [bitsOfSymbol(symbol), symbol]));

/** The definition itself: codes one after the other, then at most seven ones. */
function decodedBitByBit(bits: string): string | undefined {
  let text = "";
  let code = "";
  for (const bit of bits) {
    code += bit;
    const symbol = symbols.get(code);
    if (symbol === undefined) continue;
    if (symbol === 256) return undefined;
    text += String.fromCharCode(symbol);
    code = "";
  }
  return code.length <= 7 && !code.includes("0") ? text : undefined;
}

/** A text whose code ends so many bits behind an octet. */
function textWithRest(rest: number): string {
  for (let text = "0"; ; text += text.length % 2 === 0 ? "0" : " ")
    if (bitsOf(text).length % 8 === rest) return text;
}

function octetsOf(bits: string): number[] {
  return (bits.match(/.{8}/g) ?? []).map((octet) => Number.parseInt(octet, 2));
}
