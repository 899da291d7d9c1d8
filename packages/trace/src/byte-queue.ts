// Bytes as they come, and as they are needed.

export class ByteQueue {
  #chunks: Uint8Array[] = [];
  #length = 0;
  /** Bytes that were taken before those that are here. */
  #taken = 0;

  get length(): number {
    return this.#length;
  }

  get taken(): number {
    return this.#taken;
  }

  /** They are kept as long as they are needed, and must not change until then. */
  push(chunk: Uint8Array): void {
    if (chunk.length === 0) return;
    this.#chunks.push(chunk);
    this.#length += chunk.length;
  }

  clear(): void {
    this.#chunks = [];
    this.#length = 0;
  }

  /** At most as many as there are. */
  take(count: number): Uint8Array {
    this.#taken += count;
    this.#length -= count;
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
