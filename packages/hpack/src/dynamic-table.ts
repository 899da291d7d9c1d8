// The dynamic table of a decoder (RFC 7541 §2.3.2, §4): a ring, the newest entry first. What is
// kept of an entry beside its text is the mark that its consumer gave it.

/** What an entry takes beside its text (§4.1). */
export const ENTRY_OVERHEAD = 32;

const SMALLEST_RING = 16;

export class DynamicTable {
  #names: string[] = [];
  #values: string[] = [];
  #marks: number[] = [];
  /** A power of two less one, or -1 while there is no ring. */
  #mask = -1;
  /** The place of the newest entry. */
  #newest = 0;
  #count = 0;
  #bytes = 0;
  #maxBytes: number;

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  /** Entries. */
  get count(): number {
    return this.#count;
  }

  /** The size of §4.1: the text of all entries, and 32 for each. */
  get bytes(): number {
    return this.#bytes;
  }

  get maxBytes(): number {
    return this.#maxBytes;
  }

  /** `index` counts from 0, the newest entry, and has to be below `count`. */
  nameAt(index: number): string {
    return this.#names[(this.#newest - index) & this.#mask] ?? "";
  }

  valueAt(index: number): string {
    return this.#values[(this.#newest - index) & this.#mask] ?? "";
  }

  markAt(index: number): number {
    return this.#marks[(this.#newest - index) & this.#mask] ?? 0;
  }

  /** Adds an entry; one that is larger than the table empties it (§4.4). */
  add(name: string, value: string, mark: number): void {
    const size = name.length + value.length + ENTRY_OVERHEAD;
    this.#evict(this.#maxBytes - size);
    if (size > this.#maxBytes) return;
    if (this.#count > this.#mask) this.#grow();
    const place = (this.#newest + 1) & this.#mask;
    this.#newest = place;
    this.#names[place] = name;
    this.#values[place] = value;
    this.#marks[place] = mark;
    this.#count++;
    this.#bytes += size;
  }

  /** §4.3. */
  resize(maxBytes: number): void {
    this.#maxBytes = maxBytes;
    this.#evict(maxBytes);
  }

  clear(): void {
    this.#names = [];
    this.#values = [];
    this.#marks = [];
    this.#mask = -1;
    this.#newest = this.#count = this.#bytes = 0;
  }

  /** Lets the oldest go until at most so many bytes are left. */
  #evict(atMost: number): void {
    if (atMost <= 0) {
      if (this.#count > 0) this.clear();
      return;
    }
    while (this.#bytes > atMost) {
      const place = (this.#newest - this.#count + 1) & this.#mask;
      const size = (this.#names[place]?.length ?? 0) + (this.#values[place]?.length ?? 0);
      this.#bytes -= size + ENTRY_OVERHEAD;
      this.#names[place] = this.#values[place] = "";
      this.#count--;
    }
  }

  #grow(): void {
    const count = this.#count;
    const size = Math.max(SMALLEST_RING, count * 2);
    const names = new Array<string>(size).fill("");
    const values = new Array<string>(size).fill("");
    const marks = new Array<number>(size).fill(0);
    for (let index = 0; index < count; index++) {
      const place = count - 1 - index;
      names[place] = this.nameAt(index);
      values[place] = this.valueAt(index);
      marks[place] = this.markAt(index);
    }
    this.#names = names;
    this.#values = values;
    this.#marks = marks;
    this.#mask = size - 1;
    this.#newest = count - 1;
  }
}
