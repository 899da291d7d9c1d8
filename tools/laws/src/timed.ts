// The timed part of "linear": CPU time over size, for each hostile shape. It sees what steps cannot:
// regular expressions, comparisons of strings, the collector. Too noisy to gate; runs at night.

import { inPieces } from "./chunking.js";
import { exponentOf } from "./fit.js";
import type { Codec, Shape } from "./subject.js";

const SIZES = [1_024, 2_048, 4_096, 8_192, 16_384, 32_768, 65_536];
const FITS = 3;
const TIMES = 5;
const LEAST_MS = 20;

export interface Timed {
  readonly name: string;
  readonly exponent: number;
  /** Of all fits, the lowest first. */
  readonly fits: readonly number[];
}

/** One decoding of a shape in pieces of that size, for each size of the input. */
export function timedShape(codec: Codec, shape: Shape, pieceBytes: number): Timed {
  const { limits } = shape;
  const options = limits === undefined ? {} : { limits };
  return timed(`${shape.name}, pieces of ${pieceBytes}`, (size) => {
    const pieces = inPieces(shape.input(size), pieceBytes);
    return () => {
      const decoder = codec.create(options);
      let events = 0;
      for (const piece of pieces) {
        decoder.receive(piece);
        while (decoder.next() !== undefined) events++;
      }
      return events;
    };
  });
}

/** Work that is quadratic: it must come out at 1.8 or more, or the run is void. */
export function quadraticControl(): Timed {
  return timed("control: quadratic", (size) => {
    const bytes = new Uint8Array(size).fill(1);
    return () => {
      let sum = 0;
      for (let end = 0; end < size; end += 16)
        for (let at = 0; at < end; at++) sum += bytes[at] ?? 0;
      return sum;
    };
  });
}

/** Work that is linear: it must come out at 1.1 or less. */
export function linearControl(): Timed {
  return timed("control: linear", (size) => {
    const bytes = new Uint8Array(size).fill(1);
    return () => {
      let sum = 0;
      for (let at = 0; at < size; at++) sum += bytes[at] ?? 0;
      return sum;
    };
  });
}

function timed(name: string, prepare: (size: number) => () => number): Timed {
  const runs = SIZES.map(prepare);
  for (const run of runs) leastTime(run, 1);
  const fits = Array.from({ length: FITS }, () =>
    exponentOf(
      SIZES,
      runs.map((run) => leastTime(run, TIMES)),
    ),
  ).sort((left, right) => left - right);
  return { name, exponent: fits[0] ?? Infinity, fits };
}

let consumed = 0;

/** The least CPU time of one run, in microseconds; each reading spans at least LEAST_MS. */
function leastTime(run: () => number, times: number): number {
  let least = Infinity;
  for (let time = 0; time < times; time++) {
    const before = process.cpuUsage();
    let used = 0;
    let count = 0;
    do {
      for (let again = 0; again < 4; again++) consumed += run();
      count += 4;
      const { user, system } = process.cpuUsage(before);
      used = user + system;
    } while (used < LEAST_MS * 1_000);
    least = Math.min(least, used / count);
  }
  // The results are used, so that no run is optimised away.
  return consumed === -1 ? Infinity : least;
}
