// The bytes that were received and not read yet. A chunk stays the caller's while it is being
// read; what has to wait for more is copied into a buffer of our own, which grows with what
// arrives, at most doubling, and is dropped when it has been read.

const NOTHING: Uint8Array = /* @__PURE__ */ new Uint8Array(0);
const SMALLEST = 256;

/** Counts the states of all inputs. */
let states = 0;

export class Input {
  bytes: Uint8Array = NOTHING;
  at = 0;
  end = 0;
  /** The offset of `bytes[0]` in the whole input. */
  base = 0;
  /** Changes with what stands in `bytes`; no two inputs ever have the same. */
  state = 0;
  #own = false;
  #view: DataView | undefined;

  /** A view of `bytes`, for reading four of them at once. */
  get view(): DataView {
    const { bytes } = this;
    return (this.#view ??= new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength));
  }

  /** Bytes received and not read. */
  get unread(): number {
    return this.end - this.at;
  }

  /** The offset of the next byte in the whole input. */
  get offset(): number {
    return this.base + this.at;
  }

  /** The size of our own buffer: what is kept here while nothing is being read. */
  get kept(): number {
    return this.#own ? this.bytes.length : 0;
  }

  append(chunk: Uint8Array): void {
    this.state = ++states;
    if (this.at === this.end) {
      this.base += this.end;
      this.bytes = chunk;
      this.#view = undefined;
      this.at = 0;
      this.end = chunk.length;
      this.#own = false;
      return;
    }
    this.#reserve(chunk.length);
    this.bytes.set(chunk, this.end);
    this.end += chunk.length;
  }

  /** Copies what is unread into our own buffer, or lets go of everything if nothing is. */
  keep(): void {
    if (this.at === this.end) this.#release();
    else if (!this.#own) this.#reserve(0);
  }

  drop(): void {
    this.at = this.end;
    this.#release();
  }

  #release(): void {
    this.base += this.end;
    this.bytes = NOTHING;
    this.#view = undefined;
    this.at = this.end = 0;
    this.#own = false;
  }

  #reserve(more: number): void {
    const unread = this.end - this.at;
    if (this.#own && this.end + more <= this.bytes.length) return;
    // Never moved in place: events that were handed out may be views of what stands here.
    let size = SMALLEST;
    while (size < unread + more) size *= 2;
    const larger = new Uint8Array(size);
    larger.set(this.bytes.subarray(this.at, this.end));
    this.bytes = larger;
    this.state = ++states;
    this.#view = undefined;
    this.#own = true;
    this.base += this.at;
    this.at = 0;
    this.end = unread;
  }
}
