// Fields are an ordered list of names and values with Map-like reading (RFC 9110 §5.2, §5.3).
// No wire string is ever a key of an object, and repeated lines are never joined.

import { fieldName, fieldValue, type FieldName, type FieldValue } from "./grammar.js";

/** The list that `Fields.adopt` hands to the constructor; set only during that call. */
let adopting: (FieldName | FieldValue)[] | undefined;

/** An ordered list of field lines. Names are lower case. */
export class Fields implements Iterable<readonly [FieldName, FieldValue]> {
  /** Names at even places, values at odd ones. */
  #flat: (FieldName | FieldValue)[];

  /**
   * Builds a list from pairs of names and values, or from another list.
   *
   * @throws TypeError if a name is not a token or a value not a field value.
   */
  constructor(lines?: Iterable<readonly [name: string, value: string]>) {
    if (adopting !== undefined) {
      this.#flat = adopting;
      return;
    }
    this.#flat = [];
    if (lines === undefined) return;
    if (lines instanceof Fields) this.#flat = lines.#flat.slice();
    else for (const [name, value] of lines) this.#flat.push(fieldName(name), fieldValue(value));
  }

  /**
   * Takes over a flat list (name, value, name, value …) that has been validated already, as a
   * decoder has. Nothing is checked again here; encoders check what they write.
   */
  static adopt(flat: (FieldName | FieldValue)[]): Fields {
    adopting = flat;
    const fields = new Fields();
    adopting = undefined;
    return fields;
  }

  /** The number of field lines. */
  get size(): number {
    return this.#flat.length >>> 1;
  }

  /**
   * The name of the line at `index`.
   *
   * @throws RangeError unless `index` is a whole number below `size`; `valueAt` does the same.
   */
  nameAt(index: number): FieldName {
    return this.#at(index, 0) as FieldName;
  }

  /** The value of the line at `index`. */
  valueAt(index: number): FieldValue {
    return this.#at(index, 1) as FieldValue;
  }

  has(name: string): boolean {
    return this.#find(name.toLowerCase(), 0) !== -1;
  }

  /** The value of the first line of that name, or undefined. */
  get(name: string): FieldValue | undefined {
    const place = this.#find(name.toLowerCase(), 0);
    return place === -1 ? undefined : (this.#flat[place + 1] as FieldValue);
  }

  /** The values of all lines of that name, in order. */
  getAll(name: string): FieldValue[] {
    const wanted = name.toLowerCase();
    const values: FieldValue[] = [];
    for (let at = this.#find(wanted, 0); at !== -1; at = this.#find(wanted, at + 2))
      values.push(this.#flat[at + 1] as FieldValue);
    return values;
  }

  /** Adds a line at the end. */
  append(name: FieldName, value: FieldValue): this {
    this.#flat.push(name, value);
    return this;
  }

  /** Replaces all lines of that name by one at the end. */
  set(name: FieldName, value: FieldValue): this {
    this.delete(name);
    return this.append(name, value);
  }

  /** Removes all lines of that name; true if there were any. */
  delete(name: string): boolean {
    const wanted = name.toLowerCase();
    const before = this.#flat;
    if (this.#find(wanted, 0) === -1) return false;
    this.#flat = before.filter((_, place) => before[place & ~1] !== wanted);
    return true;
  }

  /** The lines as they are when the iteration begins, whatever is removed or added during it. */
  *[Symbol.iterator](): Iterator<readonly [FieldName, FieldValue]> {
    const flat = this.#flat;
    const { length } = flat;
    for (let at = 0; at < length; at += 2)
      yield [flat[at] as FieldName, flat[at + 1] as FieldValue];
  }

  #find(name: string, from: number): number {
    const flat = this.#flat;
    for (let at = from; at < flat.length; at += 2) if (flat[at] === name) return at;
    return -1;
  }

  #at(index: number, part: 0 | 1): FieldName | FieldValue {
    const text = index >>> 0 === index ? this.#flat[index * 2 + part] : undefined;
    if (text === undefined) throw new RangeError("index: expected a whole number below size");
    return text;
  }
}
