// What a client makes of field blocks (RFC 9113 §8.1, §8.3.2): interim responses, a response, and
// trailers, on streams that it opened. Pushes are refused with the connection (§8.4).

import type { BlockDecoder, FieldSink } from "@wirewall/hpack";
import type { OfBoth } from "./events.js";
import * as frames from "./frame-types.js";
import type { Informational, ResponseHead } from "./heads.js";
import type { Role } from "./receiver.js";
import { expectedBytes, ResponseSection } from "./response-section.js";
import { isFault } from "./section-codes.js";
import type { Session } from "./session.js";
import * as states from "./stream-states.js";
import { Stream, UNDECLARED } from "./stream.js";
import { TrailerSection } from "./trailer-section.js";

/** A record of a stream, and what finds it. */
const STREAM_OBJECTS = 2;

type Head = ResponseHead | Informational;

export class ResponseBlocks implements Role<Head> {
  readonly #session: Session<Head>;
  readonly #decoder: BlockDecoder;
  readonly #responses: ResponseSection;
  readonly #trailers: TrailerSection = new TrailerSection();
  /** §5.1.1: the number of the next request. */
  nextStream = 1;

  constructor(session: Session<Head>, decoder: BlockDecoder) {
    this.#session = session;
    this.#decoder = decoder;
    this.#responses = new ResponseSection(session.limits.maxBodyBytes);
  }

  isIdle(id: number): boolean {
    return id % 2 === 0 || id >= this.nextStream;
  }

  /** The stream of the next request, or undefined if there is no room for it. */
  open(method: string): Stream | undefined {
    const session = this.#session;
    if (session.ledger.charge(0, STREAM_OBJECTS) !== undefined) return undefined;
    const id = this.nextStream;
    this.nextStream += 2;
    const window = Math.max(session.limits.streamWindowBytes, frames.INITIAL_WINDOW);
    const stream = new Stream(
      id,
      method,
      false,
      window,
      session.peer.initialWindow,
      3,
      session.now,
    );
    stream.headObjects = STREAM_OBJECTS;
    session.opened(stream);
    return stream;
  }

  block(
    id: number,
    endsStream: boolean,
    bytes: Uint8Array,
    start: number,
    end: number,
    offset: number,
  ): Head | OfBoth | undefined {
    const session = this.#session;
    if (this.isIdle(id)) return session.end("http2.stream.id");
    const stream = session.streams.get(id);
    const known = stream?.state ?? session.closed.stateOf(id);
    // Closed long ago, in a way that is not known any more.
    const state = known === states.IDLE ? states.CLOSED_BY_US : known;
    switch (states.onReceived(state, states.ON_HEADERS)) {
      case states.GOES:
        break;
      case states.ENDS:
        return session.endWith("http2.stream.closed", frames.STREAM_CLOSED);
      case states.RESETS:
        if (this.#discard(bytes, start, end, offset))
          session.refuseStream(id, "http2.stream.closed");
        return undefined;
      default:
        if (this.#discard(bytes, start, end, offset)) session.charge("unknown");
        return undefined;
    }
    if (stream === undefined) return undefined;
    return stream.hasHead
      ? this.#trailer(stream, endsStream, bytes, start, end, offset)
      : this.#response(stream, endsStream, bytes, start, end, offset);
  }

  wasReset(id: number, error: number): void {
    const session = this.#session;
    const stream = session.streams.get(id);
    if (stream === undefined) return;
    const retryable = error === frames.REFUSED_STREAM && !stream.hasHead;
    session.closeStream(stream, states.CLOSED_BY_PEER);
    session.say({ type: "reset", stream: id, error, retryable });
  }

  /** §6.8: streams above the last one were not looked at. */
  goesAway(lastStream: number): void {
    const session = this.#session;
    if (session.state === "open") session.state = "draining";
    session.isFinal = true;
    for (const stream of session.streams.values()) {
      if (stream.id <= lastStream || states.isClosed(stream.state)) continue;
      session.closeStream(stream, states.CLOSED_BY_PEER);
      session.say({
        type: "reset",
        stream: stream.id,
        error: frames.REFUSED_STREAM,
        retryable: true,
      });
    }
    session.drained();
  }

  #response(
    stream: Stream,
    endsStream: boolean,
    bytes: Uint8Array,
    start: number,
    end: number,
    offset: number,
  ): Head | undefined {
    const session = this.#session;
    const responses = this.#responses;
    responses.start();
    const violation = this.#decoder.decode(bytes, start, end, offset, responses);
    if (violation !== undefined) {
      if (violation.scope === "connection") session.fail(violation);
      else this.#giveUp(stream, () => session.say({ ...violation, stream: stream.id }));
      return undefined;
    }
    const head = responses.finish(stream.id, endsStream, stream.method);
    if (isFault(head)) {
      session.refuseStream(stream.id, head.code, undefined, head.limit);
      return undefined;
    }
    stream.movedAt = session.now;
    if (head.type === "informational") {
      // As many as come are many enough to be counted: they bring no content.
      return session.charge("empty") ? head : undefined;
    }
    stream.hasHead = true;
    stream.declared = expectedBytes(head, stream.method) ?? UNDECLARED;
    const objects = head.fields.size + 1;
    const headBytes = Math.min(end - start, session.limits.maxHeaderListBytes);
    const hit = session.ledger.charge(headBytes, objects);
    if (hit !== undefined) return session.end("http2.retained.bytes", hit);
    stream.headBytes = headBytes;
    stream.headObjects += objects;
    if (!endsStream) return head;
    const state = states.afterPeerEnd(stream.state);
    if (states.isClosed(state)) session.closeStream(stream, state);
    else stream.state = state;
    return head;
  }

  #trailer(
    stream: Stream,
    endsStream: boolean,
    bytes: Uint8Array,
    start: number,
    end: number,
    offset: number,
  ): OfBoth | undefined {
    const session = this.#session;
    const trailers = this.#trailers;
    trailers.start();
    const violation = this.#decoder.decode(bytes, start, end, offset, trailers);
    if (violation !== undefined) {
      if (violation.scope === "connection") session.fail(violation);
      else this.#giveUp(stream, () => session.say({ ...violation, stream: stream.id }));
      return undefined;
    }
    const result = trailers.finish(stream.id);
    if (!endsStream) {
      session.refuseStream(stream.id, "http2.trailers.unterminated");
      return undefined;
    }
    if (isFault(result)) {
      session.refuseStream(stream.id, result.code);
      return undefined;
    }
    stream.movedAt = session.now;
    return session.peerEnded(stream) ? result : undefined;
  }

  /** RFC 9113 §10.5.1: a response that is too large is given up. */
  #giveUp(stream: Stream, tell: () => void): void {
    this.#session.resetForFault(stream.id, frames.CANCEL);
    if (!this.#session.isOver) tell();
  }

  /** Reads a block only to stay in step; false if that ended the connection. */
  #discard(bytes: Uint8Array, start: number, end: number, offset: number): boolean {
    const violation = this.#decoder.decode(bytes, start, end, offset, NOBODY);
    if (violation?.scope !== "connection") return true;
    this.#session.fail(violation);
    return false;
  }
}

const NOBODY: FieldSink = { field: () => {} };
