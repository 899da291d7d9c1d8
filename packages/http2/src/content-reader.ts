// DATA of the peer (RFC 9113 §6.1), handed out as it comes: the windows are judged by the declared
// length, before any of it is waited for, and content-length while it grows (§8.1.1). Padding, and
// content that nobody waits for any more, gives its part of the connection's window back at once.

import type { Input } from "@wirewall/bytes";
import type { Content, OfBoth, Typed } from "./events.js";
import * as frames from "./frame-types.js";
import type { Session } from "./session.js";
import * as states from "./stream-states.js";
import { UNDECLARED, type Stream } from "./stream.js";

/** A non-final frame below this has a price until it is read. */
const SMALL_BYTES = 256;

/** Which streams were never opened is for the role to say. */
interface Idleness {
  isIdle(stream: number): boolean;
}

export class ContentReader<Head extends Typed> {
  readonly #session: Session<Head>;
  readonly #input: Input;
  readonly #role: Idleness;
  /** Bytes of the payload that did not come yet. */
  left = 0;
  /** The stream that gets them; undefined if nobody does. */
  #stream: Stream | undefined;
  #padding = 0;
  #awaitsPadding = false;
  #endsStream = false;

  constructor(session: Session<Head>, input: Input, role: Idleness) {
    this.#session = session;
    this.#input = input;
    this.#role = role;
  }

  /** A frame of that length; the input stands at its payload. */
  begin(id: number, length: number, flags: number): Head | OfBoth | undefined {
    const session = this.#session;
    const isPadded = (flags & frames.PADDED) !== 0;
    session.receiveWindow -= length;
    if (session.receiveWindow < 0)
      return session.endWith("http2.flow.exceeded", frames.FLOW_CONTROL_ERROR);
    this.#endsStream = (flags & frames.END_STREAM) !== 0;
    this.#padding = 0;
    this.#awaitsPadding = isPadded;
    this.left = length;
    this.#stream = this.#find(id, length);
    if (session.isOver) return undefined;
    if (this.#stream === undefined) session.giveBack(length);
    if (length > 0) return undefined;
    if (!this.#endsStream) session.charge("empty");
    if (!session.isOver) this.#finish();
    return undefined;
  }

  /** The part of the payload that has come. */
  read(): Content | undefined {
    const input = this.#input;
    if (this.#awaitsPadding) {
      this.#awaitsPadding = false;
      this.#padding = input.bytes[input.at++] ?? 0;
      this.left--;
      if (!this.#judge()) return undefined;
    }
    const count = Math.min(this.left, input.unread);
    const start = input.at;
    input.at += count;
    const content = Math.min(count, Math.max(0, this.left - this.#padding));
    this.left -= count;
    const stream = this.#stream;
    const event =
      stream === undefined || content === 0 ? undefined : this.#take(stream, start, content);
    if (this.left === 0) this.#finish();
    return event;
  }

  drop(): void {
    this.left = 0;
    this.#stream = undefined;
  }

  /** The stream that may have DATA, or undefined where it is let go by or has its price. */
  #find(id: number, length: number): Stream | undefined {
    const session = this.#session;
    const stream = session.streams.get(id);
    const state =
      stream?.state ?? (this.#role.isIdle(id) ? states.IDLE : session.closed.stateOf(id));
    if (stream === undefined && state === states.IDLE && !this.#role.isIdle(id)) {
      // Closed long ago, or never used: too late in both cases.
      session.refuseStream(id, "http2.stream.closed");
      return undefined;
    }
    switch (states.onReceived(state, states.ON_DATA)) {
      case states.TOO_EARLY:
        return session.end("http2.stream.idle");
      case states.RESETS:
        session.refuseStream(id, "http2.stream.closed");
        return undefined;
      case states.GOES:
        break;
      default:
        if (length === 0) session.charge("empty");
        return undefined;
    }
    if (stream === undefined) return undefined;
    if (!stream.hasHead) {
      session.refuseStream(id, "http2.pseudo.invalid");
      return undefined;
    }
    stream.receiveWindow -= length;
    if (stream.receiveWindow < 0) {
      session.refuseStream(id, "http2.flow.exceeded");
      return undefined;
    }
    stream.movedAt = session.now;
    stream.awaitsContinue = false;
    if (!this.#awaitsPadding && length > 0 && !this.#announce(stream, length)) return undefined;
    return stream;
  }

  /** The length of the padding has come, and so that of the content; false if the connection ended. */
  #judge(): boolean {
    const session = this.#session;
    const padding = this.#padding;
    if (padding > this.left) {
      session.end("http2.frame.padding");
      return false;
    }
    const stream = this.#stream;
    const content = this.left - padding;
    if (stream === undefined) return true;
    // The padding and its length are read already.
    session.credited(stream, padding + 1);
    session.giveBack(padding + 1);
    if (content === 0) return this.#endsStream || session.charge("empty");
    if (states.isClosed(stream.state) || this.#announce(stream, content)) return true;
    if (session.isOver) return false;
    this.#stream = undefined;
    session.giveBack(content);
    return true;
  }

  /** So much content will come with this frame; false if none of it is taken. */
  #announce(stream: Stream, content: number): boolean {
    const session = this.#session;
    const { declared } = stream;
    const max = session.limits.maxBodyBytes;
    const observed = (stream.received += content);
    if (declared !== UNDECLARED && observed > declared) {
      session.refuseStream(stream.id, "http2.content-length.mismatch");
      return false;
    }
    if (observed > max && !stream.isTunnel) {
      session.tooLarge(stream, { name: "maxBodyBytes", max, observed });
      return false;
    }
    if (content >= SMALL_BYTES || this.#endsStream) return true;
    const cost = SMALL_BYTES - content;
    stream.smallCost += cost;
    return session.charge("small-data", cost);
  }

  #take(stream: Stream, start: number, count: number): Content | undefined {
    const session = this.#session;
    if (states.isClosed(stream.state)) {
      session.giveBack(count);
      return undefined;
    }
    const hit = session.ledger.charge(count, 0);
    if (hit !== undefined) return session.end("http2.retained.bytes", hit);
    stream.unread += count;
    return {
      type: "content",
      stream: stream.id,
      bytes: this.#input.bytes.subarray(start, start + count),
    };
  }

  /** The frame is complete. */
  #finish(): void {
    const stream = this.#stream;
    this.#stream = undefined;
    if (stream !== undefined && this.#endsStream && !states.isClosed(stream.state))
      this.#session.peerEnded(stream);
  }
}
