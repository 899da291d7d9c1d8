// What a decoder brings along to be held to the laws. Everything is asked for: a part that has no
// meaning for a protocol is replaced by the reason why.

import type { Decoder, Ledger, Limits } from "@wirewall/limits";
import type { Arbitrary } from "fast-check";

export interface CodecOptions {
  readonly limits?: Readonly<Record<string, number>>;
  /** A ledger to charge as well. */
  readonly ledger?: Ledger;
}

/**
 * A family of hostile inputs that can be made as large as one likes: the longest token, the most
 * items, the deepest nesting.
 */
export interface Shape {
  readonly name: string;
  /** Raises the limits that would refuse the shape before it has grown. */
  readonly limits?: Readonly<Record<string, number>>;
  /** It is refused whatever the limits: only what that costs is of interest. */
  readonly refused?: true;
  /** An input of about that many bytes. */
  input(bytes: number): Uint8Array;
}

/** A prefix and then an item, without end, which costs the sender next to nothing. */
export interface Flood {
  readonly name: string;
  readonly prefix: Uint8Array;
  readonly item: Uint8Array;
  readonly limits?: Readonly<Record<string, number>>;
}

/**
 * The exports of the file that `Subject.module` names. The file is also run in an empty realm, so
 * it imports the codec and nothing that reaches beyond the language.
 */
export interface Codec {
  create(options?: CodecOptions): Decoder<object>;
  readonly shapes: readonly Shape[];
  readonly floods: readonly Flood[];
}

export interface Vector {
  readonly name: string;
  readonly bytes: Uint8Array;
  /** What is known about it; undefined where only the other laws are of interest. */
  readonly accept?: boolean;
  /** What is wrong follows the last message: it may be ignored instead of refused. */
  readonly ignorable?: boolean;
}

/** Why a law has nothing to say about a decoder. */
export interface NotApplicable {
  readonly notApplicable: string;
}

/** A limit that counts something: `input(max)` passes, `input(max + 1)` is refused by it. */
export interface CountEdge {
  readonly kind: "count";
  readonly limit: string;
  /** Where one limit counts several things. */
  readonly of?: string;
  readonly max: number;
  readonly code: string;
  readonly limits?: Readonly<Record<string, number>>;
  /** The refusal is one of syntax and names no limit. */
  readonly unnamed?: true;
  input(count: number): Uint8Array;
}

/** A limit that is a time: what was given is waited for until then and no longer. */
export interface TimeEdge {
  readonly kind: "time";
  readonly limit: string;
  readonly of?: string;
  readonly maxMs: number;
  readonly code: string;
  readonly limits?: Readonly<Record<string, number>>;
  /** Received at time 0; the wait begins there. */
  readonly input: Uint8Array;
}

export type Edge = CountEdge | TimeEdge;

export interface RoundTrip {
  /** What the encoder has to take. */
  readonly valid: Arbitrary<unknown>;
  /** Anything at all: the encoder refuses it (TypeError, RangeError) or the decoder reads it. */
  readonly hostile: Arbitrary<unknown>;
  encode(item: unknown): Uint8Array;
  /** What decoding should give, in the terms of `decoded`. */
  expected(item: unknown): unknown;
  decoded(events: readonly object[]): unknown;
}

/** The messages of an input, in order and comparable, as somebody reads them. */
export interface Reading {
  /** Messages that were read to their end. */
  readonly messages: readonly unknown[];
  /** The last message says that none follows, so that the rest is not read. */
  readonly last?: boolean;
  /** Why the other reader cannot be asked, such as a word that it does not know. */
  readonly incomparable?: string;
}

/** What became of the rest: refused; handed over or ignored; or read to its end. */
export interface PeerReading extends Reading {
  readonly rest: "refused" | "left" | "read";
}

export interface Peer {
  readonly name: string;
  read(input: Uint8Array): PeerReading;
  /** What we read, in the same terms. */
  reading(events: readonly object[]): Reading;
  /** The codes that refuse what the peer reads, with the reason that stands in the README. */
  readonly stricter: Readonly<Record<string, string>>;
}

export interface Names {
  /** An input that uses the text as a name, with the value `value`. */
  input(name: string): Uint8Array;
  readonly value: string;
  /** The value that the events give to that name. */
  read(events: readonly object[], name: string): unknown;
}

export interface Subject {
  readonly name: string;
  /** What the codes of its violations start with: a package, or several. */
  readonly owner: string | readonly string[];
  readonly codec: Codec;
  /** The file that exports `codec`. */
  readonly module: URL;
  readonly vectors: readonly Vector[];
  /** Inputs near the grammar. */
  readonly arbitrary: Arbitrary<Uint8Array>;
  readonly limits: Limits;
  /** The most that may be retained under those limits while whatever arrives is read. */
  bound(limits: Readonly<Record<string, number>>): number;
  /** The most that may be retained whatever the driver does. */
  ceiling(limits: Readonly<Record<string, number>>): number;
  readonly maxEventsPerByte: number;
  /** What it is when it holds nothing; 4,096 if not told. */
  readonly idleBytes?: number;
  readonly edges: readonly Edge[];
  /** Limits without an edge here, with the place where they are tested. */
  readonly edgesElsewhere: Readonly<Record<string, string>>;
  readonly roundTrip: RoundTrip | NotApplicable;
  readonly peer: Peer | NotApplicable;
  readonly names: Names | NotApplicable;
}
