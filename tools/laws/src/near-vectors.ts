// Inputs one or a few strokes away from known ones: where two readers part company.

import * as fc from "fast-check";
import type { Arbitrary } from "fast-check";
import type { Vector } from "./subject.js";

type Stroke = (bytes: number[]) => number[];

/** The bytes that separate, end, escape or hide things in text protocols, and the extremes. */
const TELLING = [0x00, 0x09, 0x0a, 0x0b, 0x0d, 0x20, 0x22, 0x2c, 0x2d, 0x2b, 0x30, 0x3a, 0x3b];
const FURTHER = [0x3d, 0x5c, 0x5f, 0x78, 0x7f, 0x80, 0x85, 0xa0, 0xff];

export function nearVectors(vectors: readonly Vector[]): Arbitrary<Uint8Array> {
  const inputs = vectors.map((vector) => vector.bytes).filter((bytes) => bytes.length > 0);
  if (inputs.length === 0) throw new TypeError("vectors: expected at least one that is not empty");
  return fc
    .tuple(fc.constantFrom(...inputs), fc.array(strokes(), { minLength: 1, maxLength: 4 }))
    .map(([bytes, edits]) =>
      Uint8Array.from(edits.reduce<number[]>((edited, edit) => edit(edited), [...bytes])),
    );
}

function strokes(): Arbitrary<Stroke> {
  const place = fc.nat(0xffff);
  const byte = fc.oneof(fc.constantFrom(...TELLING, ...FURTHER), fc.nat(255));
  return fc.oneof(
    fc.tuple(place, byte).map(
      ([at, value]): Stroke =>
        (bytes) =>
          spliced(bytes, at, 1, [value]),
    ),
    fc.tuple(place, byte).map(
      ([at, value]): Stroke =>
        (bytes) =>
          spliced(bytes, at, 0, [value]),
    ),
    fc.tuple(place, fc.nat(4)).map(
      ([at, count]): Stroke =>
        (bytes) =>
          spliced(bytes, at, count, []),
    ),
    fc.tuple(place, fc.integer({ min: 1, max: 24 })).map(
      ([at, count]): Stroke =>
        (bytes) =>
          repeated(bytes, at, count),
    ),
    place.map(
      (at): Stroke =>
        (bytes) =>
          bytes.slice(0, at % (bytes.length + 1)),
    ),
    place.map((at): Stroke => (bytes) => [...bytes, ...bytes.slice(at % (bytes.length + 1))]),
  );
}

function spliced(bytes: number[], at: number, remove: number, insert: number[]): number[] {
  const place = at % (bytes.length + 1);
  return [...bytes.slice(0, place), ...insert, ...bytes.slice(place + remove)];
}

function repeated(bytes: number[], at: number, count: number): number[] {
  const place = at % (bytes.length + 1);
  return spliced(bytes, place, 0, bytes.slice(place, place + count));
}
