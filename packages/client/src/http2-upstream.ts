// An HTTP/2 connection to an upstream: an open socket below, a ClientConnection above, and as many
// calls as the upstream takes at once. What ends one call resets its stream and touches no other; a
// violation of the connection ends all of them. After GOAWAY nothing is added, and what the upstream
// did not begin with moves to another connection, once (RFC 9113 §6.8, §8.7).
//
//   open ─▶ retired (finishes what it has) ─▶ gone

import type { Fields } from "@wirewall/fields";
import { ClientConnection, type Http2Violation } from "@wirewall/http2";
import type { Clock } from "@wirewall/host";
import type { Socket } from "node:net";
import { AssignedCalls } from "./assigned-calls.js";
import { mayRetry, type Call } from "./call.js";
import type { ConnectionOwner } from "./connection-owner.js";
import { DeadlineTimer, type Timed } from "./deadline-timer.js";
import { ClientError, errorOfViolation, type ClientCode } from "./errors.js";
import { http2Request } from "./http2-form.js";
import { UpstreamStream, type StreamHost } from "./http2-stream.js";
import { listen, type SocketEvents } from "./socket-events.js";
import { Waits } from "./http2-waits.js";
import { flushLater, SocketWriter } from "./socket-writer.js";
import type { UpstreamConnection } from "./upstream-connection.js";

/** RFC 9113 §7. */
const CANCEL = 0x8;

/** So long without a call, and the upstream is asked whether it is there. */
const DOUBT_AFTER_MS = 1_000;

export class Http2Upstream implements UpstreamConnection, Timed, SocketEvents, StreamHost {
  ready = false;
  listed = false;
  readonly clock: Clock;
  readonly #owner: ConnectionOwner;
  readonly #scheme: "http" | "https";
  readonly #machine: ClientConnection;
  readonly #socket: Socket;
  readonly #timer: DeadlineTimer;
  readonly #writer: SocketWriter;
  readonly #assigned: AssignedCalls = new AssignedCalls(() => {
    this.#released = true;
    this.#later();
  });
  readonly #streams: Map<number, UpstreamStream> = new Map();
  /** Streams whose response has to begin, and those whose caller has to go on. */
  readonly #awaited: Waits;
  readonly #paused: Waits;
  /** Their callers go on. */
  readonly #going: Set<UpstreamStream> = new Set();
  /** What it is given at once: until the upstream has said what it takes, only the first call. */
  #maxCallCount = 1;
  #retired = false;
  #gone = false;
  /** Calls that ended well. */
  #served = 0;
  #idleSince: number | undefined;
  #pumping = false;
  #flushDue = false;
  /** Calls may be added now. */
  #released = false;

  /** Takes over the socket with its listeners (socket-events.ts). */
  constructor(socket: Socket, scheme: "http" | "https", owner: ConnectionOwner) {
    this.#owner = owner;
    this.clock = owner.clock;
    this.#awaited = new Waits(owner.limits.responseTimeoutMs);
    this.#paused = new Waits(owner.limits.pauseTimeoutMs);
    this.#scheme = scheme;
    this.#machine = new ClientConnection({ ...owner.http2, now: this.clock.now() });
    this.#timer = new DeadlineTimer(this);
    this.#socket = socket;
    this.#writer = new SocketWriter(this.#machine, socket, owner.clock, (now) => this.#run(now));
    listen(socket, this);
  }

  get callCount(): number {
    return this.#assigned.size + this.#streams.size;
  }

  get free(): boolean {
    const takesMore = !this.#gone && !this.#retired && this.#machine.canOpen;
    return takesMore && this.callCount < this.#maxCallCount;
  }

  get deadline(): number | undefined {
    let due = this.#gone ? undefined : this.#machine.deadline;
    for (const { deadline } of [this.#awaited, this.#paused])
      if (deadline !== undefined && (due === undefined || deadline < due)) due = deadline;
    return due;
  }

  expire(now: number): void {
    for (const stream of this.#awaited.overdue(now))
      this.#drop(stream, new ClientError("client.response.timeout"), CANCEL);
    for (const stream of this.#paused.overdue(now))
      this.#drop(stream, new ClientError("client.response.unread"), CANCEL);
    const { deadline } = this.#machine;
    if (!this.#gone && deadline !== undefined && deadline <= now) this.#machine.expire(now);
    this.#run(now);
  }

  start(call: Call): void {
    const now = this.clock.now();
    this.#send(call, now);
    this.#run(now);
  }

  assign(call: Call): void {
    this.#assigned.add(call);
    this.#owner.soon(this);
  }

  begin(): void {
    if (this.#gone || this.#assigned.size === 0) return;
    const now = this.clock.now();
    if (this.#idleSince !== undefined && now - this.#idleSince > DOUBT_AFTER_MS)
      this.#machine.ping(now);
    this.#idleSince = undefined;
    for (const call of this.#assigned.take()) this.#send(call, now);
    this.#run(now);
  }

  destroy(code: ClientCode): void {
    const isIdle = this.callCount === 0;
    if (isIdle && !this.#gone) this.#machine.shutdown(this.clock.now());
    this.#end(isIdle ? undefined : code, isIdle ? this.#writer : undefined, (stream) =>
      this.#drop(stream, new ClientError(code)),
    );
  }

  sendContent(stream: UpstreamStream, bytes: Uint8Array): boolean {
    const goesOn = this.#machine.sendContent(stream.id, bytes);
    this.#later();
    return goesOn;
  }

  sendEnd(stream: UpstreamStream, trailers: Fields | undefined): void {
    this.#machine.sendEnd(stream.id, trailers);
    this.#requestOver(stream, this.clock.now());
    this.#later();
  }

  resumed(stream: UpstreamStream): void {
    this.#paused.delete(stream);
    this.#going.add(stream);
    if (!this.#pumping) this.#run(this.clock.now());
  }

  cancelled(stream: UpstreamStream): void {
    this.#forget(stream, CANCEL);
    this.#later();
  }

  received(chunk: Uint8Array): void {
    if (this.#gone) return;
    const now = this.clock.now();
    this.#machine.receive(chunk, now);
    this.#run(now);
  }

  ended(): void {
    this.#run(this.clock.now());
    this.#lost();
  }

  broke(): void {
    this.closed();
  }

  closed(): void {
    this.#lost();
  }

  flushDue(): void {
    this.#flushDue = false;
    this.#run(this.clock.now());
  }

  #send(call: Call, now: number): void {
    call.place = undefined;
    if (!this.#machine.canOpen) return this.#owner.again(call);
    let id: number;
    try {
      id = this.#machine.sendRequest(http2Request(call.request, this.#scheme));
    } catch (cause) {
      this.#released = true;
      this.#owner.fail(call, new ClientError("client.request.invalid", { cause }));
      return;
    }
    const stream = new UpstreamStream(call, id, this);
    this.#streams.set(id, stream);
    if (stream.requestOver) this.#requestOver(stream, now);
    else stream.writable();
  }

  #requestOver(stream: UpstreamStream, now: number): void {
    stream.requestOver = true;
    if (!stream.heard) this.#awaited.add(stream, now);
  }

  /** Output that is queued in one turn of the event loop leaves together. */
  #later(): void {
    if (this.#flushDue || this.#pumping) return;
    this.#flushDue = true;
    this.clock.soon(flushLater, this, this.#socket);
  }

  #run(now: number): void {
    if (this.#pumping) return;
    this.#pumping = true;
    do this.#pump(now);
    while (!this.#gone && this.#writer.flush(now));
    this.#pumping = false;
    this.#steer(now);
  }

  #pump(now: number): void {
    this.#goOn();
    while (!this.#gone) {
      const event = this.#machine.next(now);
      if (event === undefined) return;
      switch (event.type) {
        case "violation":
          this.#violated(event);
          break;
        case "goaway":
          this.#retire();
          break;
        case "settings":
          this.#hears(event.maxConcurrentStreams);
          break;
        case "window":
          this.#streams.get(event.stream)?.writable();
          break;
        case "reset":
          this.#wasReset(event.stream, event.retryable);
          break;
        case "pong":
          break;
        default: {
          const stream = this.#streams.get(event.stream);
          if (stream !== undefined) stream.receive(event);
          else if (event.type === "content")
            this.#machine.consumed(event.stream, event.bytes.length);
        }
      }
      this.#goOn();
    }
  }

  #hears(maxConcurrentStreams: number): void {
    const { maxConcurrentStreamCount } = this.#machine.limits;
    this.#maxCallCount = Math.min(maxConcurrentStreams, maxConcurrentStreamCount);
    this.ready = true;
    this.#released = true;
  }

  #goOn(): void {
    for (const stream of this.#going) {
      this.#going.delete(stream);
      stream.goOn();
    }
  }

  consumed(stream: UpstreamStream, byteCount: number): void {
    if (!this.#gone) this.#machine.consumed(stream.id, byteCount);
  }

  answered(stream: UpstreamStream): void {
    this.#awaited.delete(stream);
  }

  paused(stream: UpstreamStream): void {
    this.#paused.add(stream, this.clock.now());
  }

  handlerFailed(stream: UpstreamStream, cause: unknown): void {
    if (stream.call.over) this.#owner.callbackFailed(cause);
    else this.#drop(stream, new ClientError("client.handler", { cause }), CANCEL);
  }

  /** §8.1: a response may be complete before its request, of which the rest is not sent then. */
  completed(stream: UpstreamStream): void {
    const { call, trailers } = stream;
    this.#served++;
    this.#forget(stream, stream.requestOver ? undefined : CANCEL);
    try {
      call.handler.onEnd(trailers, call);
    } catch (cause) {
      this.#owner.callbackFailed(cause);
    }
  }

  #wasReset(id: number, retryable: boolean): void {
    const stream = this.#streams.get(id);
    // §8.1: RST_STREAM after a whole response only stops the request.
    if (stream === undefined || stream.complete) return;
    const { call } = stream;
    if (!retryable) this.#drop(stream, new ClientError("client.response.reset"));
    else if (call.retried || call.consumed)
      this.#drop(stream, new ClientError("client.request.refused"));
    else this.#retry(stream);
  }

  #violated(violation: Http2Violation): void {
    const { scope, stream: id, code } = violation;
    const stream = id === undefined ? undefined : this.#streams.get(id);
    if (scope === "connection") {
      const idle = code === "http2.timeout.idle";
      this.#end(idle ? undefined : code, this.#writer, (lost) =>
        this.#drop(lost, errorOfViolation(violation)),
      );
    } else if (stream !== undefined) this.#drop(stream, errorOfViolation(violation));
  }

  /** The connection is gone: what can be said again is, and everything else fails. */
  #lost(): void {
    const safe = this.#served > 0;
    const broken = [...this.#streams.values()].some(({ complete }) => !complete);
    this.#end(broken ? "client.connection.lost" : undefined, undefined, (stream) => {
      if (safe && !stream.heard && mayRetry(stream.call)) this.#retry(stream);
      else
        this.#drop(
          stream,
          new ClientError(stream.heard ? "client.connection.lost" : "client.connection.closed"),
        );
    });
  }

  /** GOAWAY came: nothing is added to what is here. */
  #retire(): void {
    if (this.#retired) return;
    this.#retired = true;
    this.#owner.retired(this);
  }

  #steer(now: number): void {
    if (!this.#gone) {
      if (this.#machine.state === "closed") this.#lost();
      else if (this.callCount > 0) this.#idleSince = undefined;
      else if (this.#retired) this.#end(undefined, this.#writer, () => {});
      else this.#idleSince ??= now;
    }
    if (this.#released) {
      this.#released = false;
      if (!this.#gone) this.#owner.free(this);
    }
    this.#timer.check(now);
  }

  /** The call fails; its stream is over already, unless it is to be reset. */
  #drop(stream: UpstreamStream, error: ClientError, reset?: number): void {
    this.#forget(stream, reset);
    this.#owner.fail(stream.call, error);
  }

  #retry(stream: UpstreamStream): void {
    const { call } = stream;
    this.#forget(stream, undefined);
    call.retried = true;
    this.#owner.again(call);
  }

  #forget(stream: UpstreamStream, error: number | undefined): void {
    const { call, id } = stream;
    this.#streams.delete(id);
    this.#awaited.delete(stream);
    this.#paused.delete(stream);
    this.#going.delete(stream);
    call.place = undefined;
    this.#released = true;
    const byteCount = stream.takeUncredited();
    if (this.#gone) return;
    this.#machine.consumed(id, byteCount);
    if (error !== undefined) this.#machine.reset(id, error);
  }

  /**
   * The connection takes nothing more. Streams whose response is here to its end stay until their
   * caller has read it; `fate` says what becomes of each of the others. With a writer, what is queued
   * (GOAWAY) still leaves.
   */
  #end(
    code: string | undefined,
    writer: SocketWriter | undefined,
    fate: (stream: UpstreamStream) => void,
  ): void {
    if (this.#gone) return;
    writer?.flush(this.clock.now());
    this.#gone = true;
    this.#machine.abort();
    if (writer?.busy === false) this.#socket.destroySoon();
    else this.#socket.destroy();
    this.#owner.gone(this, code);
    for (const call of this.#assigned.take()) this.#owner.again(call);
    for (const stream of this.#streams.values()) if (!stream.complete) fate(stream);
    if (this.#streams.size === 0) this.#timer.stop();
  }
}
