// The dynamic table of an encoder (RFC 7541 §2.3.2, §4). Entries of one name hang together, newest
// first, and what is evicted leaves no trace: nothing here grows with names that were sent.

import { ENTRY_OVERHEAD } from "./dynamic-table.js";
import { STATIC_COUNT } from "./static-table.js";

/** How many entries of one name are compared with a value. */
const MOST_COMPARED = 16;

class Entry {
  readonly name: string;
  readonly value: string;
  /** Counts the entries that were ever added. */
  readonly number: number;
  /** The neighbours of the same name. */
  older: Entry | undefined;
  newer: Entry | undefined;
  /** The entry of any name that was added after this one. */
  next: Entry | undefined;

  constructor(name: string, value: string, number: number, older: Entry | undefined) {
    this.name = name;
    this.value = value;
    this.number = number;
    this.older = older;
  }
}

export class EncoderTable {
  readonly #byName: Map<string, Entry> = new Map();
  #oldest: Entry | undefined;
  #newest: Entry | undefined;
  #added = 0;
  #bytes = 0;
  #maxBytes: number;
  /** Rises with whatever changes what an index means. */
  generation = 0;

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  get maxBytes(): number {
    return this.#maxBytes;
  }

  get bytes(): number {
    return this.#bytes;
  }

  /** The index of the field, the complement of an index of its name, or 0. */
  find(name: string, value: string): number {
    const newest = this.#byName.get(name);
    if (newest === undefined) return 0;
    let entry: Entry | undefined = newest;
    for (let compared = 0; entry !== undefined && compared < MOST_COMPARED; compared++) {
      if (entry.value === value) return this.#indexOf(entry);
      entry = entry.older;
    }
    return ~this.#indexOf(newest);
  }

  /** Adds a field that fits into the table. */
  add(name: string, value: string): void {
    const size = name.length + value.length + ENTRY_OVERHEAD;
    this.#evict(this.#maxBytes - size);
    this.generation++;
    const older = this.#byName.get(name);
    const entry = new Entry(name, value, this.#added++, older);
    if (older !== undefined) older.newer = entry;
    this.#byName.set(name, entry);
    if (this.#newest === undefined) this.#oldest = entry;
    else this.#newest.next = entry;
    this.#newest = entry;
    this.#bytes += size;
  }

  resize(maxBytes: number): void {
    this.#maxBytes = maxBytes;
    this.#evict(maxBytes);
  }

  #indexOf(entry: Entry): number {
    return STATIC_COUNT + this.#added - entry.number;
  }

  #evict(atMost: number): void {
    while (this.#bytes > atMost) {
      const entry = this.#oldest;
      if (entry === undefined) break;
      this.#oldest = entry.next;
      if (entry.next === undefined) this.#newest = undefined;
      this.generation++;
      this.#bytes -= entry.name.length + entry.value.length + ENTRY_OVERHEAD;
      if (entry.newer === undefined) this.#byName.delete(entry.name);
      else entry.newer.older = undefined;
    }
  }
}
