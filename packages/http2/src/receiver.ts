// Frames of the peer, one after the other (RFC 9113 §6). Each type has one place where its length,
// stream and state are judged; what a field block means to a client or a server is said elsewhere.

import { Input } from "@wirewall/bytes";
import { ContentReader } from "./content-reader.js";
import type { OfBoth, Typed } from "./events.js";
import { FieldBlocks } from "./field-blocks.js";
import { isInSequence, judgeHeader, judgePayload, type FrameFault } from "./frame-rules.js";
import { FrameReader, HAS_FRAME, NEEDS_MORE, read31, read32, TOO_LARGE } from "./frame-reader.js";
import * as frames from "./frame-types.js";
import { writePing, writeSettingsAck } from "./frame-writer.js";
import { HAS_URGENCY, readPriority } from "./priority.js";
import type { Sender } from "./sender.js";
import type { Session } from "./session.js";
import { applySettings, judgeSettings } from "./settings.js";
import * as states from "./stream-states.js";
import type { Http2Violation } from "./violations.js";

/** What a client or a server makes of what only one of them is sent. */
export interface Role<Head extends Typed> {
  /** A whole field block. */
  block(
    stream: number,
    endsStream: boolean,
    bytes: Uint8Array,
    start: number,
    end: number,
    offset: number,
    dependsOnItself: boolean,
  ): Head | OfBoth | undefined;
  /** The peer gave up a stream that is open. */
  wasReset(stream: number, error: number): void;
  /** The peer takes on nothing above that stream. */
  goesAway(lastStream: number): void;
  /** Whether the stream is one that nobody has opened. */
  isIdle(stream: number): boolean;
}

export class Receiver<Head extends Typed> {
  readonly input: Input = new Input();
  readonly blocks: FieldBlocks<Head>;
  /** The SETTINGS of the peer came: the connection has begun. */
  hasSettings = false;
  /** Ours were acknowledged. */
  isAcknowledged = false;
  /** Our PING is not answered. */
  awaitsPong = false;
  #goneAway = false;
  readonly #session: Session<Head>;
  readonly #sender: Sender<Head>;
  readonly #role: Role<Head>;
  readonly #reader: FrameReader;
  readonly #content: ContentReader<Head>;

  constructor(session: Session<Head>, sender: Sender<Head>, role: Role<Head>) {
    this.#session = session;
    this.#sender = sender;
    this.#role = role;
    this.blocks = new FieldBlocks(session);
    this.#reader = new FrameReader(this.input, session.limits.maxFrameBytes);
    this.#content = new ContentReader(session, this.input, role);
  }

  /** Bytes of a frame that is not complete, or of a message. */
  get isInside(): boolean {
    return this.input.unread > 0 || this.blocks.stream !== 0 || this.#content.left > 0;
  }

  next(): Head | OfBoth | Http2Violation | undefined {
    const session = this.#session;
    for (;;) {
      const said = session.said();
      if (said !== undefined) return said;
      if (session.isOver) return undefined;
      if (this.#content.left > 0) {
        if (this.input.unread === 0) return undefined;
        const event = this.#content.read();
        if (event !== undefined) return event;
        continue;
      }
      const found = this.#reader.read();
      if (found === NEEDS_MORE) return undefined;
      session.offset = this.#reader.offset;
      if (found === TOO_LARGE) this.#tooLarge();
      const event = found === HAS_FRAME ? this.#frame() : undefined;
      if (event !== undefined) return event;
    }
  }

  drop(): void {
    this.input.drop();
    this.blocks.clear();
    this.#content.drop();
  }

  #tooLarge(): void {
    const max = this.#session.limits.maxFrameBytes;
    const observed = this.#reader.length;
    this.#session.end("http2.frame.size", { name: "maxFrameBytes", max, observed });
  }

  #frame(): Head | OfBoth | undefined {
    const { type, flags, stream, length } = this.#reader;
    const { input } = this;
    const session = this.#session;
    const start = input.at;
    const end = start + length;
    if (type !== frames.DATA) input.at = end;
    if (!isInSequence(type, stream, this.blocks.stream))
      return session.end("http2.continuation.sequence");
    if (!this.hasSettings && (type !== frames.SETTINGS || (flags & frames.ACK) !== 0))
      return session.end("http2.preface.invalid");
    if (type === frames.PUSH_PROMISE) return session.end("http2.push.refused");
    const fault = judgeHeader(type, flags, stream, length);
    if (fault !== undefined) return this.#faulty(fault);
    switch (type) {
      case frames.DATA:
        return this.#content.begin(stream, length, flags);
      case frames.HEADERS:
        return this.#headers(start, end);
      case frames.CONTINUATION:
        return this.#continuation(start, end);
      case frames.WINDOW_UPDATE:
        return this.#windowUpdate(start);
      case frames.RST_STREAM:
        return this.#reset(start);
      case frames.SETTINGS:
        return this.#settings(start, end);
      case frames.PING:
        return this.#ping(start);
      case frames.PRIORITY:
        return this.#priority(start);
      case frames.GOAWAY:
        return this.#goAway(start);
      case frames.PRIORITY_UPDATE:
        return this.#priorityUpdate(start, end);
      default:
        session.charge("unknown");
        return undefined;
    }
  }

  /** A frame that cannot be, with the scope that its type gives it. */
  #faulty(fault: FrameFault): undefined {
    const session = this.#session;
    const { type, stream } = this.#reader;
    if (type !== frames.PRIORITY || stream === 0) return session.end(fault);
    if (session.charge("priority")) this.#refuse(stream, fault, frames.FRAME_SIZE_ERROR);
    return undefined;
  }

  /** §6.2. */
  #headers(first: number, last: number): Head | OfBoth | undefined {
    const { stream, flags } = this.#reader;
    const { bytes } = this.input;
    const fault = judgePayload(frames.HEADERS, flags, bytes, first, last);
    if (fault !== undefined) return this.#session.end(fault);
    let start = first;
    let end = last;
    if ((flags & frames.PADDED) !== 0) end -= bytes[start++] ?? 0;
    let dependsOnItself = false;
    if ((flags & frames.HAS_PRIORITY) !== 0) {
      dependsOnItself = read31(bytes, start) === stream;
      start += 5;
    }
    const endsStream = (flags & frames.END_STREAM) !== 0;
    const offset = this.#reader.offset + frames.HEADER_BYTES + start - first;
    if ((flags & frames.END_HEADERS) !== 0)
      return this.#role.block(stream, endsStream, bytes, start, end, offset, dependsOnItself);
    this.blocks.begin(stream, endsStream, dependsOnItself, offset);
    this.blocks.add(bytes, start, end, false);
    return undefined;
  }

  /** §6.10. */
  #continuation(start: number, end: number): Head | OfBoth | undefined {
    const { blocks } = this;
    const isLast = (this.#reader.flags & frames.END_HEADERS) !== 0;
    if (!blocks.add(this.input.bytes, start, end, isLast) || !isLast) return undefined;
    const { stream, endsStream, bytes, length, offset, dependsOnItself } = blocks;
    const event = this.#role.block(stream, endsStream, bytes, 0, length, offset, dependsOnItself);
    blocks.clear();
    return event;
  }

  /** §6.4. */
  #reset(start: number): Head | OfBoth | undefined {
    const session = this.#session;
    const { stream } = this.#reader;
    const known = session.streams.get(stream);
    if (known === undefined && this.#role.isIdle(stream)) return session.end("http2.stream.idle");
    // A reset of what was ended already brings nothing either.
    if (!session.charge("resets")) return undefined;
    if (known === undefined || states.isClosed(known.state)) return undefined;
    this.#role.wasReset(stream, read32(this.input.bytes, start));
    return undefined;
  }

  /** §6.9. */
  #windowUpdate(start: number): Head | OfBoth | undefined {
    const session = this.#session;
    const { stream } = this.#reader;
    const increment = read31(this.input.bytes, start);
    if (stream !== 0 && !session.streams.has(stream) && this.#role.isIdle(stream))
      return session.end("http2.stream.idle");
    if (!session.charge("window-updates")) return undefined;
    if (stream === 0) {
      if (increment === 0) session.endWith("http2.flow.zero", frames.PROTOCOL_ERROR);
      else if (session.sendWindow + increment > frames.MAX_WINDOW)
        session.endWith("http2.flow.overflow", frames.FLOW_CONTROL_ERROR);
      else session.sendWindow += increment;
      return undefined;
    }
    const known = session.streams.get(stream);
    if (known === undefined || states.isClosed(known.state)) return undefined;
    if (increment === 0) session.refuseStream(stream, "http2.flow.zero");
    else if (known.sendWindow + increment > frames.MAX_WINDOW)
      session.refuseStream(stream, "http2.flow.overflow");
    else {
      known.sendWindow += increment;
      this.#sender.opened(known);
    }
    return undefined;
  }

  /** §6.5. */
  #settings(start: number, end: number): Head | OfBoth | undefined {
    const session = this.#session;
    const { length, flags } = this.#reader;
    if ((flags & frames.ACK) !== 0) {
      if (this.isAcknowledged) session.charge("settings");
      this.isAcknowledged = true;
      return undefined;
    }
    const max = session.limits.maxSettingsEntryCount;
    if (length / 6 > max) {
      const hit = { name: "maxSettingsEntryCount", max, observed: length / 6 };
      return session.end("http2.settings.entries", hit);
    }
    this.hasSettings = true;
    if (!session.charge("settings")) return undefined;
    const { peer } = session;
    const { bytes } = this.input;
    const fault = judgeSettings(bytes, start, end, peer, !session.isServer);
    if (fault !== undefined) return session.endWith(fault.code, fault.error);
    const before = peer.initialWindow;
    applySettings(bytes, start, end, peer);
    this.#sender.encoder.setMaxTableBytes(peer.headerTableBytes);
    if (!this.#sender.shiftWindows(peer.initialWindow - before)) return undefined;
    writeSettingsAck(session.output);
    session.countControl();
    const { maxConcurrentStreams, connectProtocol } = peer;
    return { type: "settings", maxConcurrentStreams, connectProtocol };
  }

  /** §6.7. */
  #ping(start: number): Head | OfBoth | undefined {
    const session = this.#session;
    const { flags } = this.#reader;
    if ((flags & frames.ACK) !== 0 && this.awaitsPong) {
      this.awaitsPong = false;
      return { type: "pong" };
    }
    if (!session.charge("pings") || (flags & frames.ACK) !== 0) return undefined;
    writePing(session.output, this.input.bytes, start, true);
    session.countControl();
    return undefined;
  }

  /** §6.3: parsed for its form, and without an effect. */
  #priority(start: number): Head | OfBoth | undefined {
    const session = this.#session;
    const { stream } = this.#reader;
    if (!session.charge("priority")) return undefined;
    if (read31(this.input.bytes, start) === stream)
      this.#refuse(stream, "http2.priority.self", frames.PROTOCOL_ERROR);
    return undefined;
  }

  /** RFC 9218 §7.1. */
  #priorityUpdate(start: number, end: number): Head | OfBoth | undefined {
    const session = this.#session;
    const { length } = this.#reader;
    if (!session.charge("priority")) return undefined;
    const { bytes } = this.input;
    const known = session.streams.get(read31(bytes, start));
    if (known === undefined || length > 4 + MAX_PRIORITY_BYTES) return undefined;
    const text = String.fromCharCode(...bytes.subarray(start + 4, end));
    const said = readPriority(text);
    if ((said & HAS_URGENCY) !== 0) known.urgency = said & 7;
    return undefined;
  }

  /** §6.8. */
  #goAway(start: number): Head | OfBoth | undefined {
    const session = this.#session;
    // A second one ends a shutdown that was announced; more say nothing.
    if (this.#goneAway && !session.charge("unknown")) return undefined;
    this.#goneAway = true;
    const { bytes } = this.input;
    const lastStream = read31(bytes, start);
    const error = read32(bytes, start + 4);
    this.#role.goesAway(lastStream);
    return { type: "goaway", lastStream, error };
  }

  /** A fault of one stream, or of the connection where there never was such a stream. */
  #refuse(stream: number, code: FrameFault | "http2.priority.self", error: number): void {
    if (!this.#session.streams.has(stream) && this.#role.isIdle(stream))
      this.#session.endWith(code, error);
    else this.#session.refuseStream(stream, code, error);
  }
}

const MAX_PRIORITY_BYTES = 64;
