import type { Codec, CodecOptions, Flood, Shape } from "../../src/subject.js";
import { PairsDecoder, type PairsOptions } from "./decoder.js";

export function create(options: CodecOptions = {}): PairsDecoder {
  return new PairsDecoder(options as PairsOptions);
}

export const shapes: readonly Shape[] = [
  { name: "one large content", input: (bytes) => ascii(`a=${bytes}:${"x".repeat(bytes)},`) },
  { name: "many empty pairs", input: (bytes) => ascii("a=0:,".repeat(bytes / 5)) },
  { name: "many small pairs", input: (bytes) => ascii("ab=1:x,".repeat(bytes / 7)) },
  {
    name: "one long name",
    limits: { maxNameBytes: 1_048_576, maxRetainedBytes: 4_194_304 },
    input: (bytes) => ascii(`${"n".repeat(bytes)}=0:,`),
  },
];

export const floods: readonly Flood[] = [
  { name: "empty pairs without end", prefix: ascii(""), item: ascii("a=0:,") },
];

export function ascii(text: string): Uint8Array {
  return Uint8Array.from(text, (character) => character.charCodeAt(0));
}

/** The same with another decoder. */
export function codecOf(decoder: new (options: PairsOptions) => PairsDecoder): Codec {
  return { create: (options = {}) => new decoder(options as PairsOptions), shapes, floods };
}
