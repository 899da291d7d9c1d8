// One header block after the other (RFC 7541 §3): size updates, then representations. A fault of
// the encoding is the last thing said. A list over its limits is refused too, but its block is read
// to the end, so that the table stays in step: nothing of it is handed out or kept beyond that.

import { objectOverheadBytes, UsageError, type Ledger, type LimitHit } from "@wirewall/limits";
import { DynamicTable, ENTRY_OVERHEAD } from "./dynamic-table.js";
import { decodeHuffman, INVALID, mostDecoded, NOT_ASCII } from "./huffman.js";
import { limits as limitsTable, type HpackLimits } from "./limits.js";
import { INITIAL_TABLE_BYTES, type HpackOptions } from "./options.js";
import { STATIC_COUNT, staticTable } from "./static-table.js";
import { textOf } from "./text.js";
import { refuse, type HpackCode, type HpackViolation } from "./violations.js";

/** Takes the fields of a block in order. */
export interface FieldSink {
  /** `neverIndexed`: the value must stay so when it is sent on (RFC 7541 §7.1.3). */
  field(name: string, value: string, mark: number, neverIndexed: boolean): void;
}

/** Looks at a field once; what it says is kept with the entry and handed to the sink. */
export type FieldJudge = (name: string, value: string) => number;

export interface BlockDecoderOptions extends HpackOptions {
  /** All marks are 0 if absent. */
  readonly judge?: FieldJudge;
}

/** Room for Huffman-coded strings, shared by all decoders: nothing stays in it. */
let room = new Uint8Array(1_024);
const KEPT_ROOM_BYTES = 65_536;

const MAX_INTEGER = 0x7fff_ffff;

/** Marks of the static entries by judge: one judge serves many connections. */
const staticMarks = /* @__PURE__ */ new WeakMap<FieldJudge, Int32Array>();

export class BlockDecoder {
  readonly limits: HpackLimits;
  readonly #judge: FieldJudge;
  readonly #marks: Int32Array;
  readonly #ledger: Ledger | undefined;
  /** What the ledger was charged for the table. */
  #chargedBytes = 0;
  #chargedCount = 0;
  readonly #table: DynamicTable;
  /** The largest size that an update may ask for. */
  #setting: number;
  /** The smallest setting since the last update: an update at most so large is due. */
  #owed: number | undefined;
  #dead = false;
  #bytes: Uint8Array = NOTHING;
  #at = 0;
  #end = 0;
  /** What to add to a place in the bytes to have its offset. */
  #base = 0;
  #sink: FieldSink = NOBODY;
  #listBytes = 0;
  #listCount = 0;
  #refusal: HpackViolation | undefined;
  #fault: HpackViolation | undefined;

  constructor(options: BlockDecoderOptions = {}) {
    const { judge = noMark, tableBytes = INITIAL_TABLE_BYTES, ledger } = options;
    const limits = limitsTable.resolve(options.limits, options.preset);
    this.limits = limits;
    this.#judge = judge;
    this.#marks = marksOf(judge);
    this.#ledger = ledger;
    this.#setting = tableBytes;
    this.#table = new DynamicTable(tableBytes);
  }

  /** Entries of the dynamic table. */
  get tableCount(): number {
    return this.#table.count;
  }

  /** Bytes of the dynamic table by the measure of RFC 7541 §4.1. */
  get tableBytes(): number {
    return this.#table.bytes;
  }

  get retained(): number {
    return this.#chargedBytes + this.#chargedCount * objectOverheadBytes;
  }

  /**
   * The peer has acknowledged this SETTINGS_HEADER_TABLE_SIZE: it counts from the next block on.
   *
   * @throws RangeError unless it is a whole number up to `maxTableBytes`.
   */
  setMaxTableBytes(bytes: number): void {
    if (!Number.isInteger(bytes) || bytes < 0 || bytes > this.limits.maxTableBytes)
      throw new RangeError(`bytes: expected a whole number up to ${this.limits.maxTableBytes}`);
    this.#setting = bytes;
    if (bytes < this.#table.maxBytes) this.#owed = Math.min(bytes, this.#owed ?? bytes);
  }

  /**
   * Decodes one whole block, whose first byte has that offset in the input. A violation of the
   * scope "stream" leaves the decoder in step; after one of the scope "connection" it is dead.
   *
   * @throws UsageError after a violation that ended the connection, and from inside of a sink.
   */
  decode(
    bytes: Uint8Array,
    start: number,
    end: number,
    offset: number,
    sink: FieldSink,
  ): HpackViolation | undefined {
    if (this.#dead) throw new UsageError("decode: the decoder is dead");
    if (this.#sink !== NOBODY) throw new UsageError("decode: a block is being decoded");
    this.#bytes = bytes;
    this.#at = start;
    this.#end = end;
    this.#base = offset - start;
    this.#sink = sink;
    this.#listBytes = this.#listCount = 0;
    this.#refusal = this.#fault = undefined;
    const max = this.limits.maxBlockBytes;
    if (end - start > max)
      this.#fail("hpack.block.bytes", start + max, {
        name: "maxBlockBytes",
        max,
        observed: end - start,
      });
    else {
      this.#readUpdates();
      while (this.#at < this.#end && this.#fault === undefined) this.#readField();
      this.#charge();
    }
    this.#bytes = NOTHING;
    this.#sink = NOBODY;
    if (this.#fault === undefined) return this.#refusal;
    this.drop();
    return this.#fault;
  }

  /** Lets go of everything; the decoder is not used again. */
  drop(): void {
    this.#dead = true;
    this.#table.clear();
    this.#charge();
  }

  /** §4.2: at the beginning of a block, and at least one where the setting was lowered. */
  #readUpdates(): void {
    const owed = this.#owed;
    if (owed === undefined && ((this.#bytes[this.#at] ?? 0) & 0xe0) !== 0x20) return;
    const first = this.#at;
    let count = 0;
    let smallest = Number.POSITIVE_INFINITY;
    while (this.#at < this.#end && ((this.#bytes[this.#at] ?? 0) & 0xe0) === 0x20) {
      const place = this.#at;
      const max = this.limits.maxSizeUpdateCount;
      if (++count > max)
        return this.#fail("hpack.size-update.count", place, {
          name: "maxSizeUpdateCount",
          max,
          observed: count,
        });
      const size = this.#readInteger(0x1f);
      if (this.#fault !== undefined) return undefined;
      if (size > this.#setting) return this.#fail("hpack.size-update.range", place);
      smallest = Math.min(smallest, size);
      this.#table.resize(size);
    }
    if (owed !== undefined && smallest > owed)
      return this.#fail("hpack.size-update.missing", first);
    this.#owed = undefined;
    return undefined;
  }

  /** §6: what the first bits say. */
  #readField(): void {
    const place = this.#at;
    const first = this.#bytes[place] ?? 0;
    if (first >= 0x80) {
      this.#readIndexed(place);
      return;
    }
    if ((first & 0xe0) === 0x20) return this.#fail("hpack.size-update.position", place);
    const indexes = (first & 0x40) !== 0;
    const index = this.#readInteger(indexes ? 0x3f : 0x0f);
    const name = index === 0 ? this.#readString() : this.#nameOf(index, place);
    if (this.#fault !== undefined) return undefined;
    const value = this.#readString();
    if (this.#fault !== undefined) return undefined;
    const mark = this.#judge(name, value);
    if (indexes) this.#table.add(name, value, mark);
    this.#hand(name, value, mark, (first & 0x50) === 0x10, place);
    return undefined;
  }

  /** §6.1. */
  #readIndexed(place: number): void {
    const index = this.#readInteger(0x7f);
    if (this.#fault !== undefined) return;
    const entry = index <= STATIC_COUNT ? staticTable[index - 1] : undefined;
    if (entry !== undefined) {
      this.#hand(entry[0], entry[1], this.#marks[index - 1] ?? 0, false, place);
      return;
    }
    const table = this.#table;
    const dynamic = index - STATIC_COUNT - 1;
    if (dynamic < 0 || dynamic >= table.count) this.#fail("hpack.index.invalid", place);
    else {
      const mark = table.markAt(dynamic);
      this.#hand(table.nameAt(dynamic), table.valueAt(dynamic), mark, false, place);
    }
  }

  #nameOf(index: number, place: number): string {
    if (this.#fault !== undefined) return "";
    if (index <= STATIC_COUNT) return staticTable[index - 1]?.[0] ?? "";
    const dynamic = index - STATIC_COUNT - 1;
    if (dynamic < this.#table.count) return this.#table.nameAt(dynamic);
    this.#fail("hpack.index.invalid", place);
    return "";
  }

  /** A field of the list, which is counted before it is handed out (RFC 9113 §6.5.2). */
  #hand(name: string, value: string, mark: number, neverIndexed: boolean, place: number): void {
    this.#listBytes += name.length + value.length + ENTRY_OVERHEAD;
    this.#listCount++;
    const { maxHeaderListBytes, maxHeaderCount } = this.limits;
    if (this.#refusal !== undefined) return;
    if (this.#listCount > maxHeaderCount)
      this.#refuse("hpack.list.count", place, "maxHeaderCount", maxHeaderCount, this.#listCount);
    else if (this.#listBytes > maxHeaderListBytes)
      this.#refuse(
        "hpack.list.bytes",
        place,
        "maxHeaderListBytes",
        maxHeaderListBytes,
        this.#listBytes,
      );
    else this.#sink.field(name, value, mark, neverIndexed);
  }

  /** §5.1, with the bits of the prefix as a mask. */
  #readInteger(prefix: number): number {
    const bytes = this.#bytes;
    const place = this.#at;
    let value = (bytes[this.#at++] ?? 0) & prefix;
    if (value < prefix) return value;
    const last = this.#at + this.limits.maxIntegerBytes;
    for (let factor = 1; ; factor *= 128) {
      if (this.#at >= this.#end) break;
      if (this.#at >= last) {
        this.#fail("hpack.integer.overflow", place);
        return 0;
      }
      const byte = bytes[this.#at++] ?? 0;
      value += (byte & 0x7f) * factor;
      if (value > MAX_INTEGER) {
        this.#fail("hpack.integer.overflow", place);
        return 0;
      }
      if (byte < 0x80) return value;
    }
    this.#fail("hpack.block.truncated", this.#end);
    return 0;
  }

  /** §5.2. */
  #readString(): string {
    const place = this.#at;
    if (place >= this.#end) {
      this.#fail("hpack.block.truncated", place);
      return "";
    }
    const isCoded = (this.#bytes[place] ?? 0) >= 0x80;
    const length = this.#readInteger(0x7f);
    if (this.#fault !== undefined) return "";
    const start = this.#at;
    if (length > this.#end - start) {
      this.#fail("hpack.block.truncated", this.#end);
      return "";
    }
    const end = start + length;
    this.#at = end;
    const text = isCoded ? this.#decoded(start, end) : plainText(this.#bytes, start, end);
    const max = this.limits.maxStringBytes;
    if (text.length > max && this.#refusal === undefined)
      this.#refuse("hpack.string.bytes", place, "maxStringBytes", max, text.length);
    return text;
  }

  #decoded(start: number, end: number): string {
    const most = mostDecoded(end - start);
    if (most > room.length) room = new Uint8Array(most);
    const target = room;
    if (most > KEPT_ROOM_BYTES) room = new Uint8Array(1_024);
    const result = decodeHuffman(this.#bytes, start, end, target);
    if (result === INVALID) {
      this.#fail("hpack.huffman.invalid", start);
      return "";
    }
    return textOf(target, 0, result & ~NOT_ASCII, (result & NOT_ASCII) === 0);
  }

  /** The ledger equals the table. */
  #charge(): void {
    const { bytes, count } = this.#table;
    const text = bytes - count * ENTRY_OVERHEAD;
    if (text === this.#chargedBytes && count === this.#chargedCount) return;
    this.#ledger?.release(this.#chargedBytes, this.#chargedCount);
    this.#chargedBytes = this.#chargedCount = 0;
    const hit = this.#ledger?.charge(text, count);
    if (hit !== undefined) {
      this.#fail("hpack.retained.bytes", this.#end, hit);
      return;
    }
    this.#chargedBytes = text;
    this.#chargedCount = count;
  }

  #refuse(code: HpackCode, place: number, name: string, max: number, observed: number): void {
    this.#refusal = refuse(code, this.#base + place, { name, max, observed });
  }

  #fail(code: HpackCode, place: number, limit?: LimitHit): undefined {
    this.#fault ??= refuse(code, this.#base + place, limit);
    return undefined;
  }
}

const NOTHING: Uint8Array = /* @__PURE__ */ new Uint8Array(0);
const NOBODY: FieldSink = { field: () => {} };

function noMark(): number {
  return 0;
}

function marksOf(judge: FieldJudge): Int32Array {
  let marks = staticMarks.get(judge);
  if (marks === undefined) {
    marks = Int32Array.from(staticTable, ([name, value]) => judge(name, value));
    staticMarks.set(judge, marks);
  }
  return marks;
}

function plainText(bytes: Uint8Array, start: number, end: number): string {
  let seen = 0;
  for (let at = start; at < end; at++) seen |= bytes[at] ?? 0;
  return textOf(bytes, start, end, seen < 0x80);
}
