// The server's side of a connection (RFC 9112 §9): requests in order, one open at a time, its
// response out, and then the next, or the end. A refused request is answered here, once, without
// any of its bytes; what still arrives after that is read and dropped, within a bound.

import { isShortAscii } from "@wirewall/bytes";
import type { Fields } from "@wirewall/fields";
import { UsageError, type Decoder, type Ledger } from "@wirewall/limits";
import { NO_LINES } from "./added-lines.js";
import {
  checkStatus,
  writeResponseHead,
  type OutgoingContent,
  type OutgoingResponse,
} from "./encode.js";
import type { RequestHead, ServerEvent } from "./events.js";
import { limits as limitsTable, type Http1Limits } from "./limits.js";
import { connectionLedger, type Http1Options } from "./options.js";
import { planResponse, writeRefusal, writeSwitch } from "./plan-response.js";
import { RequestDecoder } from "./request-decoder.js";
import { Sender } from "./sender.js";
import type { ServerState } from "./states.js";
import { closeReply, isViolation, refuse, type Http1Violation } from "./violations.js";

const AWAITED = 0;
const BEGUN = 1;
const SENT = 2;

const utf8 = /* @__PURE__ */ new TextEncoder();

export class ServerConnection implements Decoder<ServerEvent> {
  readonly #decoder: RequestDecoder;
  readonly #sender: Sender;
  readonly #ledger: Ledger;
  #state: ServerState = "open";
  #head: RequestHead | undefined;
  #headCharge = 0;
  #objectCharge = 0;
  #requestDone = false;
  #response: number = AWAITED;
  #closing = false;
  #continueOwed = false;
  #answered = 0;
  #pending: Http1Violation | undefined;
  #tunnelDue = false;
  #received = 0;
  #ended = false;
  #lingerLeft = 0;
  #lingerUntil: number | undefined;
  #now: number | undefined;

  /** Written as Date where the fields of a response hold none. */
  date: string | undefined;

  constructor(options: Http1Options = {}) {
    const limits = limitsTable.resolve(options.limits, options.preset);
    this.#ledger = connectionLedger(limits, options.ledger);
    this.#decoder = new RequestDecoder({ ...options, limits, ledger: this.#ledger });
    this.#sender = new Sender(this.#decoder.limits, this.#ledger);
    this.#now = options.now;
  }

  get limits(): Http1Limits {
    return this.#decoder.limits;
  }

  get state(): ServerState {
    return this.#state;
  }

  /** False while input should be left unread: nothing of it would be looked at now. */
  get wantsInput(): boolean {
    if (this.#state === "lingering") return this.#lingerLeft >= 0 && !this.#ended;
    if (this.#state !== "open") return false;
    return this.#decoder.unread === 0 || (this.#head === undefined && !this.#mustPause());
  }

  /** Bytes that wait to be taken. */
  get queuedBytes(): number {
    return this.#sender.output.queued;
  }

  get retained(): number {
    return this.#ledger.retained;
  }

  /** The request whose response is awaited or being sent. */
  get request(): RequestHead | undefined {
    return this.#head;
  }

  /** The connection ends after the response that is being sent, or after the next one. */
  get closing(): boolean {
    return this.#closing;
  }

  receive(chunk: Uint8Array, now?: number): void {
    this.#tell(now);
    if (this.#state === "open" || this.#tunnelDue) {
      this.#received += chunk.length;
      this.#decoder.receive(chunk, now);
    } else if (this.#state === "lingering") {
      this.#lingerLeft -= chunk.length;
      this.#lingerOn();
    }
  }

  next(now?: number): ServerEvent | Http1Violation | undefined {
    this.#tell(now);
    const pending = this.#pending;
    this.#pending = undefined;
    if (pending !== undefined) return pending;
    if (this.#tunnelDue) {
      this.#tunnelDue = false;
      const rest = this.#decoder.surrender();
      this.#releaseHead();
      return rest;
    }
    if (this.#state !== "open") return undefined;
    if (this.#head !== undefined ? this.#requestDone : this.#mustPause()) {
      this.#decoder.hold();
      return undefined;
    }
    const event = this.#decoder.next(now);
    if (event === undefined) {
      if (this.#ended && this.#head === undefined) this.#linger();
      return undefined;
    }
    if (isViolation(event)) return this.#refuse(event);
    if (event.type === "request-head") return this.#open(event);
    if (event.type === "end") this.#requestDone = true;
    return event;
  }

  end(now?: number): void {
    this.#tell(now);
    this.#ended = true;
    if (this.#state === "lingering") this.#lingerOn();
    else this.#decoder.end(now);
  }

  get deadline(): number | undefined {
    if (this.#state === "closed" || this.#state === "tunnel") return undefined;
    const output = this.#sender.deadline;
    const input = this.#state === "lingering" ? this.#lingerUntil : this.#inputDeadline();
    if (output === undefined || input === undefined) return output ?? input;
    return Math.min(output, input);
  }

  expire(now: number): void {
    this.#tell(now);
    if (this.#state === "closed" || this.#state === "tunnel") return;
    const output = this.#sender.deadline;
    if (output !== undefined && now >= output) {
      this.#fail(refuse("http1.timeout.write", this.#received));
      return;
    }
    if (this.#state === "lingering") {
      if (this.#lingerUntil !== undefined && now >= this.#lingerUntil) this.abort();
      return;
    }
    if (this.#inputDeadline() !== undefined) this.#decoder.expire(now);
  }

  /** Sends 100 Continue if the peer waits for it (RFC 9110 §10.1.1); otherwise nothing. */
  sendContinue(): void {
    if (!this.#continueOwed || this.#head === undefined || this.#response !== AWAITED) return;
    this.#continueOwed = false;
    writeResponseHead(this.#sender.output, 100, undefined, undefined, NO_LINES, this.limits);
  }

  /**
   * Sends a 1xx response (RFC 9110 §15.2), but none to an HTTP/1.0 peer, which would not know it.
   *
   * @throws RangeError for a status that is not 102 to 199.
   */
  sendInformational(status: number, fields?: Fields): void {
    const head = this.#awaited();
    if (!Number.isInteger(status) || status < 102 || status > 199)
      throw new RangeError("status: expected a whole number from 102 to 199");
    if (head.version === "1.0") return;
    writeResponseHead(this.#sender.output, status, undefined, fields, NO_LINES, this.limits);
  }

  /**
   * Sends the head of the final response. A 101 that accepts an offered upgrade, and a 2xx to
   * CONNECT, make the connection a tunnel.
   *
   * @throws TypeError or RangeError for whatever a response decoder would refuse; nothing is queued.
   */
  sendHead(response: OutgoingResponse): void {
    const head = this.#awaited();
    if (response.status !== 101) checkStatus(response.status, 200);
    if (response.status === 101 || (head.method === "CONNECT" && response.status < 300)) {
      writeSwitch(this.#sender.output, head, response, this.limits);
      this.#state = "tunnel";
      this.#tunnelDue = true;
    } else this.#begin(head, response, response.content);
  }

  /** Queues content; false asks to wait until output was taken and has left. */
  sendContent(bytes: Uint8Array): boolean {
    const ready = this.#sender.content(bytes);
    this.#settle();
    return ready;
  }

  /** Ends the response. Trailers need content of unknown length. */
  sendEnd(trailers?: Fields): void {
    if (this.#response !== BEGUN) throw new UsageError("no response is being sent");
    this.#sender.end(trailers);
    this.#response = SENT;
    this.#settle();
    if (this.#state !== "open") return;
    if (this.#requestDone) this.#complete();
    else this.#linger();
  }

  /**
   * Sends a whole response; text is written as UTF-8, and `response.content` is not looked at.
   * Request content that has arrived already and was not asked for is read and dropped, so that
   * the connection can persist.
   */
  sendResponse(response: OutgoingResponse, content?: Uint8Array | string): void {
    const head = this.#awaited();
    const { status } = response;
    if (status < 200 || (head.method === "CONNECT" && status < 300))
      throw new RangeError("status: this response begins a tunnel: expected sendHead");
    checkStatus(status, 200);
    const isAscii = typeof content === "string" && isShortAscii(content);
    const bytes = typeof content === "string" && !isAscii ? utf8.encode(content) : content;
    if (!this.#requestDone) this.#discard();
    this.#begin(head, response, bytes === undefined ? "none" : bytes.length);
    if (bytes !== undefined && !this.#sender.bare) {
      if (typeof bytes === "string") this.#sender.ascii(bytes);
      else this.#sender.content(bytes);
    }
    this.sendEnd();
  }

  /** Content will not be asked for soon: what is here of it is kept and charged. */
  hold(): void {
    if (this.#state === "open") this.#decoder.hold();
  }

  /** Gives up a response that was begun: the peer sees it cut off. The driver destroys the socket. */
  abort(): void {
    this.#state = "closed";
    this.#sender.drop();
    this.#stopReading();
  }

  /** No request is taken on after the open one: it is answered with Connection: close. */
  shutdown(now?: number): void {
    this.#tell(now);
    this.#closing = true;
    if (this.#state === "open" && this.#head === undefined && !this.#decoder.inMessage)
      this.#linger();
  }

  /** What to write next; call it again for more, and `outputSent` when all of it has left. */
  takeOutput(now?: number): Uint8Array | undefined {
    this.#tell(now);
    this.#answered = 0;
    return this.#sender.take(this.#now);
  }

  /** The same as text of one character per byte, where all that waits is text; else undefined. */
  takeText(now?: number): string | undefined {
    this.#tell(now);
    this.#answered = 0;
    return this.#sender.takeText(this.#now);
  }

  /** Says that what was taken has left, at `now`. */
  outputSent(now?: number): void {
    this.#tell(now);
    this.#sender.sent(this.#now);
    if (this.#head === undefined) this.#decoder.rested(this.#now);
    if (this.#state === "lingering") this.#lingerOn();
  }

  #open(head: RequestHead): RequestHead | Http1Violation {
    const hit = this.#ledger.charge(this.#decoder.headBytes, head.fields.size + 1);
    if (hit !== undefined) return this.#refuse(refuse("http1.retained.bytes", this.#received, hit));
    this.#headCharge = this.#decoder.headBytes;
    this.#objectCharge = head.fields.size + 1;
    this.#head = head;
    this.#response = AWAITED;
    this.#continueOwed = head.expectContinue;
    if (!head.keepAlive) this.#closing = true;
    this.#requestDone = head.framing === "none" || head.contentLength === 0;
    if (this.#requestDone) this.#decoder.next();
    return head;
  }

  #begin(head: RequestHead, response: OutgoingResponse, content: OutgoingContent): void {
    const { status, reason, fields } = response;
    const mustClose = this.#closing || !this.#requestDone;
    const plan = planResponse(head, status, fields, content, mustClose, this.date);
    writeResponseHead(this.#sender.output, status, reason, fields, plan, this.limits);
    this.#sender.begin(plan.framing, plan.length ?? 0);
    this.#closing = plan.closes;
    this.#response = BEGUN;
  }

  #complete(): void {
    this.#releaseHead();
    this.#head = undefined;
    this.#response = AWAITED;
    this.#answered++;
    if (this.#closing) this.#linger();
  }

  /** Reads on over content that is here already; whatever is wrong with it ends the connection later. */
  #discard(): void {
    if (this.#continueOwed) return;
    while (!this.#requestDone) {
      const event = this.#decoder.next();
      if (event === undefined) return;
      if (event.type === "end") this.#requestDone = true;
      else if (isViolation(event)) {
        this.#pending = event;
        return;
      }
    }
  }

  #awaited(): RequestHead {
    if (this.#state !== "open" || this.#head === undefined || this.#response !== AWAITED)
      throw new UsageError("no request awaits a response");
    return this.#head;
  }

  #refuse(violation: Http1Violation): Http1Violation {
    const { reply } = violation;
    if (reply.action === "respond" && this.#response !== BEGUN && this.#state === "open") {
      const bare = this.#head?.method === "HEAD";
      writeRefusal(this.#sender.output, reply.status, bare, this.date, this.limits);
      // What the request held is let go of first, so that its answer has room.
      this.#linger();
      if (this.#sender.settle() !== undefined) this.abort();
    } else this.abort();
    return violation;
  }

  #settle(): void {
    const hit = this.#sender.settle();
    if (hit !== undefined)
      this.#fail(refuse("http1.retained.bytes", this.#received, hit, closeReply));
  }

  /** Ends the connection at once; `next` reports why. */
  #fail(violation: Http1Violation): void {
    this.abort();
    this.#pending = violation;
  }

  #linger(): void {
    this.#state = "lingering";
    this.#lingerLeft = Math.max(0, this.limits.lingerBytes - this.#decoder.unread);
    this.#sender.abandon();
    this.#stopReading();
    this.#lingerOn();
  }

  /** The last output leaves first, for which the peer may take its time; then the wait begins, or is over. */
  #lingerOn(): void {
    if (this.#sender.pending) return;
    if (this.#ended || this.#lingerLeft < 0) this.abort();
    else if (this.#now !== undefined) this.#lingerUntil ??= this.#now + this.limits.lingerTimeoutMs;
  }

  #stopReading(): void {
    this.#decoder.stop();
    this.#releaseHead();
    this.#head = undefined;
    this.#response = AWAITED;
  }

  #releaseHead(): void {
    if (this.#objectCharge === 0) return;
    this.#ledger.release(this.#headCharge, this.#objectCharge);
    this.#headCharge = this.#objectCharge = 0;
  }

  /** The decoder's deadline, while it is the peer's turn and nothing of ours is on the way. */
  #inputDeadline(): number | undefined {
    const ours = this.#head === undefined ? this.#sender.output.inFlight > 0 : this.#requestDone;
    return ours ? undefined : this.#decoder.deadline;
  }

  #mustPause(): boolean {
    const { maxPipelinedCount, maxQueuedOutputBytes } = this.limits;
    return this.#answered >= maxPipelinedCount || this.queuedBytes >= maxQueuedOutputBytes;
  }

  #tell(now: number | undefined): void {
    if (now !== undefined && (this.#now === undefined || now > this.#now)) this.#now = now;
  }
}
