// What every input must leave true, for the targets of all decoders. The laws' own driver writes
// down what is said; everything that varies is chosen by the input itself, so that a finding
// is one file.

import { Ledger, type Decoder } from "@wirewall/limits";
import { differenceFrom } from "../laws/src/difference.js";
import type { Peer } from "../laws/src/subject.js";
import {
  canonical,
  drive,
  isLast,
  textOfTranscript,
  type Transcript,
} from "../laws/src/transcript.js";

/** Numbers that depend on every byte of the input. */
export class Choices {
  #state = 0x811c_9dc5;

  constructor(data: Uint8Array) {
    for (const byte of data) this.#state = Math.imul(this.#state ^ byte, 0x0100_0193);
  }

  /** A number from 0 to `most`. */
  upTo(most: number): number {
    this.#state = (Math.imul(this.#state, 0x0019_660d) + 0x3c6e_f35f) | 0;
    return (this.#state >>> 8) % (most + 1);
  }
}

type Create = (ledger: Ledger) => Decoder<object>;

/**
 * Reads the input whole, and in two pieces, in many or byte by byte: the same each time, never
 * more retained than the bound, nothing after the end.
 *
 * @throws if any of that is not so
 */
export function readEveryWay(
  create: Create,
  data: Uint8Array,
  choices: Choices,
  bound: number,
): Transcript {
  const whole = read(create, [data], bound);
  const wanted = textOfTranscript(whole);
  const ways = [...cuts(data, choices), bytes(data)];
  const chunks = ways[choices.upTo(ways.length - 1)] ?? [];
  const got = textOfTranscript(read(create, chunks, bound));
  if (got === wanted) return whole;
  const sizes = chunks.map((chunk) => chunk.length).join(", ");
  throw new Error(`cut as ${sizes} it reads\n${got}\nand not\n${wanted}`);
}

/** Cuts the input at places that it chooses. */
export function cuts(data: Uint8Array, choices: Choices): Uint8Array[][] {
  const at = choices.upTo(data.length);
  const many: Uint8Array[] = [];
  for (let from = 0; from < data.length;) {
    const to = Math.min(data.length, from + choices.upTo(40));
    many.push(data.subarray(from, to));
    from = to;
    if (many.length > 2 * data.length) break;
  }
  return [[data.subarray(0, at), data.subarray(at)], many];
}

/** Throws if the peer reads the input otherwise, or refuses what we accept. */
export function expectOneReading(peer: Peer, data: Uint8Array, transcript: Transcript): void {
  const { events, violation } = transcript;
  const difference = differenceFrom(peer, data, events, violation);
  if (difference !== undefined) throw new Error(difference);
}

/** Throws unless the two are equal, however deep. */
export function expectSame(what: string, got: unknown, wanted: unknown): void {
  const [left, right] = [canonical(got), canonical(wanted)];
  if (left !== right) throw new Error(`${what}: ${left}, not ${right}`);
}

const prototypes = [Object.prototype, Array.prototype, Function.prototype, Uint8Array.prototype];
const known = prototypes.map((prototype) => Reflect.ownKeys(prototype).length);

/** Throws if anything that all objects inherit from has grown. */
export function expectCleanPrototypes(): void {
  for (const [index, prototype] of prototypes.entries())
    if (Reflect.ownKeys(prototype).length !== known[index])
      throw new Error("a prototype was changed");
}

function read(create: Create, chunks: readonly Uint8Array[], bound: number): Transcript {
  const ledger = new Ledger({ maxRetainedBytes: Number.MAX_SAFE_INTEGER });
  const decoder = create(ledger);
  const transcript = drive(decoder, chunks, {
    scribble: true,
    watch: ({ retained }) => {
      if (retained > bound) throw new Error(`${retained} bytes retained, over ${bound}`);
      if (ledger.retained !== retained) throw new Error("the ledger is not what is retained");
    },
  });
  if (transcript.fault !== undefined) throw new Error(transcript.fault);
  const { violation } = transcript;
  if (violation === undefined || !isLast(violation)) return transcript;
  if (decoder.retained !== 0 || decoder.deadline !== undefined || decoder.next() !== undefined)
    throw new Error(`not dead after ${violation.code}`);
  const received = chunks.reduce((sum, chunk) => sum + chunk.length, 0);
  if (!(violation.offset >= 0 && violation.offset <= received))
    throw new Error(`${violation.code} at ${violation.offset} of ${received}`);
  return transcript;
}

function bytes(data: Uint8Array): Uint8Array[] {
  return Array.from(data, (_, at) => data.subarray(at, at + 1));
}
