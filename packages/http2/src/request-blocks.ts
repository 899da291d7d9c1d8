// What a server makes of field blocks (RFC 9113 §5.1.1, §5.1.2, §8.1, §8.3.1): a request on a stream
// that is new, trailers on one that is open. A block that is not wanted is decoded all the same,
// since the tables of HPACK have to stay in step; nothing of it is kept.

import type { BlockDecoder, FieldSink } from "@wirewall/hpack";
import * as frames from "./frame-types.js";
import type { OfBoth } from "./events.js";
import type { RequestHead } from "./heads.js";
import type { Role } from "./receiver.js";
import { RequestSection } from "./request-section.js";
import { isFault, type SectionFault, type SectionRules } from "./section-codes.js";
import type { Session } from "./session.js";
import * as states from "./stream-states.js";
import { AWAITED, Stream, UNDECLARED } from "./stream.js";
import { TrailerSection } from "./trailer-section.js";
import { refuse, type Http2Violation } from "./violations.js";

export class RequestBlocks implements Role<RequestHead> {
  readonly #session: Session<RequestHead>;
  readonly #decoder: BlockDecoder;
  readonly #requests: RequestSection;
  readonly #trailers: TrailerSection = new TrailerSection();

  constructor(session: Session<RequestHead>, decoder: BlockDecoder, rules: SectionRules) {
    this.#session = session;
    this.#decoder = decoder;
    this.#requests = new RequestSection(rules);
  }

  isIdle(id: number): boolean {
    return id > this.#session.lastPeerStream || id % 2 === 0;
  }

  block(
    id: number,
    endsStream: boolean,
    bytes: Uint8Array,
    start: number,
    end: number,
    offset: number,
    dependsOnItself: boolean,
  ): RequestHead | OfBoth | undefined {
    const session = this.#session;
    if (id % 2 === 0) return session.end("http2.stream.id");
    const stream = session.streams.get(id);
    const isNew = stream === undefined && id > session.lastPeerStream;
    const state = isNew ? states.IDLE : (stream?.state ?? session.closed.stateOf(id));
    if (!isNew && state === states.IDLE) return session.end("http2.stream.id");
    switch (states.onReceived(state, states.ON_HEADERS)) {
      case states.ENDS:
        return session.endWith("http2.stream.closed", frames.STREAM_CLOSED);
      case states.RESETS:
        if (this.#discard(bytes, start, end, offset))
          session.refuseStream(id, "http2.stream.closed");
        return undefined;
      case states.DROPPED:
        if (this.#discard(bytes, start, end, offset)) session.charge("unknown");
        return undefined;
      default:
    }
    if (stream !== undefined) return this.#trailer(stream, endsStream, bytes, start, end, offset);
    if (session.isFinal) {
      this.#discard(bytes, start, end, offset);
      return undefined;
    }
    session.lastPeerStream = id;
    const max = session.limits.maxConcurrentStreamCount;
    if (session.openCount >= max || session.liveCount >= max) {
      if (!this.#discard(bytes, start, end, offset)) return undefined;
      const observed = Math.max(session.openCount, session.liveCount) + 1;
      const hit = { name: "maxConcurrentStreamCount", max, observed };
      session.refuseStream(id, "http2.stream.refused", undefined, hit);
      return undefined;
    }
    return this.#request(id, endsStream, bytes, start, end, offset, dependsOnItself);
  }

  wasReset(id: number, error: number): void {
    const session = this.#session;
    const stream = session.streams.get(id);
    if (stream === undefined) return;
    session.closeStream(stream, states.CLOSED_BY_PEER);
    session.say({ type: "reset", stream: id, error, retryable: false });
  }

  goesAway(): void {}

  #request(
    id: number,
    endsStream: boolean,
    bytes: Uint8Array,
    start: number,
    end: number,
    offset: number,
    dependsOnItself: boolean,
  ): RequestHead | undefined {
    const session = this.#session;
    const requests = this.#requests;
    requests.start();
    const violation = this.#decoder.decode(bytes, start, end, offset, requests);
    if (violation !== undefined) {
      if (violation.scope === "connection") session.fail(violation);
      else this.#respond(this.#open(id, "GET", endsStream, 3), 431, { ...violation, stream: id });
      return undefined;
    }
    const head = requests.finish(id, endsStream);
    if (dependsOnItself) {
      session.refuseStream(id, "http2.priority.self");
      return undefined;
    }
    if (isFault(head)) {
      this.#refuse(id, endsStream, head);
      return undefined;
    }
    const objects = head.fields.size + 2;
    const headBytes = Math.min(end - start, session.limits.maxHeaderListBytes);
    const hit = session.ledger.charge(headBytes, objects);
    if (hit !== undefined) return session.end("http2.retained.bytes", hit);
    const stream = this.#open(id, head.method, endsStream, head.urgency);
    stream.headBytes = headBytes;
    stream.headObjects = objects;
    stream.declared = head.contentLength ?? UNDECLARED;
    stream.awaitsContinue = head.expectContinue;
    stream.isLive = true;
    session.liveCount++;
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
      else this.#respond(stream, 431, { ...violation, stream: stream.id });
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

  #open(id: number, method: string, endsStream: boolean, urgency: number): Stream {
    const session = this.#session;
    const window = Math.max(session.limits.streamWindowBytes, frames.INITIAL_WINDOW);
    const send = session.peer.initialWindow;
    const stream = new Stream(id, method, false, window, send, urgency, session.now);
    stream.hasHead = true;
    if (endsStream) stream.state = states.HALF_REMOTE;
    session.opened(stream);
    return stream;
  }

  /** Reads a block only to stay in step; false if that ended the connection. */
  #discard(bytes: Uint8Array, start: number, end: number, offset: number): boolean {
    const violation = this.#decoder.decode(bytes, start, end, offset, NOBODY);
    if (violation?.scope !== "connection") return true;
    this.#session.fail(violation);
    return false;
  }

  #refuse(id: number, endsStream: boolean, fault: SectionFault): void {
    const session = this.#session;
    if (fault.code !== "http2.body.too-large") {
      session.refuseStream(id, fault.code, undefined, fault.limit);
      return;
    }
    const violation = refuse(fault.code, session.offset, fault.limit, id);
    this.#respond(this.#open(id, "GET", endsStream, 3), 413, violation);
  }

  /** A request that is only too large is told so. */
  #respond(stream: Stream, status: number, violation: Http2Violation): void {
    const session = this.#session;
    if (!session.charge("own-resets")) return;
    if (stream.phase === AWAITED) session.answers?.respondShort(stream, status);
    else session.reset(stream.id, frames.CANCEL);
    if (!session.isOver) session.say(violation);
  }
}

const NOBODY: FieldSink = { field: () => {} };
