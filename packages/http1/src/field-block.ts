// Lists of fields that are sent again and again, as handlers do with constant ones, are judged and
// written once. A list that was changed meanwhile is noticed: every line of it is compared.

import type { Fields } from "@wirewall/fields";

/** The lines of a list as they were written, every character of them judged. */
export class FieldBlock {
  readonly text: string;
  readonly longestNameBytes: number;
  #line = "";
  #end = "";
  #head = "";
  /** Names at even places, values at odd ones. */
  readonly #flat: readonly string[];

  constructor(fields: Fields) {
    const flat: string[] = [];
    let text = "";
    let longest = 0;
    for (let line = 0; line < fields.size; line++) {
      const name = fields.nameAt(line);
      const value = fields.valueAt(line);
      flat.push(name, value);
      text += `${name}: ${value}\r\n`;
      if (name.length > longest) longest = name.length;
    }
    this.#flat = flat;
    this.text = text;
    this.longestNameBytes = longest;
  }

  /** The lines between that start line and that end; the same string as long as both are the same. */
  between(line: string, end: string): string {
    if (line !== this.#line || end !== this.#end) {
      this.#line = line;
      this.#end = end;
      this.#head = `${line}${this.text}${end}`;
    }
    return this.#head;
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

/** Takes note of lines that were judged and written. */
export function noteBlock(fields: Fields): void {
  if (fields === last) blocks.set(fields, new FieldBlock(fields));
  last = fields;
}
