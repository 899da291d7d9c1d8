// What a client's and a server's side of a connection have in common (RFC 9113 §3.4, §5, §6): bytes
// in, events out, frames to write, deadlines. Each side adds what it sends, and what the peer may.

import { BlockDecoder } from "@wirewall/hpack";
import type { Decoder } from "@wirewall/limits";
import type { OfBoth, Typed } from "./events.js";
import * as frames from "./frame-types.js";
import { writeGoAway, writeSettings, writeWindowUpdate } from "./frame-writer.js";
import { limits as limitsTable, type Http2Limits } from "./limits.js";
import type { Http2Options } from "./options.js";
import { PREFACE } from "./preface.js";
import { Receiver, type Role } from "./receiver.js";
import { judge } from "./section-marks.js";
import { Sender } from "./sender.js";
import { Session, type ConnectionState } from "./session.js";
import { hpackLimits, ownSettings } from "./settings.js";
import { awaitsPeer, isClosed } from "./stream-states.js";
import type { Stream } from "./stream.js";
import type { Http2Violation } from "./violations.js";
import { Watch } from "./watch.js";

/** What the side at hand makes of field blocks and of ends. */
export type MakeRole<Head extends Typed> = (
  session: Session<Head>,
  decoder: BlockDecoder,
) => Role<Head>;

export abstract class Connection<Head extends Typed> implements Decoder<Head | OfBoth> {
  /** @internal */
  protected readonly session: Session<Head>;
  /** @internal */
  protected readonly sender: Sender<Head>;
  /** @internal */
  protected readonly decoder: BlockDecoder;
  /** @internal */
  protected readonly watch: Watch<Head>;
  readonly #receiver: Receiver<Head>;
  /** Bytes of the preface that did not come yet. */
  #prefaceLeft: number;
  #ended = false;
  /** The shutdown is announced, and its last GOAWAY is due. */
  #finalDue = false;

  protected constructor(options: Http2Options, isServer: boolean, makeRole: MakeRole<Head>) {
    const { preset, ledger, now } = options;
    const limits = limitsTable.resolve(options.limits, preset);
    const session = new Session<Head>(limits, preset, isServer, ledger, now);
    this.session = session;
    this.decoder = new BlockDecoder({
      limits: hpackLimits(limits),
      judge,
      ledger: session.ledger,
    });
    this.sender = new Sender(session);
    session.decoder = this.decoder;
    session.answers = this.sender;
    const role = makeRole(session, this.decoder);
    this.#receiver = new Receiver(session, this.sender, role);
    this.watch = new Watch(session, this.#receiver, session.now);
    this.#prefaceLeft = isServer ? PREFACE.length : 0;
    if (!isServer) session.output.add(PREFACE);
    const offered = isServer && options.enableConnectProtocol === true;
    writeSettings(session.output, ownSettings(limits, isServer, offered));
    const more = limits.connectionWindowBytes - frames.INITIAL_WINDOW;
    if (more > 0) writeWindowUpdate(session.output, 0, more);
    session.receiveWindow = limits.connectionWindowBytes;
    session.settleOutput();
  }

  get limits(): Http2Limits {
    return this.session.limits;
  }

  get state(): ConnectionState {
    return this.session.state;
  }

  /** False once nothing that comes is looked at. */
  get wantsInput(): boolean {
    return !this.session.isOver && !this.#ended;
  }

  /** Bytes that wait to be taken, or for a window. */
  get queuedBytes(): number {
    return this.session.queuedBytes;
  }

  /** Streams that are open. */
  get streamCount(): number {
    return this.session.openCount;
  }

  get retained(): number {
    return this.session.ledger.retained;
  }

  /** `next` has something to say that no byte of the peer was needed for. */
  get hasNews(): boolean {
    return this.session.hasSaid;
  }

  receive(chunk: Uint8Array, now?: number): void {
    if (!(chunk instanceof Uint8Array)) throw new TypeError("chunk: expected a Uint8Array");
    this.tell(now);
    if (this.session.isOver || this.#ended || chunk.length === 0) return;
    this.watch.heardAt = this.session.now;
    const { input } = this.#receiver;
    input.append(chunk);
    this.session.chargeInput(input.kept);
    if (this.session.isOver) this.#rest();
  }

  next(now?: number): Head | OfBoth | Http2Violation | undefined {
    this.tell(now);
    const event = this.#next();
    if (event === undefined) this.#rest();
    return event;
  }

  end(now?: number): void {
    this.tell(now);
    this.#ended = true;
  }

  get deadline(): number | undefined {
    return this.watch.deadline;
  }

  expire(now: number): void {
    this.tell(now);
    this.watch.expire(this.session.now);
    this.session.settleOutput();
  }

  /** Says that so many bytes of the stream's content were read: so many more may come. */
  consumed(id: number, byteCount: number): void {
    const { session } = this;
    const stream = session.streams.get(id);
    if (stream === undefined || session.isOver) return;
    // What was unread when the stream was given up has been let go of already.
    if (stream.unread === 0 && isClosed(stream.state)) return;
    if (!Number.isSafeInteger(byteCount) || byteCount < 0 || byteCount > stream.unread)
      throw new RangeError("byteCount: expected at most what was handed out and is unread");
    stream.unread -= byteCount;
    stream.movedAt = session.now;
    session.ledger.release(byteCount, 0);
    session.credited(stream, byteCount);
    session.giveBack(byteCount);
    if (stream.unread > 0) return;
    if (stream.smallCost > 0) {
      session.budgets.give("small-data", stream.smallCost);
      stream.smallCost = 0;
    }
    if (isClosed(stream.state) && !stream.isLive) session.forget(stream);
  }

  /** Gives a stream up (§6.4). Nothing more is said about it. */
  reset(id: number, error: number = frames.CANCEL): void {
    const stream = this.open(id);
    if (stream !== undefined) this.session.reset(id, error);
  }

  /** Asks whether the peer is there (§6.7); a pong, or a violation, is the answer. */
  ping(now?: number): void {
    this.tell(now);
    this.watch.ping(this.session.now);
  }

  /** Takes on no stream after those that are open, and ends when they have (§6.8). */
  shutdown(now?: number): void {
    this.tell(now);
    const { session } = this;
    if (session.state !== "open") return;
    session.state = "draining";
    this.watch.drainBy = session.now + session.limits.drainTimeoutMs;
    if (session.openCount === 0 || !session.isServer) {
      this.#lastWord();
      return;
    }
    // What is on its way is still taken: the peer has answered before the last stream is named.
    writeGoAway(session.output, frames.MAX_STREAM, frames.NO_ERROR);
    this.watch.ping(session.now);
    this.#finalDue = true;
  }

  /** Ends everything at once; nothing more is said or sent. */
  abort(): void {
    this.session.abandon();
    this.#rest();
  }

  /** What to write next; call it again for more, `outputSent` when all of it has left, and `next`. */
  takeOutput(now?: number): Uint8Array | undefined {
    this.tell(now);
    const { session } = this;
    if (!session.isOver) this.sender.fill();
    const piece = session.output.take();
    if (piece === undefined) return undefined;
    if (session.output.queued === 0) session.controlCount = 0;
    this.watch.takenAt ??= session.now;
    return piece;
  }

  /** Says that what was taken has left, at `now`. */
  outputSent(now?: number): void {
    this.tell(now);
    const { session } = this;
    session.output.sent();
    this.watch.takenAt = undefined;
    session.settleOutput();
    this.sender.wake();
  }

  /** The stream if it is open. */
  protected open(id: number): Stream | undefined {
    const stream = this.session.streams.get(id);
    return stream === undefined || isClosed(stream.state) ? undefined : stream;
  }

  protected tell(now: number | undefined): void {
    if (now !== undefined && now > this.session.now) this.session.now = now;
  }

  #next(): Head | OfBoth | Http2Violation | undefined {
    const { session } = this;
    const receiver = this.#receiver;
    if (this.#prefaceLeft > 0 && !session.isOver) this.#readPreface();
    const event = this.#prefaceLeft > 0 ? session.said() : receiver.next();
    if (event === undefined) return this.#ended ? this.#end() : undefined;
    if (event.type === "pong") {
      this.watch.answered();
      if (this.#finalDue) this.#lastWord();
    }
    return event;
  }

  /** Nothing can be said for now: what is unread is kept, and charged. */
  #rest(): void {
    const { session } = this;
    const { input } = this.#receiver;
    if (session.isOver) {
      this.#receiver.drop();
      this.sender.drop();
      return;
    }
    input.keep();
    session.chargeInput(input.kept);
    if (session.isOver) this.#rest();
    else session.settleOutput();
  }

  #readPreface(): void {
    const { input } = this.#receiver;
    while (this.#prefaceLeft > 0 && input.unread > 0) {
      const expected = PREFACE[PREFACE.length - this.#prefaceLeft];
      this.session.offset = input.offset;
      if (input.bytes[input.at] !== expected) {
        this.session.end("http2.preface.invalid");
        return;
      }
      input.at++;
      this.#prefaceLeft--;
    }
  }

  /** No more bytes will come: what was begun and cannot end is refused, and what can is ended. */
  #end(): Http2Violation | undefined {
    const { session } = this;
    if (session.isOver) return undefined;
    const begun = this.#prefaceLeft < PREFACE.length && this.#prefaceLeft > 0;
    const isCut = begun || this.#receiver.isInside || [...session.streams.values()].some(isAwaited);
    if (isCut) {
      session.offset = this.#receiver.input.offset + this.#receiver.input.unread;
      session.end("http2.body.truncated");
      return session.said() as Http2Violation | undefined;
    }
    if (!session.isFinal) this.#lastWord();
    return undefined;
  }

  /** §6.8: nothing above the last stream is looked at. */
  #lastWord(): void {
    const { session } = this;
    this.#finalDue = false;
    session.state = "draining";
    session.isFinal = true;
    writeGoAway(session.output, session.lastPeerStream, frames.NO_ERROR);
    session.drained();
  }
}

function isAwaited(stream: Stream): boolean {
  return awaitsPeer(stream.state);
}
