// What goes out on streams (RFC 9113 §6.1, §6.9; RFC 9218 §10). Content waits on its stream until it
// is asked for: frames are made when output is taken, as far as both windows allow, from the most
// urgent streams first and in turns among equals.

import { BlockEncoder } from "@wirewall/hpack";
import { UsageError } from "@wirewall/limits";
import { Fields } from "@wirewall/fields";
import type { Typed } from "./events.js";
import * as frames from "./frame-types.js";
import { writeBlock, writeDataHeader, writeReset } from "./frame-writer.js";
import { checkTrailers, writeFields, writeStatus } from "./outgoing-section.js";
import type { OutgoingContent } from "./outgoing.js";
import { Schedule } from "./schedule.js";
import type { Session } from "./session.js";
import { afterOwnEnd, awaitsPeer, CLOSED_BY_US, isClosed } from "./stream-states.js";
import { BEGUN, SENT, UNDECLARED, type Stream } from "./stream.js";

/** So much is framed before it is taken: enough for one write, little enough to stay fair. */
const AHEAD_BYTES = 65_536;
/** A frame that the window makes smaller than this, while more waits, has its price. */
const DRIBBLE_BYTES = 256;
/** WINDOW_UPDATE that a DATA frame of ours makes up for. */
const GRANTED_UPDATES = 4;

export class Sender<Head extends Typed> {
  readonly encoder: BlockEncoder;
  readonly #session: Session<Head>;
  readonly #schedule: Schedule = new Schedule();
  /** Streams whose sender waits for room. */
  #waiting: Stream[] = [];

  constructor(session: Session<Head>) {
    this.#session = session;
    this.encoder = new BlockEncoder();
  }

  /** A head was written; its content, if any, is due. */
  begin(stream: Stream, content: OutgoingContent, isBare: boolean): void {
    stream.phase = BEGUN;
    stream.isBare = isBare;
    stream.awaitsContinue = false;
    stream.left = typeof content === "number" ? content : UNDECLARED;
    stream.movedAt = this.#session.now;
  }

  /** Writes the block that the encoder has finished. */
  writeHead(stream: Stream, block: Uint8Array, endsStream: boolean): void {
    const session = this.#session;
    writeBlock(session.output, block, stream.id, endsStream, session.peer.maxFrameBytes);
  }

  /**
   * Queues content; false asks to wait for the window event.
   *
   * @throws RangeError for more than was declared, TypeError where no content may be.
   * @throws UsageError if no message is being sent.
   */
  content(stream: Stream, bytes: Uint8Array): boolean {
    if (!(bytes instanceof Uint8Array)) throw new TypeError("content: expected a Uint8Array");
    if (stream.phase === SENT && bytes.length === 0) return true;
    if (stream.phase !== BEGUN) throw new UsageError("no message is being sent on this stream");
    if (bytes.length > 0) this.#queue(stream, bytes);
    if (this.#hasRoom(stream)) return true;
    if (!stream.isWaiting) {
      stream.isWaiting = true;
      this.#waiting.push(stream);
    }
    return false;
  }

  /**
   * Ends the message.
   *
   * @throws RangeError for fewer bytes than declared, TypeError for trailers that cannot be sent.
   */
  end(
    stream: Stream,
    trailers: Fields | undefined,
    sensitive: readonly string[] | undefined,
  ): void {
    if (stream.phase !== BEGUN) throw new UsageError("no message is being sent on this stream");
    if (stream.left > 0 && !stream.isBare)
      throw new RangeError("content: fewer bytes than the head declared");
    const hasTrailers = trailers !== undefined && trailers.size > 0;
    if (hasTrailers) {
      if (stream.isBare) throw new TypeError("trailers: this message has none");
      this.#checkSize(checkTrailers(trailers));
    }
    stream.phase = SENT;
    if (stream.isBare) return;
    stream.endQueued = true;
    if (hasTrailers) {
      // They wait for windows; what was judged is what will be written.
      stream.trailers = new Fields(trailers);
      stream.sensitiveTrailers = sensitive;
    }
    this.#schedule.add(stream);
  }

  /** Writes a head and the whole content behind it where nothing else waits and the windows allow it. */
  fits(stream: Stream, length: number): boolean {
    const session = this.#session;
    return (
      this.#schedule.isEmpty &&
      length <= stream.sendWindow &&
      length <= session.sendWindow &&
      length <= session.peer.maxFrameBytes &&
      session.output.queued + length < session.limits.maxQueuedOutputBytes
    );
  }

  /** The only DATA frame of a message, which `fits`. */
  whole(stream: Stream, content: Uint8Array | string): void {
    const session = this.#session;
    const { length } = content;
    writeDataHeader(session.output, stream.id, length, true);
    if (typeof content === "string") session.output.addText(content);
    else session.output.add(content);
    stream.sendWindow -= length;
    session.sendWindow -= length;
    session.budgets.give("window-updates", GRANTED_UPDATES);
  }

  /** END_STREAM of ours was written. */
  ended(stream: Stream): void {
    const session = this.#session;
    const state = afterOwnEnd(stream.state);
    if (isClosed(state)) session.closeStream(stream, state);
    else if (session.isServer && awaitsPeer(stream.state) && !stream.isTunnel) {
      // §8.1: the response is complete, and no more of the request is wanted.
      writeReset(session.output, stream.id, frames.NO_ERROR);
      session.countControl();
      session.closeStream(stream, CLOSED_BY_US);
    } else stream.state = state;
  }

  /** A status alone, and no more of the request. */
  respondShort(stream: Stream, status: number): void {
    const session = this.#session;
    const { encoder } = this;
    encoder.begin();
    writeStatus(encoder, status);
    encoder.field("content-length", "0");
    this.writeHead(stream, encoder.finish(), true);
    stream.phase = SENT;
    this.ended(stream);
    if (!isClosed(stream.state)) session.closeStream(stream, CLOSED_BY_US);
  }

  /** The window of a stream has grown. */
  opened(stream: Stream): void {
    if (stream.queuedBytes > 0 && stream.sendWindow > 0) this.#schedule.add(stream);
  }

  /** §6.9.2: SETTINGS_INITIAL_WINDOW_SIZE changed by so much; false if that ended the connection. */
  shiftWindows(delta: number): boolean {
    if (delta === 0) return true;
    const session = this.#session;
    for (const stream of session.streams.values()) {
      stream.sendWindow += delta;
      if (stream.sendWindow > frames.MAX_WINDOW) {
        session.endWith("http2.flow.overflow", frames.FLOW_CONTROL_ERROR);
        return false;
      }
      this.opened(stream);
    }
    return true;
  }

  /** Makes frames of what waits, as far as windows and queue allow. */
  fill(): void {
    const session = this.#session;
    const schedule = this.#schedule;
    while (!schedule.isEmpty && session.output.queued < AHEAD_BYTES) {
      const stream = schedule.next(session.sendWindow > 0);
      if (stream === undefined) return;
      this.#frame(stream);
      if (session.isOver) return;
    }
  }

  /** Tells those who wait that there is room again. */
  wake(): void {
    if (this.#waiting.length === 0) return;
    const session = this.#session;
    const still: Stream[] = [];
    for (const stream of this.#waiting) {
      if (!stream.isWaiting) continue;
      if (this.#hasRoom(stream)) {
        stream.isWaiting = false;
        session.say({ type: "window", stream: stream.id });
      } else still.push(stream);
    }
    this.#waiting = still;
  }

  drop(): void {
    this.#schedule.clear();
    this.#waiting = [];
  }

  /** @throws RangeError for a section that is larger than the peer takes (RFC 9113 §10.5.1). */
  checkListBytes(bytes: number): void {
    this.#checkSize(bytes);
  }

  #queue(stream: Stream, bytes: Uint8Array): void {
    if (stream.isBare) throw new TypeError("content: this message has none");
    if (stream.left !== UNDECLARED) {
      if (bytes.length > stream.left)
        throw new RangeError("content: more bytes than the head declared");
      stream.left -= bytes.length;
    }
    (stream.queue ??= []).push(bytes);
    this.#session.queueChanged(stream, bytes.length);
    this.#schedule.add(stream);
    this.#session.settleOutput();
  }

  /** One frame of a stream that was scheduled, and its end if nothing is left. */
  #frame(stream: Stream): void {
    const session = this.#session;
    if (isClosed(stream.state)) return;
    const { queuedBytes } = stream;
    if (queuedBytes > 0) {
      const most = Math.min(queuedBytes, session.peer.maxFrameBytes, frames.LEAST_FRAME_BYTES);
      const length = Math.min(most, stream.sendWindow, session.sendWindow);
      if (length <= 0) return;
      if (length < most && length < DRIBBLE_BYTES && !session.charge("dribble")) return;
      const endsStream =
        length === queuedBytes && stream.endQueued && stream.trailers === undefined;
      writeDataHeader(session.output, stream.id, length, endsStream);
      this.#take(stream, length);
      stream.sendWindow -= length;
      session.sendWindow -= length;
      stream.movedAt = session.now;
      session.budgets.give("window-updates", GRANTED_UPDATES);
      if (endsStream) return this.ended(stream);
    }
    if (stream.queuedBytes > 0) {
      if (stream.sendWindow > 0) this.#schedule.add(stream);
    } else if (stream.endQueued) this.#writeEnd(stream);
  }

  #writeEnd(stream: Stream): void {
    const { trailers } = stream;
    if (trailers === undefined) writeDataHeader(this.#session.output, stream.id, 0, true);
    else {
      this.encoder.begin();
      writeFields(this.encoder, trailers, stream.sensitiveTrailers);
      this.writeHead(stream, this.encoder.finish(), true);
    }
    this.ended(stream);
  }

  /** Moves so many bytes of the stream's queue into the output. */
  #take(stream: Stream, length: number): void {
    const { output } = this.#session;
    const queue = stream.queue ?? [];
    let left = length;
    while (left > 0) {
      const first = queue[0];
      if (first === undefined) break;
      if (first.length <= left) {
        output.add(first);
        left -= first.length;
        queue.shift();
      } else {
        output.add(first.subarray(0, left));
        queue[0] = first.subarray(left);
        left = 0;
      }
    }
    this.#session.queueChanged(stream, -length);
  }

  #hasRoom(stream: Stream): boolean {
    const { maxStreamOutputBytes, maxQueuedOutputBytes } = this.#session.limits;
    return (
      stream.queuedBytes < maxStreamOutputBytes && this.#session.queuedBytes < maxQueuedOutputBytes
    );
  }

  #checkSize(bytes: number): void {
    const { maxHeaderListBytes } = this.#session.peer;
    if (bytes > maxHeaderListBytes)
      throw new RangeError(`fields: the peer takes at most ${maxHeaderListBytes} bytes`);
  }
}
