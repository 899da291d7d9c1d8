// Header blocks built by hand, octet by octet as RFC 7541 §5 and §6 draw them, and what is read in
// them. The builders know nothing of the encoder under test.

import { BlockDecoder, type BlockDecoderOptions, type HpackViolation } from "@wirewall/hpack";
import { codeLengths, codes } from "../src/huffman.ts";

export type Octets = readonly number[];
export type Pair = readonly [name: string, value: string];

export interface Read {
  readonly fields: readonly Pair[];
  /** Names of the fields that are never indexed. */
  readonly never: readonly string[];
  readonly violation: HpackViolation | undefined;
}

/** Blanks are for the eye. */
export function hex(text: string): number[] {
  return [...Buffer.from(text.replaceAll(/\s/g, ""), "hex")];
}

/** §5.1. */
export function integer(value: number, prefixBits: number, flags = 0): number[] {
  const most = 2 ** prefixBits - 1;
  if (value < most) return [flags | value];
  const octets = [flags | most];
  let rest = value - most;
  for (; rest >= 128; rest = Math.floor(rest / 128)) octets.push((rest % 128) | 0x80);
  return [...octets, rest];
}

/** §5.2, as it is. */
export function plain(text: string): number[] {
  return [...integer(text.length, 7), ...Buffer.from(text, "latin1")];
}

/** §5.2, in Huffman code, which ends with these bits: what the RFC says if absent. */
export function coded(text: string, padding?: string): number[] {
  const octets = huffman(text, padding);
  return [...integer(octets.length, 7, 0x80), ...octets];
}

export function huffman(text: string, padding?: string): number[] {
  const bits = bitsOf(text) + (padding ?? "");
  const whole = padding === undefined ? bits.padEnd(Math.ceil(bits.length / 8) * 8, "1") : bits;
  if (whole.length % 8 !== 0) throw new RangeError("the padding does not end an octet");
  return (whole.match(/.{8}/g) ?? []).map((octet) => Number.parseInt(octet, 2));
}

export function bitsOf(text: string): string {
  return Array.from(text, (character) => bitsOfSymbol(character.charCodeAt(0))).join("");
}

export function bitsOfSymbol(symbol: number): string {
  return (codes[symbol] ?? 0).toString(2).padStart(codeLengths[symbol] ?? 0, "0");
}

/** §6.1. */
export function indexed(index: number): number[] {
  return integer(index, 7, 0x80);
}

/** §6.2, with the name as an index or as text. */
export function literal(
  kind: "incremental" | "without" | "never",
  name: number | string,
  value: string,
): number[] {
  const [bits, flags] = ({ incremental: [6, 0x40], without: [4, 0], never: [4, 0x10] } as const)[
    kind
  ];
  const index = integer(typeof name === "number" ? name : 0, bits, flags);
  return [...index, ...(typeof name === "number" ? [] : plain(name)), ...plain(value)];
}

/** §6.3. */
export function sizeUpdate(bytes: number): number[] {
  return integer(bytes, 5, 0x20);
}

/** Reads one block. */
export function read(decoder: BlockDecoder, block: Octets | Uint8Array): Read {
  const fields: Pair[] = [];
  const never: string[] = [];
  const violation = decoder.decode(Uint8Array.from(block), 0, block.length, 0, {
    field(name, value, _mark, neverIndexed) {
      fields.push([name, value]);
      if (neverIndexed) never.push(name);
    },
  });
  return { fields, never, violation };
}

/** Reads a block with a decoder that has read none before; `code` is what it is refused for. */
export function readOne(
  block: Octets | Uint8Array,
  options?: BlockDecoderOptions,
): Read & { readonly code: string | undefined } {
  const result = read(new BlockDecoder(options), block);
  return { ...result, code: result.violation?.code };
}
