// Lists of fields that are sent again and again, as handlers do with constant ones, are judged and
// written once. A list that was changed meanwhile is noticed: every line of it is compared.

import type { Fields } from "@wirewall/fields";

/** The lines of a list as they were written, every byte of them judged. */
export class FieldBlock {
  readonly bytes: Uint8Array;
  readonly longestNameBytes: number;
  #line: Uint8Array | undefined;
  #withLine: Uint8Array | undefined;
  /** Names at even places, values at odd ones. */
  readonly #flat: readonly string[];

  constructor(fields: Fields, bytes: Uint8Array) {
    const flat: string[] = [];
    let longest = 0;
    for (let line = 0; line < fields.size; line++) {
      const name = fields.nameAt(line);
      flat.push(name, fields.valueAt(line));
      if (name.length > longest) longest = name.length;
    }
    this.#flat = flat;
    this.bytes = bytes;
    this.longestNameBytes = longest;
  }

  /** The lines after that start line, once it came twice in a row. */
  after(line: Uint8Array): Uint8Array | undefined {
    if (line !== this.#line) {
      this.#line = line;
      this.#withLine = undefined;
      return undefined;
    }
    if (this.#withLine === undefined) {
      this.#withLine = new Uint8Array(line.length + this.bytes.length);
      this.#withLine.set(line);
      this.#withLine.set(this.bytes, line.length);
    }
    return this.#withLine;
  }

  /** Whether the list still says what was written. */
  fits(fields: Fields): boolean {
    const flat = this.#flat;
    const { size } = fields;
    if (size * 2 !== flat.length) return false;
    for (let line = 0; line < size; line++)
      if (fields.nameAt(line) !== flat[line * 2] || fields.valueAt(line) !== flat[line * 2 + 1])
        return false;
    return true;
  }
}

const blocks: WeakMap<Fields, FieldBlock> = /* @__PURE__ */ new WeakMap();

/** The list that was written last: one that comes twice in a row may come again. */
let last: Fields | undefined;

export function blockOf(fields: Fields): FieldBlock | undefined {
  const block = blocks.get(fields);
  return block?.fits(fields) === true ? block : undefined;
}

/** Takes note of lines that were judged and written from `start` to `end`. */
export function noteBlock(fields: Fields, room: Uint8Array, start: number, end: number): void {
  if (fields === last) blocks.set(fields, new FieldBlock(fields, room.slice(start, end)));
  last = fields;
}
