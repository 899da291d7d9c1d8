// What is queued for the peer. Small writes are put side by side into a slab, so that everything
// said in one turn leaves in one write; large content is passed on by reference, never copied.
// Text stays text for as long as nothing but text is queued: a driver may write it as it is.

import { putText } from "./put.js";

/** The slab that all connections share; each byte of it is written once and handed out once. */
const SLAB_BYTES = 16_384;
/** Longest piece handed out at once, so that a slow peer shows progress. */
const PIECE_BYTES = 65_536;
/** Content from here on is kept by reference. */
const REFERENCE_BYTES = 4_096;

let slab = new Uint8Array(0);
let slabUsed = 0;

export class Output {
  /** Complete pieces, in order, before the open one. */
  #pieces: Uint8Array[] | undefined;
  #open: Uint8Array | undefined;
  /** Text that is queued behind the pieces; nothing is open then. */
  #text = "";
  #from = 0;
  #to = 0;
  #queued = 0;
  #inFlight = 0;

  /** Bytes that were not taken yet. */
  get queued(): number {
    return this.#queued;
  }

  /** Bytes that were taken and are not known to have left. */
  get inFlight(): number {
    return this.#inFlight;
  }

  /** Room for `count` bytes at the end; write from `place` on, then `commit`. */
  reserve(count: number): Uint8Array {
    if (this.#text !== "") this.#write(count);
    const open = this.#open;
    // A slab that was replaced is not ours behind `#to`: others may have written there since.
    if (open === slab && this.#to === slabUsed && slabUsed + count <= slab.length) return open;
    this.#close();
    if (count > SLAB_BYTES / 2) {
      this.#from = this.#to = 0;
      return (this.#open = new Uint8Array(count));
    }
    if (slabUsed + count > slab.length) {
      slab = new Uint8Array(SLAB_BYTES);
      slabUsed = 0;
    }
    this.#from = this.#to = slabUsed;
    return (this.#open = slab);
  }

  get place(): number {
    return this.#to;
  }

  /** Says that the reserved bytes were written up to `end`. */
  commit(end: number): void {
    this.#queued += end - this.#to;
    this.#to = end;
    if (this.#open === slab) slabUsed = end;
  }

  /** Queues content: a copy if it is small, else the bytes themselves, which must not change. */
  add(bytes: Uint8Array): void {
    const count = bytes.length;
    if (count === 0) return;
    if (count < REFERENCE_BYTES) {
      const room = this.reserve(count);
      room.set(bytes, this.#to);
      this.commit(this.#to + count);
      return;
    }
    if (this.#text !== "") this.#write(0);
    this.#close();
    (this.#pieces ??= []).push(bytes);
    this.#queued += count;
  }

  /** Queues text whose characters are bytes: U+0000 to U+00FF, which the caller knows. */
  addText(text: string): void {
    const count = text.length;
    if (this.#text.length + count > SLAB_BYTES) this.#write(0);
    if (this.#open === undefined) {
      this.#text += text;
      this.#queued += count;
    } else this.commit(putText(this.reserve(count), this.#to, text));
  }

  /** The next piece to write, or undefined if nothing is queued. */
  take(): Uint8Array | undefined {
    if (this.#queued === 0) return undefined;
    const piece = this.#pieces === undefined ? this.#takeOpen() : this.#takePiece(this.#pieces);
    this.#queued -= piece.length;
    this.#inFlight += piece.length;
    return piece;
  }

  /**
   * The next piece as text, one character per byte, if it is text; otherwise undefined, and nothing
   * is taken. `take` hands out the same as bytes.
   */
  takeText(): string | undefined {
    const text = this.#text;
    if (text === "" || this.#pieces !== undefined) return undefined;
    this.#text = "";
    this.#queued -= text.length;
    this.#inFlight += text.length;
    return text;
  }

  /** What was taken has left. */
  sent(): void {
    this.#inFlight = 0;
  }

  drop(): void {
    this.#pieces = this.#open = undefined;
    this.#text = "";
    this.#queued = this.#inFlight = this.#from = this.#to = 0;
  }

  #takeOpen(): Uint8Array {
    if (this.#text !== "") this.#write(0);
    const piece = (this.#open ?? slab).subarray(this.#from, this.#to);
    this.#open = undefined;
    this.#from = this.#to = 0;
    return piece;
  }

  #takePiece(pieces: Uint8Array[]): Uint8Array {
    const [first] = pieces;
    if (first === undefined) {
      this.#pieces = undefined;
      return this.#takeOpen();
    }
    if (first.length > PIECE_BYTES) {
      pieces[0] = first.subarray(PIECE_BYTES);
      return first.subarray(0, PIECE_BYTES);
    }
    pieces.shift();
    if (pieces.length === 0) this.#pieces = undefined;
    return first;
  }

  /** Turns the text into bytes, with room for more behind them. */
  #write(more: number): void {
    const text = this.#text;
    this.#text = "";
    this.#queued -= text.length;
    this.commit(putText(this.reserve(text.length + more), this.#to, text));
  }

  #close(): void {
    if (this.#open !== undefined && this.#to > this.#from)
      (this.#pieces ??= []).push(this.#open.subarray(this.#from, this.#to));
    this.#open = undefined;
    this.#from = this.#to = 0;
  }
}
