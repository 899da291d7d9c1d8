// The last bytes of an input of any length, so that the place of a refusal can be shown.

/** A ring over the newest `size` bytes of a stream; offsets count from the start of the stream. */
export class RecentBytes {
  readonly #ring: Uint8Array;
  #end = 0;

  constructor(size: number) {
    this.#ring = new Uint8Array(size);
  }

  /** Bytes seen so far. */
  get end(): number {
    return this.#end;
  }

  push(chunk: Uint8Array): void {
    const size = this.#ring.length;
    const kept = chunk.length > size ? chunk.subarray(chunk.length - size) : chunk;
    const at = (this.#end + chunk.length - kept.length) % size;
    const first = Math.min(kept.length, size - at);
    this.#ring.set(kept.subarray(0, first), at);
    this.#ring.set(kept.subarray(first), 0);
    this.#end += chunk.length;
  }

  /** The byte at that offset; undefined if it has not come yet or is no longer kept. */
  at(offset: number): number | undefined {
    if (offset < 0 || offset >= this.#end || offset < this.#end - this.#ring.length)
      return undefined;
    return this.#ring[offset % this.#ring.length];
  }
}
