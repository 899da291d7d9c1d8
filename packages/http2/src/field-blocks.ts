// A field block over its frames (RFC 9113 §4.3, §6.2, §6.10). One that fits into a single frame is
// read where it stands; of others the fragments are put together, within bounds of bytes, of frames
// and of time, since nothing of them is a request before the last one came.

import type { Typed } from "./events.js";
import type { Session } from "./session.js";

const FIRST_BYTES = 1_024;

export class FieldBlocks<Head extends Typed> {
  readonly #session: Session<Head>;
  readonly #maxBytes: number;
  /** The stream whose block is not complete, or 0. */
  stream = 0;
  endsStream = false;
  dependsOnItself = false;
  /** Where the block begins in the whole input. */
  offset = 0;
  /** When the block has to be complete. */
  deadline: number | undefined;
  #bytes: Uint8Array = NOTHING;
  #length = 0;
  #frames = 0;

  constructor(session: Session<Head>) {
    this.#session = session;
    const { maxHeaderListBytes, headerFragmentMultiplierRatio } = session.limits;
    this.#maxBytes = maxHeaderListBytes * headerFragmentMultiplierRatio;
  }

  /** The block that is complete. */
  get bytes(): Uint8Array {
    return this.#bytes;
  }

  get length(): number {
    return this.#length;
  }

  /** A block of more than one frame. */
  begin(stream: number, endsStream: boolean, dependsOnItself: boolean, offset: number): void {
    this.stream = stream;
    this.endsStream = endsStream;
    this.dependsOnItself = dependsOnItself;
    this.offset = offset;
    this.#frames = -1;
    this.deadline = this.#session.now + this.#session.limits.continuationTimeoutMs;
  }

  /** The next fragment; false if the connection ended by it. */
  add(bytes: Uint8Array, start: number, end: number, isLast: boolean): boolean {
    const session = this.#session;
    const count = end - start;
    const { maxContinuationCount } = session.limits;
    if (++this.#frames > maxContinuationCount) {
      session.end("http2.continuation.flood", {
        name: "maxContinuationCount",
        max: maxContinuationCount,
        observed: this.#frames,
      });
      return false;
    }
    if (this.#length + count > this.#maxBytes) {
      session.end("http2.continuation.flood", {
        name: "headerFragmentMultiplierRatio",
        max: this.#maxBytes,
        observed: this.#length + count,
      });
      return false;
    }
    if (count === 0 && !isLast && !session.charge("empty")) return false;
    return this.#append(bytes, start, end);
  }

  /** The block was read, or never will be. */
  clear(): void {
    if (!this.#session.isOver) this.#session.ledger.release(this.#bytes.length, 0);
    this.#bytes = NOTHING;
    this.#length = this.stream = 0;
    this.deadline = undefined;
  }

  #append(bytes: Uint8Array, start: number, end: number): boolean {
    const needed = this.#length + end - start;
    if (needed > this.#bytes.length) {
      let size = Math.max(FIRST_BYTES, this.#bytes.length * 2);
      while (size < needed) size *= 2;
      const { ledger } = this.#session;
      const hit = ledger.charge(size - this.#bytes.length, 0);
      if (hit !== undefined) {
        this.#session.end("http2.retained.bytes", hit);
        return false;
      }
      const larger = new Uint8Array(size);
      larger.set(this.#bytes.subarray(0, this.#length));
      this.#bytes = larger;
    }
    this.#bytes.set(bytes.subarray(start, end), this.#length);
    this.#length = needed;
    return true;
  }
}

const NOTHING: Uint8Array = /* @__PURE__ */ new Uint8Array(0);
