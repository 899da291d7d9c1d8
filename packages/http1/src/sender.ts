// The sending half of a connection: one message at a time, whose content is counted against what
// its head declared (RFC 9110 §8.6), and a queue with a bound.

import { Output } from "@wirewall/bytes";
import type { Fields } from "@wirewall/fields";
import { UsageError, type Ledger, type LimitHit } from "@wirewall/limits";
import { writeChunkSize, writeCrlf, writeLastChunk } from "./encode.js";
import type { Http1Limits } from "./limits.js";

/** How the end of outgoing content is shown. `absent` means that none may be sent. */
export type OutgoingFraming = "absent" | "length" | "chunked" | "until-close";

export class Sender {
  readonly output: Output = new Output();
  readonly #limits: Http1Limits;
  readonly #ledger: Ledger;
  #framing: OutgoingFraming | undefined;
  #left = 0;
  #charged = 0;
  #stalledSince: number | undefined;

  constructor(limits: Http1Limits, ledger: Ledger) {
    this.#limits = limits;
    this.#ledger = ledger;
  }

  /** A message was begun and not ended. */
  get busy(): boolean {
    return this.#framing !== undefined;
  }

  /** Output is queued, or is not known to have left. */
  get pending(): boolean {
    return this.output.queued > 0 || this.output.inFlight > 0;
  }

  /** A head was queued; its content, if any, is due. */
  begin(framing: OutgoingFraming, length: number): void {
    this.#framing = framing;
    this.#left = framing === "length" ? length : 0;
  }

  /** The message that is being sent can have no content. */
  get bare(): boolean {
    return this.#framing === "absent";
  }

  /** Queues the whole content of a message with a declared length: text that is known to be ASCII. */
  ascii(text: string): void {
    if (this.#framing !== "length" || text.length !== this.#left)
      throw new UsageError("no content of this length was declared");
    this.output.addText(text);
    this.#left = 0;
  }

  /**
   * Queues content. False asks the caller to wait until the output was taken.
   *
   * @throws RangeError for more than was declared, TypeError where no content may be.
   * @throws UsageError if no message is being sent, or the queue was full already.
   */
  content(bytes: Uint8Array): boolean {
    if (this.#framing === undefined) throw new UsageError("no message is being sent");
    if (!(bytes instanceof Uint8Array)) throw new TypeError("content: expected a Uint8Array");
    if (this.output.queued >= this.#limits.maxQueuedOutputBytes)
      throw new UsageError("the output queue is full: wait until it was taken");
    if (bytes.length === 0) return true;
    if (this.#framing === "absent") throw new TypeError("content: this message has none");
    if (this.#framing === "length") {
      if (bytes.length > this.#left)
        throw new RangeError("content: more bytes than the head declared");
      this.#left -= bytes.length;
    }
    if (this.#framing === "chunked") {
      writeChunkSize(this.output, bytes.length);
      this.output.add(bytes);
      writeCrlf(this.output);
    } else this.output.add(bytes);
    return this.output.queued < this.#limits.maxQueuedOutputBytes;
  }

  /**
   * Ends the message.
   *
   * @throws RangeError for fewer bytes than declared, TypeError for trailers without chunked coding.
   */
  end(trailers?: Fields): void {
    if (this.#framing === undefined) throw new UsageError("no message is being sent");
    if (this.#left > 0) throw new RangeError("content: fewer bytes than the head declared");
    const hasTrailers = trailers !== undefined && trailers.size > 0;
    if (this.#framing === "chunked") writeLastChunk(this.output, trailers, this.#limits);
    else if (hasTrailers) throw new TypeError("trailers: only chunked content can have them");
    this.#framing = undefined;
  }

  /** The message will not be completed. */
  abandon(): void {
    this.#framing = undefined;
  }

  take(now: number | undefined): Uint8Array | undefined {
    const piece = this.output.take();
    if (piece !== undefined) this.#stalledSince = now;
    return piece;
  }

  takeText(now: number | undefined): string | undefined {
    const text = this.output.takeText();
    if (text !== undefined) this.#stalledSince = now;
    return text;
  }

  /** What was taken has left, at `now`. */
  sent(now: number | undefined): void {
    this.output.sent();
    this.#stalledSince = this.output.queued === 0 ? undefined : now;
    this.settle();
  }

  /** When output that does not leave has to be given up. */
  get deadline(): number | undefined {
    if (!this.pending || this.#stalledSince === undefined) return undefined;
    return this.#stalledSince + this.#limits.writeStallTimeoutMs;
  }

  /**
   * Brings the ledger up to date; a hit means that the queue may not be kept. One piece that alone
   * is larger than the queue's bound is the application's own memory and not charged.
   */
  settle(): LimitHit | undefined {
    const held = this.output.queued + this.output.inFlight;
    const due = held > 2 * this.#limits.maxQueuedOutputBytes ? 0 : held;
    if (due === this.#charged) return undefined;
    this.#ledger.release(this.#charged, 0);
    this.#charged = 0;
    const hit = this.#ledger.charge(due, 0);
    if (hit === undefined) this.#charged = due;
    return hit;
  }

  drop(): void {
    this.output.drop();
    this.#framing = undefined;
    this.#stalledSince = undefined;
    this.settle();
  }
}
