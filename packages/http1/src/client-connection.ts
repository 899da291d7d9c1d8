// The client's side of a connection (RFC 9112 §9): requests out, responses matched to them in
// order. Whatever raises a doubt about that order, or about where a message ends, makes the
// connection one that is never used again.

import type { Fields } from "@wirewall/fields";
import { UsageError, type Decoder, type Ledger } from "@wirewall/limits";
import { writeRequestHead, type OutgoingRequest } from "./encode.js";
import type { ClientEvent } from "./events.js";
import { limits as limitsTable, type Http1Limits } from "./limits.js";
import { connectionLedger, type Http1Options } from "./options.js";
import { hasConnectionOption } from "./plan-response.js";
import { ResponseDecoder } from "./response-decoder.js";
import { Sender } from "./sender.js";
import type { ClientState } from "./states.js";
import { closeReply, isViolation, refuse, type Http1Violation } from "./violations.js";

export class ClientConnection implements Decoder<ClientEvent> {
  readonly #decoder: ResponseDecoder;
  readonly #sender: Sender;
  readonly #ledger: Ledger;
  #state: ClientState = "open";
  /** No request may follow those that are open. */
  #doubtful = false;
  #ended = false;
  /** The last request asked for another protocol. */
  #switching = false;
  #pending: Http1Violation | undefined;
  #received = 0;
  #now: number | undefined;

  constructor(options: Http1Options = {}) {
    const limits = limitsTable.resolve(options.limits, options.preset);
    this.#ledger = connectionLedger(limits, options.ledger);
    this.#decoder = new ResponseDecoder({ ...options, limits, ledger: this.#ledger });
    this.#sender = new Sender(limits, this.#ledger);
    this.#now = options.now;
  }

  get limits(): Http1Limits {
    return this.#decoder.limits;
  }

  get state(): ClientState {
    return this.#state;
  }

  /** No request is open: none is being sent, and every response is complete. */
  get idle(): boolean {
    return !this.#sender.busy && this.#decoder.expected === 0;
  }

  /** Idle, and nothing is in doubt: another request may be sent (RFC 9112 §9.3). */
  get reusable(): boolean {
    return (
      this.#state === "open" &&
      this.idle &&
      !this.#doubtful &&
      this.#decoder.keepAlive &&
      this.#decoder.unread === 0
    );
  }

  /** False while input should be left unread: what is here of it was not asked for yet. */
  get wantsInput(): boolean {
    return this.#state === "open" && this.#decoder.unread === 0;
  }

  get queuedBytes(): number {
    return this.#sender.output.queued;
  }

  get retained(): number {
    return this.#ledger.retained;
  }

  receive(chunk: Uint8Array, now?: number): void {
    this.#tell(now);
    if (this.#state !== "open") return;
    this.#received += chunk.length;
    this.#decoder.receive(chunk, now);
  }

  next(now?: number): ClientEvent | Http1Violation | undefined {
    this.#tell(now);
    const pending = this.#pending;
    if (pending !== undefined) {
      this.#pending = undefined;
      return pending;
    }
    if (this.#state !== "open") return undefined;
    const event = this.#decoder.next(now);
    if (event === undefined) {
      if (this.#ended && !this.#sender.busy) this.#close();
      return undefined;
    }
    if (isViolation(event)) this.#close();
    else if (event.type === "tunnel") {
      this.#state = "tunnel";
      this.#sender.abandon();
    } else if (event.type === "response-head" && this.#sender.busy) {
      // §9.3: a final response before the end of the request leaves its content in doubt.
      this.#doubtful = true;
    }
    return event;
  }

  /**
   * No more bytes will come. Where a request is open and no byte of its response came, there is
   * nothing to refuse: the connection is closed and not idle, and the request may be sent again.
   */
  end(now?: number): void {
    this.#tell(now);
    this.#doubtful = this.#ended = true;
    this.#decoder.end(now);
  }

  get deadline(): number | undefined {
    if (this.#state !== "open") return undefined;
    const output = this.#sender.deadline;
    const sending = this.#sender.busy || this.#sender.pending;
    const input = sending && !this.#decoder.inMessage ? undefined : this.#decoder.deadline;
    if (output === undefined || input === undefined) return output ?? input;
    return Math.min(output, input);
  }

  expire(now: number): void {
    this.#tell(now);
    if (this.#state !== "open") return;
    const output = this.#sender.deadline;
    if (output !== undefined && now >= output)
      this.#fail(refuse("http1.timeout.write", this.#received, undefined, closeReply));
    else this.#decoder.expire(now);
  }

  /**
   * Sends the head of a request. Requests may follow each other before their responses came
   * (pipelining), but each has to be complete before the next, and none follows one that asks for
   * another protocol or for the end of the connection.
   *
   * @throws TypeError or RangeError for whatever a request decoder would refuse; nothing is queued.
   * @throws UsageError if the last request is not complete, or the connection cannot be used.
   */
  sendRequest(request: OutgoingRequest): void {
    if (this.#state !== "open" || this.#doubtful || !this.#decoder.keepAlive)
      throw new UsageError("this connection takes no request");
    if (this.#sender.busy) throw new UsageError("the last request is not complete");
    if (this.#switching && !this.idle)
      throw new UsageError("the last request asked for another protocol");
    writeRequestHead(this.#sender.output, request, this.limits);
    const { method, content } = request;
    this.#sender.begin(
      content === "none" ? "absent" : content === "stream" ? "chunked" : "length",
      typeof content === "number" ? content : 0,
    );
    const bare = content === "none" || content === 0;
    const upgrade = request.fields.has("upgrade");
    this.#decoder.expect(method, bare && upgrade, this.#received);
    this.#switching = method === "CONNECT" || upgrade;
    if (hasConnectionOption(request.fields, "close")) this.#doubtful = true;
    if (bare) this.#sender.end();
    this.#settle();
  }

  /** Queues content; false asks to wait until output was taken and has left. */
  sendContent(bytes: Uint8Array): boolean {
    const ready = this.#sender.content(bytes);
    this.#settle();
    return ready;
  }

  /** Ends a request with content. Trailers need content of unknown length. */
  sendEnd(trailers?: Fields): void {
    if (!this.#sender.busy) {
      if (trailers !== undefined && trailers.size > 0)
        throw new TypeError("trailers: only chunked content can have them");
      return;
    }
    this.#sender.end(trailers);
    this.#settle();
  }

  /** What came is not asked for soon: it is kept and charged. */
  hold(): void {
    if (this.#state === "open") this.#decoder.hold();
  }

  /** Gives the connection up: nothing of it is used again. */
  abort(): void {
    this.#close();
  }

  /** What to write next; call it again for more, and `outputSent` when all of it has left. */
  takeOutput(now?: number): Uint8Array | undefined {
    this.#tell(now);
    return this.#sender.take(this.#now);
  }

  /** The same as text of one character per byte, where all that waits is text; else undefined. */
  takeText(now?: number): string | undefined {
    this.#tell(now);
    return this.#sender.takeText(this.#now);
  }

  /** Says that what was taken has left, at `now`. */
  outputSent(now?: number): void {
    this.#tell(now);
    this.#sender.sent(this.#now);
    if (!this.#sender.busy && !this.#sender.pending) this.#decoder.requestSent(this.#now);
  }

  #settle(): void {
    const hit = this.#sender.settle();
    if (hit !== undefined)
      this.#fail(refuse("http1.retained.bytes", this.#received, hit, closeReply));
  }

  #fail(violation: Http1Violation): void {
    this.#close();
    this.#pending = violation;
  }

  #close(): void {
    this.#state = "closed";
    this.#sender.drop();
    this.#decoder.stop();
  }

  #tell(now: number | undefined): void {
    if (now !== undefined && (this.#now === undefined || now > this.#now)) this.#now = now;
  }
}
