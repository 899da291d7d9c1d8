// Reads a trace file as its bytes come. Nothing is believed before it was checked, and nothing is kept
// but the record, or the chunk, that is being read: a length that was declared and does not come costs nothing.

import { ByteQueue } from "./byte-queue.js";
import { canonicalJson } from "./canonical.js";
import type { TraceEvent, TraceKind, TraceValue } from "./event.js";
import { ndjsonLine } from "./exporters.js";
import {
  CHUNK_HEAD_BYTES,
  COUNT_BYTES,
  DEFLATED,
  HEAD_BYTES,
  MAGIC,
  MAX_CHUNK_BYTES,
  MAX_EVENT_BYTES,
  MAX_EVENTS,
  MAX_INFLATE_RATIO,
  MAX_METADATA_BYTES,
  STORED,
  VERSION,
  type Hash,
  type Inflate,
  type NewHash,
  type TraceFileCode,
  type TraceFileIssue,
  type TraceFileOptions,
  type TraceMetadata,
} from "./file-format.js";
import { isKind } from "./kinds.js";
import { areEqual } from "./merkle.js";

export type TraceFileItem =
  | { readonly type: "metadata"; readonly metadata: TraceMetadata }
  | { readonly type: "event"; readonly event: TraceEvent }
  /** All of it was there, and is what was written. */
  | { readonly type: "end"; readonly count: number }
  | TraceFileIssue;

const HEAD = 0;
const METADATA = 1;
const COUNT = 2;
const LENGTH = 3;
const FRAME = 4;
const LAST = 5;
const OVER = 6;

const utf8 = /* @__PURE__ */ new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

export class TraceFileDecoder {
  readonly #newHash: NewHash;
  readonly #hash: Hash;
  readonly #inflate: Inflate | undefined;
  readonly #file: ByteQueue = new ByteQueue();
  /** What the frames are read from: the file itself, or what its chunks hold. */
  #frames: ByteQueue = this.#file;
  /** Where the last chunk begins. */
  #chunkAt = 0;
  #state = HEAD;
  #need = HEAD_BYTES;
  #metadataHash: Uint8Array = new Uint8Array(0);
  #framesHash: Uint8Array = new Uint8Array(0);
  #count = 0;
  #read = 0;
  #seq = -1;
  #time = -Infinity;
  #hasEnded = false;
  #chunkHead: ChunkHead | undefined;
  /** Bytes that the chunks held so far. */
  #held = 0;

  constructor(newHash: NewHash, options: TraceFileOptions = {}) {
    this.#newHash = newHash;
    this.#hash = newHash();
    this.#inflate = options.inflate;
  }

  /** Bytes are kept as long as they are needed, and must not change until then. */
  receive(chunk: Uint8Array): void {
    if (this.#state !== OVER) this.#file.push(chunk);
  }

  /** Nothing more comes. */
  end(): void {
    this.#hasEnded = true;
  }

  /** What the bytes say; undefined until more of them come, and after an end or an issue. */
  next(): TraceFileItem | undefined {
    while (this.#state < LAST) {
      const source = this.#state < LENGTH ? this.#file : this.#frames;
      if (source.length < this.#need) {
        if (source === this.#file || !this.#hasChunk()) break;
        const issue = this.#chunk();
        if (issue !== undefined) return issue;
        continue;
      }
      const at = source === this.#file ? source.taken : this.#chunkAt;
      const item = this.#step(source.take(this.#need), at);
      if (item !== undefined) return item;
    }
    if (this.#state === LAST) {
      if (this.#frames.length > 0 && this.#frames !== this.#file)
        return this.#refuse("EventCountMismatch", this.#chunkAt);
      if (this.#file.length > 0) return this.#refuse("EventCountMismatch", this.#file.taken);
    }
    if (this.#state === OVER || !this.#hasEnded) return undefined;
    if (this.#state === LAST) return this.#last();
    const total = this.#file.taken + this.#file.length;
    return this.#refuse(this.#state === HEAD ? "FileTooSmall" : "Truncated", total);
  }

  /** Whether all of a chunk is there, or its head, if that is wrong. */
  #hasChunk(): boolean {
    if (this.#chunkHead === undefined && this.#file.length >= CHUNK_HEAD_BYTES) {
      this.#chunkAt = this.#file.taken;
      const view = viewOf(this.#file.take(CHUNK_HEAD_BYTES));
      this.#chunkHead = { length: view.getUint32(0), holds: view.getUint32(4) };
    }
    const head = this.#chunkHead;
    return head !== undefined && (this.#file.length >= head.length || isTooLarge(head));
  }

  #chunk(): TraceFileIssue | undefined {
    const head = this.#chunkHead ?? { length: 0, holds: 0 };
    this.#chunkHead = undefined;
    if (isTooLarge(head)) return this.#refuse("InvalidEvent", this.#chunkAt, MAX_CHUNK_BYTES);
    this.#held += head.holds;
    const most = MAX_CHUNK_BYTES + MAX_INFLATE_RATIO * (this.#file.taken + head.length);
    if (this.#held > most) return this.#refuse("InvalidEvent", this.#chunkAt, MAX_INFLATE_RATIO);
    // One that holds nothing would only be there to be read.
    const held = head.holds === 0 ? undefined : this.#inflated(head);
    if (held?.length !== head.holds) return this.#refuse("InvalidEvent", this.#chunkAt);
    this.#frames.push(held);
    return undefined;
  }

  #inflated({ length, holds }: ChunkHead): Uint8Array | undefined {
    try {
      return this.#inflate?.(this.#file.take(length), holds);
    } catch {
      return undefined;
    }
  }

  #step(bytes: Uint8Array, at: number): TraceFileItem | undefined {
    switch (this.#state) {
      case HEAD:
        return this.#head(bytes);
      case METADATA:
        return this.#metadata(bytes, at);
      case COUNT:
        return this.#counted(bytes, at);
      case LENGTH:
        return this.#length(bytes, at);
      default:
        return this.#frame(bytes, at);
    }
  }

  #head(bytes: Uint8Array): TraceFileItem | undefined {
    const view = viewOf(bytes);
    for (const [at, byte] of MAGIC.entries())
      if (bytes[at] !== byte) return this.#refuse("InvalidMagic", at);
    if (view.getUint16(8) !== VERSION) return this.#refuse("UnsupportedVersion", 8);
    if (view.getUint16(10) !== 0) return this.#refuse("UnsupportedFlags", 10);
    const compression = bytes[12];
    if (compression === DEFLATED && this.#inflate !== undefined) this.#frames = new ByteQueue();
    else if (compression !== STORED) return this.#refuse("UnsupportedFlags", 12);
    const length = view.getUint32(13);
    if (length > MAX_METADATA_BYTES) return this.#refuse("InvalidMetadata", 13, MAX_METADATA_BYTES);
    this.#metadataHash = bytes.slice(17, 49);
    return this.#expect(METADATA, length);
  }

  #metadata(bytes: Uint8Array, at: number): TraceFileItem | undefined {
    const hash = this.#newHash();
    hash.update(bytes);
    if (!areEqual(hash.digest(), this.#metadataHash)) return this.#refuse("InvalidMetadata", at);
    const metadata = objectOf(bytes);
    if (metadata === undefined) return this.#refuse("InvalidMetadata", at);
    if (metadata["schema"] !== 1) return this.#refuse("SchemaMismatch", at);
    this.#expect(COUNT, COUNT_BYTES);
    return { type: "metadata", metadata };
  }

  #counted(bytes: Uint8Array, at: number): TraceFileItem | undefined {
    const count = viewOf(bytes).getBigUint64(0);
    if (count > BigInt(MAX_EVENTS)) return this.#refuse("EventCountMismatch", at, MAX_EVENTS);
    this.#count = Number(count);
    this.#framesHash = bytes.slice(8);
    return this.#nextFrame();
  }

  #length(bytes: Uint8Array, at: number): TraceFileItem | undefined {
    const length = viewOf(bytes).getUint32(0);
    if (length > MAX_EVENT_BYTES) return this.#refuse("InvalidEvent", at, MAX_EVENT_BYTES);
    this.#hash.update(bytes);
    return this.#expect(FRAME, length);
  }

  #frame(bytes: Uint8Array, at: number): TraceFileItem | undefined {
    this.#hash.update(bytes);
    const event = eventOf(bytes);
    if (event === undefined) return this.#refuse("InvalidEvent", at);
    if (event.seq <= this.#seq || event.t < this.#time)
      return this.#refuse("TimelineNonMonotonic", at);
    this.#seq = event.seq;
    this.#time = event.t;
    this.#read++;
    this.#nextFrame();
    return { type: "event", event };
  }

  #nextFrame(): undefined {
    return this.#read === this.#count ? this.#expect(LAST, 0) : this.#expect(LENGTH, 4);
  }

  #last(): TraceFileItem {
    if (!areEqual(this.#hash.digest(), this.#framesHash))
      return this.#refuse("InvalidEvent", this.#file.taken);
    this.#state = OVER;
    return { type: "end", count: this.#count };
  }

  #expect(state: number, need: number): undefined {
    this.#state = state;
    this.#need = need;
  }

  #refuse(code: TraceFileCode, offset: number, limit?: number): TraceFileIssue {
    this.#state = OVER;
    this.#file.clear();
    this.#frames.clear();
    return limit === undefined
      ? { type: "issue", code, offset }
      : { type: "issue", code, offset, limit };
  }
}

interface ChunkHead {
  readonly length: number;
  readonly holds: number;
}

function isTooLarge({ length, holds }: ChunkHead): boolean {
  return length > MAX_CHUNK_BYTES || holds > MAX_CHUNK_BYTES;
}

/** An event in its canonical form, with a kind that there is, and numbers that are some. */
function eventOf(bytes: Uint8Array): TraceEvent | undefined {
  const value = objectOf(bytes);
  if (value === undefined) return undefined;
  const { seq, t, kind, data, logical, region, task } = value;
  const isEvent =
    isCount(seq) &&
    isCount(t) &&
    (logical === undefined || isCount(logical)) &&
    typeof kind === "string" &&
    isKind(kind) &&
    (region === undefined || typeof region === "string") &&
    (task === undefined || typeof task === "string") &&
    typeof data === "object" &&
    data !== null &&
    !Array.isArray(data);
  if (!isEvent) return undefined;
  const event = {
    seq,
    t,
    kind: kind as TraceKind,
    data: data as TraceEvent["data"],
    ...(logical === undefined ? undefined : { logical }),
    ...(region === undefined ? undefined : { region }),
    ...(task === undefined ? undefined : { task }),
  };
  // A member that no event has would be lost, and is refused.
  return ndjsonLine(event) === `${canonicalJson(value)}\n` ? event : undefined;
}

/** A JSON object in its one canonical form. */
function objectOf(bytes: Uint8Array): Readonly<Record<string, TraceValue>> | undefined {
  try {
    const text = utf8.decode(bytes);
    const value = JSON.parse(text) as TraceValue;
    if (typeof value !== "object" || value === null || Array.isArray(value)) return undefined;
    return canonicalJson(value) === text ? (value as Record<string, TraceValue>) : undefined;
  } catch {
    return undefined;
  }
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
