// The dynamic table of a decoder (RFC 7541 §2.3.2, §4): a ring, the newest entry first. What is
// kept of an entry beside its text is the mark that its consumer gave it.

/** What an entry takes beside its text (§4.1). */
export const ENTRY_OVERHEAD = 32;

const SMALLEST_RING = 4;
/** Places of an entry: name, value, mark. */
const PLACES = 3;

export class DynamicTable {
  #ring: (string | number)[] = NOTHING;
  /** Entries that the ring has room for, a power of two, less one; -1 while there is none. */
  #mask = -1;
  /** The number of the newest entry in the ring. */
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
    return this.#ring[this.#placeOf(index)] as string;
  }

  valueAt(index: number): string {
    return this.#ring[this.#placeOf(index) + 1] as string;
  }

  markAt(index: number): number {
    return this.#ring[this.#placeOf(index) + 2] as number;
  }

  /** Adds an entry; one that is larger than the table empties it (§4.4). */
  add(name: string, value: string, mark: number): void {
    const size = name.length + value.length + ENTRY_OVERHEAD;
    this.#evict(this.#maxBytes - size);
    if (size > this.#maxBytes) return;
    if (this.#count > this.#mask) this.#grow();
    this.#newest = (this.#newest + 1) & this.#mask;
    this.#put(this.#newest * PLACES, name, value, mark);
    this.#count++;
    this.#bytes += size;
  }

  /** §4.3. */
  resize(maxBytes: number): void {
    this.#maxBytes = maxBytes;
    this.#evict(maxBytes);
  }

  clear(): void {
    this.#ring = NOTHING;
    this.#mask = -1;
    this.#newest = this.#count = this.#bytes = 0;
  }

  #placeOf(index: number): number {
    return ((this.#newest - index) & this.#mask) * PLACES;
  }

  #put(place: number, name: string, value: string, mark: number): void {
    const ring = this.#ring;
    ring[place] = name;
    ring[place + 1] = value;
    ring[place + 2] = mark;
  }

  /** Lets the oldest go until at most so many bytes are left. */
  #evict(atMost: number): void {
    if (atMost <= 0) {
      if (this.#count > 0) this.clear();
      return;
    }
    while (this.#bytes > atMost) {
      const oldest = this.#count - 1;
      this.#bytes -= this.nameAt(oldest).length + this.valueAt(oldest).length + ENTRY_OVERHEAD;
      this.#put(this.#placeOf(oldest), "", "", 0);
      this.#count--;
    }
  }

  #grow(): void {
    const count = this.#count;
    const size = Math.max(SMALLEST_RING, count * 2);
    const ring: (string | number)[] = [];
    for (let index = count - 1; index >= 0; index--)
      ring.push(this.nameAt(index), this.valueAt(index), this.markAt(index));
    for (let free = count; free < size; free++) ring.push("", "", 0);
    this.#ring = ring;
    this.#mask = size - 1;
    this.#newest = count - 1;
  }
}

const NOTHING: (string | number)[] = [];
