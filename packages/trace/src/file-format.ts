// A trace in one file, whole and checked:
//
//   magic 8 | version u16 | flags u16 | compression u8 | metadata length u32 | SHA-256 of metadata 32
//   metadata | event count u64 | SHA-256 of frames 32 | frames: length u32, canonical JSON
//
// All numbers are big-endian. Version 1 knows no flag. Compression 1 is DEFLATE (RFC 1951): in the place of the frames stand
// chunks, each a length u32, the length of what it holds u32, and that; together they hold the frames.

import type { TraceValue } from "./event.js";

/** "WWTRACE" and a line feed, which a transfer as text would change. */
export const MAGIC: Uint8Array = /* @__PURE__ */ Uint8Array.of(87, 87, 84, 82, 65, 67, 69, 10);
export const VERSION: number = 1;
/** Up to the metadata. */
export const HEAD_BYTES: number = 8 + 2 + 2 + 1 + 4 + 32;
/** Between metadata and frames. */
export const COUNT_BYTES: number = 8 + 32;
export const MAX_METADATA_BYTES: number = 1_048_576;
export const MAX_EVENT_BYTES: number = 16_777_216;
export const MAX_EVENTS: number = 10_000_000;
/** Of a chunk, both as it stands there and of what it holds. */
export const MAX_CHUNK_BYTES: number = 67_108_864;
/** What chunks hold together is at most so many times their bytes, beyond what one chunk may hold. */
export const MAX_INFLATE_RATIO = 200;
export const STORED = 0;
export const DEFLATED = 1;
/** Before a chunk. */
export const CHUNK_HEAD_BYTES = 8;

export type TraceMetadata = Readonly<Record<string, TraceValue>>;

/** Digests in pieces, such as `createHash("sha256")` does. */
export interface Hash {
  update(bytes: Uint8Array): unknown;
  digest(): Uint8Array;
}

export type NewHash = () => Hash;

/**
 * Undoes raw DEFLATE, such as `inflateRawSync(bytes, { maxOutputLength })`; throws for what is none, and for more than
 * `maxBytes`.
 */
export type Inflate = (bytes: Uint8Array, maxBytes: number) => Uint8Array;

/** Raw DEFLATE, such as `deflateRawSync` does. */
export type Deflate = (bytes: Uint8Array) => Uint8Array;

export interface TraceFileOptions {
  /** Without it a compressed file is `UnsupportedFlags`. */
  readonly inflate?: Inflate;
}

export type TraceFileCode =
  | "FileTooSmall"
  | "InvalidMagic"
  | "UnsupportedVersion"
  | "UnsupportedFlags"
  | "SchemaMismatch"
  | "InvalidMetadata"
  | "EventCountMismatch"
  | "InvalidEvent"
  | "Truncated"
  | "TimelineNonMonotonic";

/** Why a file is refused: the first byte that is at fault, and the limit if it is one. */
export interface TraceFileIssue {
  readonly type: "issue";
  readonly code: TraceFileCode;
  readonly offset: number;
  readonly limit?: number;
}
