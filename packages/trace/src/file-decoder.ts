// Reads a trace file as its bytes come. Nothing is believed before it was checked, and nothing is kept
// but the record that is being read: a length that was declared and does not come costs nothing.

import { canonicalJson } from "./canonical.js";
import type { TraceEvent, TraceKind, TraceValue } from "./event.js";
import { ndjsonLine } from "./exporters.js";
import {
  COUNT_BYTES,
  HEAD_BYTES,
  MAGIC,
  MAX_EVENT_BYTES,
  MAX_EVENTS,
  MAX_METADATA_BYTES,
  VERSION,
  type Hash,
  type NewHash,
  type TraceFileCode,
  type TraceFileIssue,
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
  #chunks: Uint8Array[] = [];
  #buffered = 0;
  /** Bytes that were taken before those that are buffered. */
  #taken = 0;
  #state = HEAD;
  #need = HEAD_BYTES;
  #metadataHash: Uint8Array = new Uint8Array(0);
  #framesHash: Uint8Array = new Uint8Array(0);
  #count = 0;
  #read = 0;
  #seq = -1;
  #time = -Infinity;
  #hasEnded = false;

  constructor(newHash: NewHash) {
    this.#newHash = newHash;
    this.#hash = newHash();
  }

  /** Bytes are kept as long as they are needed, and must not change until then. */
  receive(chunk: Uint8Array): void {
    if (this.#state === OVER || chunk.length === 0) return;
    this.#chunks.push(chunk);
    this.#buffered += chunk.length;
  }

  /** Nothing more comes. */
  end(): void {
    this.#hasEnded = true;
  }

  /** What the bytes say; undefined until more of them come, and after an end or an issue. */
  next(): TraceFileItem | undefined {
    while (this.#state < LAST && this.#buffered >= this.#need) {
      const at = this.#taken;
      const item = this.#step(this.#take(this.#need), at);
      if (item !== undefined) return item;
    }
    if (this.#state === LAST && this.#buffered > 0)
      return this.#refuse("EventCountMismatch", this.#taken);
    if (this.#state === OVER || !this.#hasEnded) return undefined;
    if (this.#state === LAST) return this.#last();
    return this.#refuse(this.#state === HEAD ? "FileTooSmall" : "Truncated", this.#total);
  }

  get #total(): number {
    return this.#taken + this.#buffered;
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
    if (bytes[12] !== 0) return this.#refuse("UnsupportedFlags", 12);
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
      return this.#refuse("InvalidEvent", this.#taken);
    this.#state = OVER;
    return { type: "end", count: this.#count };
  }

  #expect(state: number, need: number): undefined {
    this.#state = state;
    this.#need = need;
  }

  #refuse(code: TraceFileCode, offset: number, limit?: number): TraceFileIssue {
    this.#state = OVER;
    this.#chunks = [];
    this.#buffered = 0;
    return limit === undefined
      ? { type: "issue", code, offset }
      : { type: "issue", code, offset, limit };
  }

  #take(count: number): Uint8Array {
    this.#taken += count;
    this.#buffered -= count;
    const [first] = this.#chunks;
    if (first !== undefined && first.length >= count) {
      if (first.length === count) this.#chunks.shift();
      else this.#chunks[0] = first.subarray(count);
      return first.subarray(0, count);
    }
    const bytes = new Uint8Array(count);
    let filled = 0;
    let used = 0;
    for (const chunk of this.#chunks) {
      const part = chunk.subarray(0, count - filled);
      bytes.set(part, filled);
      filled += part.length;
      if (part.length < chunk.length) {
        this.#chunks[used] = chunk.subarray(part.length);
        break;
      }
      used++;
    }
    this.#chunks.splice(0, used);
    return bytes;
  }
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
