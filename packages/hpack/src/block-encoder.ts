// Header blocks on the way out (RFC 7541 §6). What was sent before goes as a reference, what may
// enter a table enters it, and what is secret never does. A block whose fields were all references
// may be sent again as it is for as long as `generation` stays the same.

import { UsageError } from "@wirewall/limits";
import { putBlock, putText } from "@wirewall/bytes";
import { ENTRY_OVERHEAD } from "./dynamic-table.js";
import { EncoderTable } from "./encoder-table.js";
import { huffmanBytes, putHuffman } from "./huffman.js";
import { indexingOf } from "./indexing.js";
import { limits as limitsTable } from "./limits.js";
import { INITIAL_TABLE_BYTES, type HpackOptions } from "./options.js";
import { staticTable } from "./static-table.js";

/** Entries of the static table that have one name: the first index, and the values from there on. */
interface StaticName {
  readonly index: number;
  readonly values: string[];
}

const staticNames: ReadonlyMap<string, StaticName> = /* @__PURE__ */ namesOf(staticTable);

const SMALLEST = 256;
const KEPT_BYTES = 65_536;

/** Where the next block of any encoder is written, unless another one is being written there. */
let spare: Uint8Array | undefined;

/** Most octets of an integer behind its prefix. */
const INTEGER_BYTES = 6;

export class BlockEncoder {
  readonly #table: EncoderTable;
  readonly #ownMax: number;
  /** The smallest and the last size that the next block has to announce (§4.2). */
  #smallest: number | undefined;
  #next: number | undefined;
  /** The block that is being written. */
  #room: Uint8Array = NOTHING;
  #at = 0;
  #open = false;

  constructor(options: HpackOptions = {}) {
    const limits = limitsTable.resolve(options.limits, options.preset);
    this.#ownMax = limits.maxTableBytes;
    const allowed = options.tableBytes ?? INITIAL_TABLE_BYTES;
    this.#table = new EncoderTable(allowed);
    if (this.#ownMax < allowed) this.setMaxTableBytes(allowed);
  }

  /** Rises with each entry that comes or goes: what an index in an old block means may be another thing. */
  get generation(): number {
    return this.#table.generation;
  }

  /** Bytes of the dynamic table by the measure of RFC 7541 §4.1. */
  get tableBytes(): number {
    return this.#table.bytes;
  }

  /**
   * The peer's SETTINGS_HEADER_TABLE_SIZE. No more than our own `maxTableBytes` is used of it.
   *
   * @throws RangeError unless it is a whole number below 2^32.
   */
  setMaxTableBytes(bytes: number): void {
    if (!Number.isInteger(bytes) || bytes < 0 || bytes > 0xffff_ffff)
      throw new RangeError("bytes: expected a whole number below 2^32");
    const used = Math.min(bytes, this.#ownMax);
    if (used === (this.#next ?? this.#table.maxBytes)) return;
    this.#smallest = Math.min(used, this.#smallest ?? used);
    this.#next = used;
    // The next block has to announce it: none that was written before may be sent in its place.
    this.#table.generation++;
  }

  /**
   * Begins a block, with the size updates that are due.
   *
   * @throws UsageError inside of a block: what it put into the table has to reach the peer.
   */
  begin(): void {
    if (this.#open) throw new UsageError("begin: a block was not finished");
    this.#at = 0;
    if (!this.#open) {
      this.#open = true;
      this.#room = spare ?? new Uint8Array(SMALLEST);
      spare = undefined;
    }
    const next = this.#next;
    if (next === undefined) return;
    const smallest = this.#smallest ?? next;
    this.#reserve(2 * INTEGER_BYTES);
    if (smallest < next) this.#resize(smallest);
    this.#resize(next);
    this.#next = this.#smallest = undefined;
  }

  /**
   * Writes a field. `neverIndexed` keeps its value out of all tables on the way.
   *
   * @throws TypeError for a character that is no byte; nothing was written then.
   * @throws UsageError outside of a block.
   */
  field(name: string, value: string, neverIndexed = false): void {
    if (!this.#open) throw new UsageError("field: no block was begun");
    const known = staticNames.get(name);
    if (known !== undefined && !neverIndexed) {
      const place = known.values.indexOf(value);
      if (place !== -1 && value !== "") return this.#reference(known.index + place);
    }
    const found = this.#table.find(name, value);
    if (found > 0 && !neverIndexed) return this.#reference(found);
    const rule = neverIndexed ? "never" : indexingOf(name);
    const nameIndex = known === undefined ? (found < 0 ? ~found : found) : known.index;
    const size = name.length + value.length + ENTRY_OVERHEAD;
    const enters = rule === "incremental" && size * 2 <= this.#table.maxBytes;
    const valueBytes = checked("value", value);
    const nameBytes = nameIndex === 0 ? checked("name", name) : 0;
    this.#reserve(name.length + value.length + 3 * INTEGER_BYTES);
    if (enters) this.#integer(nameIndex, 0x3f, 0x40);
    else this.#integer(nameIndex, 0x0f, rule === "never" ? 0x10 : 0);
    if (nameIndex === 0) this.#string(name, nameBytes);
    this.#string(value, valueBytes);
    if (enters) this.#table.add(name, value);
  }

  /** Ends the block. The bytes are good until another block begins, of whichever encoder. */
  finish(): Uint8Array {
    const room = this.#room;
    this.#open = false;
    this.#room = NOTHING;
    if (room.length <= KEPT_BYTES) spare = room;
    return room.subarray(0, this.#at);
  }

  #resize(bytes: number): void {
    this.#integer(bytes, 0x1f, 0x20);
    this.#table.resize(bytes);
    this.#table.generation++;
  }

  #reference(index: number): void {
    this.#reserve(INTEGER_BYTES);
    this.#integer(index, 0x7f, 0x80);
  }

  /** §5.1. */
  #integer(value: number, prefix: number, flags: number): void {
    const room = this.#room;
    if (value < prefix) {
      room[this.#at++] = flags | value;
      return;
    }
    room[this.#at++] = flags | prefix;
    let rest = value - prefix;
    for (; rest >= 128; rest = Math.floor(rest / 128)) room[this.#at++] = 0x80 | (rest % 128);
    room[this.#at++] = rest;
  }

  /** §5.2, in Huffman code where that is shorter. */
  #string(text: string, coded: number): void {
    if (coded < text.length) {
      this.#integer(coded, 0x7f, 0x80);
      this.#at = putHuffman(this.#room, this.#at, text);
    } else {
      this.#integer(text.length, 0x7f, 0);
      this.#at = putText(this.#room, this.#at, text);
    }
  }

  #reserve(count: number): void {
    const room = this.#room;
    if (this.#at + count <= room.length) return;
    let size = room.length * 2;
    while (size < this.#at + count) size *= 2;
    this.#room = new Uint8Array(size);
    putBlock(this.#room, 0, room.subarray(0, this.#at));
  }
}

/**
 * A whole block for a decoder that has read none before. Nothing enters a table that was not agreed.
 *
 * @throws TypeError for a character that is no byte.
 */
export function encodeBlock(
  fields: Iterable<readonly [name: string, value: string]>,
  options?: HpackOptions,
): Uint8Array {
  const encoder = new BlockEncoder(options);
  encoder.begin();
  for (const [name, value] of fields) encoder.field(name, value);
  return encoder.finish().slice();
}

const NOTHING: Uint8Array = /* @__PURE__ */ new Uint8Array(0);

function checked(what: string, text: string): number {
  const bytes = huffmanBytes(text);
  if (bytes === -1) throw new TypeError(`${what}: expected characters up to U+00FF`);
  return bytes;
}

function namesOf(table: typeof staticTable): Map<string, StaticName> {
  const names = new Map<string, StaticName>();
  for (const [place, [name, value]] of table.entries()) {
    const known = names.get(name);
    if (known === undefined) names.set(name, { index: place + 1, values: [value] });
    else known.values.push(value);
  }
  return names;
}
