// One content for many readers. Pieces are held once, for the slowest reader, and no more of them
// than a bound: the slowest sets the pace, and one that holds the others up for too long is dropped.
// Memory does not grow with the number of readers beyond a small record for each.

import { objectOverheadBytes, UsageError } from "@wirewall/limits";
import { ClientError } from "./errors.js";
import { limits as limitsTable, type ClientLimitName } from "./limits.js";

export type FanOutLimits = {
  readonly [
    K in Extract<
      ClientLimitName,
      "maxFanOutBytes" | "maxFanOutReaderCount" | "fanOutStallTimeoutMs"
    >
  ]: number;
};

type Read = IteratorResult<Uint8Array, undefined>;

interface Piece {
  readonly bytes: Uint8Array;
  /** Readers that have not taken it. */
  due: number;
}

export class FanOut {
  readonly #source: AsyncIterator<Uint8Array>;
  readonly #limits: FanOutLimits;
  readonly #readers: Set<Reader> = new Set();
  /** Pieces that a reader has still to take; the first has the number `#base`. */
  #window: Piece[] = [];
  #base = 0;
  #held = 0;
  #begun = false;
  #pulling = false;
  #over = false;
  #error: unknown;
  #failed = false;
  #timer: NodeJS.Timeout | undefined;

  constructor(source: AsyncIterable<Uint8Array>, limits: FanOutLimits = limitsTable.resolve()) {
    this.#source = source[Symbol.asyncIterator]();
    this.#limits = limits;
  }

  /** Bytes held now, with a charge for each piece. */
  get held(): number {
    return this.#held;
  }

  get readerCount(): number {
    return this.#readers.size;
  }

  /**
   * Adds a reader. All readers see the whole content.
   *
   * @throws UsageError once one of them has begun to read.
   * @throws ClientError if there are too many.
   */
  reader(): AsyncIterableIterator<Uint8Array> {
    if (this.#begun) throw new UsageError("readers have to be added before the first one reads");
    if (this.#readers.size >= this.#limits.maxFanOutReaderCount)
      throw new ClientError("client.fan-out.readers");
    const reader = new Reader(this);
    this.#readers.add(reader);
    return reader;
  }

  /** @internal Serves the reader now, or when there is something. */
  serve(reader: Reader): void {
    this.#begun = true;
    const place = reader.position - this.#base;
    const piece = this.#window[place];
    if (piece !== undefined) {
      reader.position++;
      piece.due--;
      this.#trim();
      reader.settle({ value: piece.bytes, done: false });
    } else if (this.#failed) this.#leave(reader, () => reader.fail(this.#error));
    else if (this.#over) this.#leave(reader, () => reader.settle({ value: undefined, done: true }));
    else this.#pull();
  }

  /** @internal The reader takes nothing more. */
  leave(reader: Reader): void {
    this.#leave(reader, () => {});
  }

  #leave(reader: Reader, then: () => void): void {
    if (this.#readers.delete(reader)) {
      for (let at = Math.max(0, reader.position - this.#base); at < this.#window.length; at++) {
        const piece = this.#window[at];
        if (piece !== undefined) piece.due--;
      }
      this.#trim();
    }
    then();
    if (this.#readers.size === 0) this.#stop();
  }

  /** Drops what everybody has, and goes on if somebody waits. */
  #trim(): void {
    let taken = 0;
    while (this.#window[taken]?.due === 0) {
      this.#held -= costOf(this.#window[taken]);
      taken++;
    }
    if (taken === 0) return;
    this.#window.splice(0, taken);
    this.#base += taken;
    this.#calm();
    for (const reader of this.#readers)
      if (reader.waiting) {
        this.#pull();
        return;
      }
  }

  #pull(): void {
    if (this.#pulling || this.#over || this.#failed) return;
    if (this.#window.length > 0 && this.#held >= this.#limits.maxFanOutBytes) {
      this.#timer ??= setTimeout(() => this.#dropSlowest(), this.#limits.fanOutStallTimeoutMs);
      return;
    }
    this.#pulling = true;
    this.#source.next().then(
      (read) => this.#arrived(read),
      (error: unknown) => {
        this.#pulling = false;
        this.#failed = true;
        this.#error = error;
        this.#wake();
      },
    );
  }

  #arrived(read: IteratorResult<Uint8Array, unknown>): void {
    this.#pulling = false;
    if (read.done === true) this.#over = true;
    else if (this.#readers.size > 0 && read.value.length > 0) {
      const piece = { bytes: read.value, due: this.#readers.size };
      this.#window.push(piece);
      this.#held += costOf(piece);
    }
    this.#wake();
  }

  #wake(): void {
    for (const reader of this.#readers) if (reader.waiting) this.serve(reader);
  }

  #dropSlowest(): void {
    this.#timer = undefined;
    for (const reader of this.#readers)
      if (reader.position === this.#base && !reader.waiting)
        this.#leave(reader, () => reader.fail(new ClientError("client.fan-out.stalled")));
  }

  #calm(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  /** Nobody reads any more. */
  #stop(): void {
    this.#calm();
    this.#window = [];
    this.#held = 0;
    if (this.#over || this.#failed) return;
    this.#over = true;
    this.#source.return?.().catch(() => {});
  }
}

class Reader implements AsyncIterableIterator<Uint8Array> {
  readonly #fanOut: FanOut;
  position = 0;
  #pending:
    | { readonly resolve: (read: Read) => void; readonly reject: (error: unknown) => void }
    | undefined;
  #ended = false;
  #error: unknown;
  #failed = false;

  constructor(fanOut: FanOut) {
    this.#fanOut = fanOut;
  }

  get waiting(): boolean {
    return this.#pending !== undefined;
  }

  next(): Promise<Read> {
    if (this.#failed) return Promise.reject(this.#error);
    if (this.#ended) return Promise.resolve({ value: undefined, done: true });
    if (this.#pending !== undefined)
      return Promise.reject(new UsageError("a read is pending already"));
    return new Promise((resolve, reject) => {
      this.#pending = { resolve, reject };
      this.#fanOut.serve(this);
    });
  }

  return(): Promise<Read> {
    this.settle({ value: undefined, done: true });
    this.#fanOut.leave(this);
    return Promise.resolve({ value: undefined, done: true });
  }

  settle(read: Read): void {
    if (read.done === true) this.#ended = true;
    const pending = this.#pending;
    this.#pending = undefined;
    pending?.resolve(read);
  }

  fail(error: unknown): void {
    this.#failed = true;
    this.#error = error;
    const pending = this.#pending;
    this.#pending = undefined;
    pending?.reject(error);
  }

  [Symbol.asyncIterator](): this {
    return this;
  }
}

function costOf(piece: Piece | undefined): number {
  return piece === undefined ? 0 : piece.bytes.length + objectOverheadBytes;
}
