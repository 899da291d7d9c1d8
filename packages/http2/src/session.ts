// What the halves of a connection share: streams, windows, the ledger, the queue, and how a fault
// ends a stream or all of them.

import { Output } from "@wirewall/bytes";
import type { BlockDecoder } from "@wirewall/hpack";
import type { Ledger, LimitHit, Preset } from "@wirewall/limits";
import { Budgets } from "./budgets.js";
import { ClosedStreams } from "./closed-streams.js";
import type { OfBoth, Typed } from "./events.js";
import * as frames from "./frame-types.js";
import { writeGoAway, writeReset, writeWindowUpdate } from "./frame-writer.js";
import type { Http2Limits } from "./limits.js";
import { connectionLedger } from "./options.js";
import { PeerSettings } from "./settings.js";
import {
  afterPeerEnd,
  awaitsPeer,
  CLOSED_BY_END,
  CLOSED_BY_US,
  IDLE,
  isClosed,
} from "./stream-states.js";
import { AWAITED, UNDECLARED, type Stream } from "./stream.js";
import {
  refuse,
  refuseForGood,
  refuseStream,
  type FloodName,
  type Http2Code,
  type Http2Violation,
} from "./violations.js";

/** `draining` takes on no stream; `closed` has said its last, which may still wait to be taken. */
export type ConnectionState = "open" | "draining" | "closed";

/** Answers by a status alone, and RST_STREAM where content was to come (§8.1). */
export interface ShortAnswers {
  respondShort(stream: Stream, status: number): void;
}

export class Session<Head extends Typed> {
  readonly limits: Http2Limits;
  readonly isServer: boolean;
  readonly ledger: Ledger;
  readonly output: Output = new Output();
  readonly budgets: Budgets;
  readonly streams: Map<number, Stream> = new Map();
  readonly closed: ClosedStreams;
  readonly peer: PeerSettings = new PeerSettings();
  state: ConnectionState = "open";
  /** What is dropped with the connection. */
  decoder: BlockDecoder | undefined;
  /** Who answers a request that is too large. */
  answers: ShortAnswers | undefined;
  /** When the first of the streams may have stalled. */
  lookAt: number | undefined;
  now = 0;
  /** The offset of the frame that is being looked at. */
  offset = 0;
  /** The highest stream that the peer opened, and that it will be told we looked at. */
  lastPeerStream = 0;
  /** Streams that are not closed, and handlers that run. */
  openCount = 0;
  liveCount = 0;
  sendWindow: number = frames.INITIAL_WINDOW;
  receiveWindow: number = frames.INITIAL_WINDOW;
  /** Content that was read, on all streams, and is not announced. */
  credit = 0;
  /** Content that is queued on streams and stands in no frame yet. */
  pendingBytes = 0;
  /** What of it is charged. */
  #pendingCharge = 0;
  #charged = 0;
  #inputCharged = 0;
  /** Answers that wait to be taken. */
  controlCount = 0;
  /** When the last stream was closed. */
  restedAt: number;
  /** Events that come before the next frame is looked at. */
  #pending: (Head | OfBoth | Http2Violation)[] = [];

  constructor(
    limits: Http2Limits,
    preset: Preset | undefined,
    isServer: boolean,
    parent: Ledger | undefined,
    now: number | undefined,
  ) {
    this.limits = limits;
    this.isServer = isServer;
    this.ledger = connectionLedger(limits, parent);
    this.budgets = new Budgets(preset ?? "default");
    this.closed = new ClosedStreams(limits.maxClosedStreamCount);
    this.now = this.restedAt = now ?? 0;
  }

  get isOver(): boolean {
    return this.state === "closed";
  }

  say(event: Head | OfBoth | Http2Violation): void {
    this.#pending.push(event);
  }

  get hasSaid(): boolean {
    return this.#pending.length > 0;
  }

  /** The next thing that was said, if any. */
  said(): Head | OfBoth | Http2Violation | undefined {
    return this.#pending.length === 0 ? undefined : this.#pending.shift();
  }

  /** Bytes that were queued to be sent, framed or not. */
  get queuedBytes(): number {
    return this.output.queued + this.pendingBytes;
  }

  /** The queue of a stream has grown by so many bytes, or shrunk. */
  queueChanged(stream: Stream, by: number): void {
    const max = this.limits.maxStreamOutputBytes;
    const before = Math.min(stream.queuedBytes, max);
    stream.queuedBytes += by;
    this.pendingBytes += by;
    this.#pendingCharge += Math.min(stream.queuedBytes, max) - before;
  }

  /**
   * Brings the ledger up to date with what waits to leave. What the content of a stream has over the
   * bound of its queue came in one piece, and is the application's own memory.
   */
  settleOutput(): void {
    if (this.isOver) return;
    const framed = this.output.queued + this.output.inFlight;
    const due = Math.min(framed, 2 * this.limits.maxQueuedOutputBytes) + this.#pendingCharge;
    if (due === this.#charged) return;
    this.ledger.release(this.#charged, 0);
    this.#charged = 0;
    const hit = this.ledger.charge(due, 0);
    if (hit === undefined) this.#charged = due;
    else this.end("http2.retained.bytes", hit);
  }

  /** Brings the ledger up to date with input that waits for more. */
  chargeInput(kept: number): void {
    if (kept === this.#inputCharged) return;
    this.ledger.release(this.#inputCharged, 0);
    this.#inputCharged = 0;
    const hit = this.ledger.charge(kept, 0);
    if (hit === undefined) this.#inputCharged = kept;
    else this.end("http2.retained.bytes", hit);
  }

  /** Takes tokens; without them the connection ends. False if it did. */
  charge(name: FloodName, cost = 1): boolean {
    if (this.budgets.take(name, this.now, cost)) return true;
    this.end(`http2.flood.${name}`);
    return false;
  }

  /** An answer was queued that the peer provoked. */
  countControl(): void {
    const max = this.limits.maxControlQueueCount;
    if (++this.controlCount > max)
      this.end("http2.flood.control", {
        name: "maxControlQueueCount",
        max,
        observed: this.controlCount,
      });
  }

  /** Ends the connection for that code. */
  end(code: Http2Code, limit?: LimitHit): undefined {
    this.fail(refuse(code, this.offset, limit));
    return undefined;
  }

  /** Ends the connection for a code whose scope is one stream elsewhere, or that has another error here. */
  endWith(code: Http2Code, error: number): undefined {
    this.fail(refuseForGood(code, this.offset, error));
    return undefined;
  }

  /** Says the last, and lets go of everything. */
  fail(violation: Http2Violation): void {
    if (this.isOver) return;
    const { reply } = violation;
    const error = reply.action === "goaway" ? reply.error : frames.PROTOCOL_ERROR;
    this.close(error);
    this.#pending = [violation];
  }

  /** §6.8: tells the peer what was looked at and why that is all; nothing is kept. */
  close(error: number): void {
    if (this.isOver) return;
    this.state = "closed";
    this.output.drop();
    this.streams.clear();
    this.closed.clear();
    this.openCount = this.liveCount = this.controlCount = this.pendingBytes = 0;
    this.#pendingCharge = 0;
    this.#charged = this.#inputCharged = 0;
    this.#pending = [];
    this.decoder?.drop();
    this.ledger.close();
    writeGoAway(this.output, this.lastPeerStream, error);
  }

  /** Ends everything without a word. */
  abandon(): void {
    this.close(frames.NO_ERROR);
    this.output.drop();
  }

  /** A fault of the peer that ends one stream: it is told, the caller is told, and it has its price. */
  refuseStream(id: number, code: Http2Code, error?: number, limit?: LimitHit): void {
    const violation = refuseStream(code, this.offset, id, error, limit);
    const { reply } = violation;
    this.resetForFault(id, reply.action === "reset" ? reply.error : frames.CANCEL);
    if (!this.isOver) this.say(violation);
  }

  /** RST_STREAM for the peer's fault. */
  resetForFault(id: number, error: number): void {
    if (this.charge("own-resets")) this.reset(id, error);
  }

  /** §6.4: RST_STREAM; what is still on its way is let go by. */
  reset(id: number, error: number): void {
    writeReset(this.output, id, error);
    this.countControl();
    const stream = this.streams.get(id);
    if (stream !== undefined) this.closeStream(stream, CLOSED_BY_US);
    else if (!this.isOver && this.closed.stateOf(id) === IDLE) this.closed.add(id, CLOSED_BY_US);
  }

  /** A stream is open from now on. */
  opened(stream: Stream): void {
    this.streams.set(stream.id, stream);
    this.openCount++;
    this.lookAt ??= this.now + this.limits.streamStallTimeoutMs;
  }

  /** The stream is closed; its record stays while its handler runs, or content of it is unread. */
  closeStream(stream: Stream, state: number = CLOSED_BY_END): void {
    const wasClosed = isClosed(stream.state);
    stream.state = state;
    if (this.isOver || wasClosed) return;
    this.openCount--;
    if (this.openCount === 0) this.restedAt = this.now;
    // What a handler that has ended did not read is read by nobody.
    if (state !== CLOSED_BY_END || (this.isServer && !stream.isLive)) this.#dropContent(stream);
    if (!stream.isLive && stream.unread === 0) this.forget(stream);
    else if (this.isServer) this.drained();
  }

  /** Nothing of the stream is left but its number. */
  forget(stream: Stream): void {
    this.ledger.release(stream.headBytes, stream.headObjects);
    stream.headBytes = stream.headObjects = 0;
    this.streams.delete(stream.id);
    this.closed.add(stream.id, stream.state);
    this.drained();
  }

  /** The handler of the stream has ended. */
  settle(stream: Stream): void {
    if (!stream.isLive) return;
    stream.isLive = false;
    if (this.isOver) return;
    this.liveCount--;
    if (!isClosed(stream.state)) return;
    this.#dropContent(stream);
    this.forget(stream);
  }

  /** A connection that takes on nothing more is over when its last stream is. */
  drained(): void {
    if (this.state === "draining" && this.openCount === 0 && this.isFinal) this.finish();
  }

  /** Our last GOAWAY names what we looked at: nothing new can come. */
  isFinal = false;

  /** The last stream has ended after a shutdown; what is queued still leaves. */
  finish(): void {
    this.state = "closed";
    this.closed.clear();
    this.#charged = this.#inputCharged = 0;
    this.decoder?.drop();
    this.ledger.close();
  }

  /** §8.1.1: END_STREAM of the peer; false if that is not all of its content. */
  peerEnded(stream: Stream): boolean {
    if (stream.declared !== UNDECLARED && stream.declared !== stream.received) {
      this.refuseStream(stream.id, "http2.content-length.mismatch");
      return false;
    }
    this.say({ type: "end", stream: stream.id });
    const state = afterPeerEnd(stream.state);
    if (isClosed(state)) this.closeStream(stream, state);
    else stream.state = state;
    return true;
  }

  /** Content over the limit: a server says so in a response, a client gives the stream up. */
  tooLarge(stream: Stream, limit: LimitHit): void {
    const violation = refuse("http2.body.too-large", this.offset, limit, stream.id);
    if (!this.charge("own-resets")) return;
    if (this.isServer && stream.phase === AWAITED) this.answers?.respondShort(stream, 413);
    else this.reset(stream.id, frames.CANCEL);
    if (!this.isOver) this.say(violation);
  }

  /** Content of the stream was read, or was padding: more may come once it is half a window. */
  credited(stream: Stream, count: number): void {
    if (!awaitsPeer(stream.state)) return;
    stream.credit += count;
    if (stream.credit * 2 < this.limits.streamWindowBytes) return;
    writeWindowUpdate(this.output, stream.id, stream.credit);
    stream.receiveWindow += stream.credit;
    stream.credit = 0;
    this.countControl();
  }

  /** Content that will never be read gives its window back. */
  giveBack(count: number): void {
    this.credit += count;
    if (this.credit * 2 < this.limits.connectionWindowBytes || this.isOver) return;
    writeWindowUpdate(this.output, 0, this.credit);
    this.receiveWindow += this.credit;
    this.credit = 0;
    this.countControl();
  }

  #dropContent(stream: Stream): void {
    const { unread } = stream;
    this.ledger.release(unread, 0);
    this.queueChanged(stream, -stream.queuedBytes);
    if (stream.smallCost > 0) this.budgets.give("small-data", stream.smallCost);
    stream.unread = stream.smallCost = 0;
    stream.queue = stream.trailers = undefined;
    stream.endQueued = stream.isWaiting = false;
    if (unread > 0) this.giveBack(unread);
  }
}
