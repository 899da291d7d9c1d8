// What a connection waits for, and until when (RFC 9113 §3.4, §6.5.3, §6.7, §10.5). Streams are
// looked through when the first of them may have stalled, not each time that something moves.

import type { Typed } from "./events.js";
import * as frames from "./frame-types.js";
import { writePing } from "./frame-writer.js";
import type { Receiver } from "./receiver.js";
import type { Session } from "./session.js";
import { awaitsPeer, isClosed } from "./stream-states.js";
import type { Stream } from "./stream.js";

/** What we ask in a PING; the answer is known by its being awaited. */
const QUESTION: Uint8Array = /* @__PURE__ */ new Uint8Array(8);

export class Watch<Head extends Typed> {
  readonly #session: Session<Head>;
  readonly #receiver: Receiver<Head>;
  readonly #openedAt: number;
  /** When bytes of the peer last came. */
  heardAt: number;
  /** When output was last taken or has left, while some is on its way. */
  takenAt: number | undefined;
  /** When a shutdown has to be over. */
  drainBy: number | undefined;
  #pingedAt: number | undefined;

  constructor(session: Session<Head>, receiver: Receiver<Head>, now: number) {
    this.#session = session;
    this.#receiver = receiver;
    this.#openedAt = this.heardAt = now;
  }

  get deadline(): number | undefined {
    const session = this.#session;
    const { limits } = session;
    if (session.isOver) return undefined;
    let due = this.#pingedAt === undefined ? this.heardAt + limits.pingIntervalMs : this.#pongBy;
    const { hasSettings, isAcknowledged, blocks } = this.#receiver;
    if (!hasSettings) due = Math.min(due, this.#openedAt + limits.prefaceTimeoutMs);
    else if (!isAcknowledged) due = Math.min(due, this.#openedAt + limits.settingsAckTimeoutMs);
    if (blocks.deadline !== undefined) due = Math.min(due, blocks.deadline);
    if (session.openCount === 0) due = Math.min(due, session.restedAt + limits.idleTimeoutMs);
    else if (session.lookAt !== undefined) due = Math.min(due, session.lookAt);
    if (this.takenAt !== undefined) due = Math.min(due, this.takenAt + limits.streamStallTimeoutMs);
    return this.drainBy === undefined ? due : Math.min(due, this.drainBy);
  }

  answered(): void {
    this.#pingedAt = undefined;
  }

  ping(now: number): void {
    const session = this.#session;
    if (session.isOver || this.#receiver.awaitsPong) return;
    this.#receiver.awaitsPong = true;
    this.#pingedAt = now;
    writePing(session.output, QUESTION, 0, false);
  }

  expire(now: number): void {
    const session = this.#session;
    const { limits } = session;
    const { hasSettings, isAcknowledged, blocks } = this.#receiver;
    if (session.isOver) return;
    if (!hasSettings && now >= this.#openedAt + limits.prefaceTimeoutMs)
      session.end("http2.timeout.preface");
    else if (!isAcknowledged && now >= this.#openedAt + limits.settingsAckTimeoutMs)
      session.end("http2.timeout.settings");
    else if (blocks.deadline !== undefined && now >= blocks.deadline)
      session.end("http2.timeout.continuation");
    else if (this.drainBy !== undefined && now >= this.drainBy) session.end("http2.timeout.drain");
    else if (this.takenAt !== undefined && now >= this.takenAt + limits.streamStallTimeoutMs)
      session.endWith("http2.timeout.stall", frames.ENHANCE_YOUR_CALM);
    else if (session.openCount === 0 && now >= session.restedAt + limits.idleTimeoutMs)
      session.end("http2.timeout.idle");
    else if (this.#pingedAt !== undefined && now >= this.#pongBy) session.end("http2.timeout.ping");
    else this.#goOn(now);
  }

  get #pongBy(): number {
    return (this.#pingedAt ?? 0) + this.#session.limits.pingTimeoutMs;
  }

  #goOn(now: number): void {
    const session = this.#session;
    if (this.#pingedAt === undefined && now >= this.heardAt + session.limits.pingIntervalMs)
      this.ping(now);
    if (session.lookAt !== undefined && now >= session.lookAt) this.#lookThrough(now);
  }

  /** Ends the streams that wait for the peer for too long, or the connection if they pin most of it. */
  #lookThrough(now: number): void {
    const session = this.#session;
    const { streamStallTimeoutMs, maxRetainedBytes } = session.limits;
    const stalled: Stream[] = [];
    let next: number | undefined;
    let pinned = 0;
    for (const stream of session.streams.values()) {
      if (isClosed(stream.state)) continue;
      if (waitsForPeer(stream) && now >= stream.movedAt + streamStallTimeoutMs) {
        stalled.push(stream);
        pinned += stream.queuedBytes + stream.headBytes;
        continue;
      }
      // One that is ours to move cannot stall before it was the peer's turn for as long.
      const since = waitsForPeer(stream) ? stream.movedAt : now - streamStallTimeoutMs / 2;
      const due = since + streamStallTimeoutMs;
      next = Math.min(next ?? due, due);
    }
    session.lookAt = next;
    if (pinned * 2 > maxRetainedBytes) {
      session.endWith("http2.timeout.stall", frames.ENHANCE_YOUR_CALM);
      return;
    }
    for (const stream of stalled) {
      if (session.isOver) return;
      session.refuseStream(stream.id, "http2.timeout.stall");
    }
  }
}

/**
 * It is the peer's turn: content is due that we would read, or its window holds back what we have.
 * In a tunnel nothing is due (§8.5), and until it is accepted it is not the peer's turn.
 */
function waitsForPeer(stream: Stream): boolean {
  if (stream.queuedBytes > 0) return true;
  if (stream.method === "CONNECT") return false;
  return awaitsPeer(stream.state) && stream.unread === 0 && !stream.awaitsContinue;
}
