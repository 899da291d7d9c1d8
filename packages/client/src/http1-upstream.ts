// An HTTP/1.1 connection to an upstream: an open socket below, a ClientConnection above, one call at
// a time. It is used again only if the machine has no doubt, nothing is left to write, and the
// socket is whole; in every other case it is destroyed.
//
//   idle ⇄ busy ─▶ gone
//           └────▶ tunnel (handed over, never back)

import type { Fields } from "@wirewall/fields";
import { ClientConnection, type Http1Violation } from "@wirewall/http1";
import type { Clock } from "@wirewall/host";
import type { Socket } from "node:net";
import { mayRetry, type Call, type CallPlace } from "./call.js";
import type { ConnectionOwner } from "./connection-owner.js";
import { DeadlineTimer, type Timed } from "./deadline-timer.js";
import { ClientError, errorOfViolation, type ClientCode } from "./errors.js";
import { listen, unlisten, type SocketEvents } from "./socket-events.js";
import { flushLater, SocketWriter } from "./socket-writer.js";
import type { UpstreamConnection } from "./upstream-connection.js";

/** With so much queued, no more content is asked for. */
const ENOUGH_BYTES = 65_536;

const IDLE = 0;
const BUSY = 1;
const TUNNEL = 2;
const GONE = 3;

export class Http1Upstream implements UpstreamConnection, Timed, CallPlace, SocketEvents {
  readonly ready = true;
  listed = false;
  readonly clock: Clock;
  readonly #owner: ConnectionOwner;
  readonly #machine: ClientConnection;
  readonly #socket: Socket;
  readonly #timer: DeadlineTimer;
  readonly #writer: SocketWriter;
  #state: number = IDLE;
  #call: Call | undefined;
  /** The request of the call was queued. */
  #sent = false;
  /** Bytes came since then. */
  #heard = false;
  /** Calls that ended well. */
  #served = 0;
  #waitsUntil: number | undefined;
  #trailers: Fields | undefined;
  #pumping = false;
  #flushDue = false;
  /** `write` said false. */
  #blocked = false;
  #paused = false;
  #ended = false;

  /** Takes over the socket with its listeners (socket-events.ts). */
  constructor(socket: Socket, owner: ConnectionOwner) {
    this.#owner = owner;
    this.clock = owner.clock;
    this.#machine = new ClientConnection({ ...owner.http1, now: this.clock.now() });
    this.#timer = new DeadlineTimer(this);
    this.#socket = socket;
    this.#writer = new SocketWriter(this.#machine, socket, owner.clock, (at) =>
      this.#run(at, false),
    );
    listen(socket, this);
  }

  get callCount(): number {
    return this.#call === undefined ? 0 : 1;
  }

  get free(): boolean {
    return this.#state === IDLE;
  }

  get deadline(): number | undefined {
    const due = this.#state === BUSY ? this.#machine.deadline : undefined;
    if (due === undefined || this.#waitsUntil === undefined) return due ?? this.#waitsUntil;
    return Math.min(due, this.#waitsUntil);
  }

  expire(now: number): void {
    if (this.#waitsUntil !== undefined && now >= this.#waitsUntil) {
      this.#fail("client.response.unread");
      return;
    }
    const due = this.#machine.deadline;
    if (this.#state !== BUSY || due === undefined || now < due) return;
    this.#machine.expire(now);
    this.#run(now, true);
  }

  start(call: Call): void {
    this.#take(call);
    this.#send(call, this.clock.now());
  }

  assign(call: Call): void {
    this.#take(call);
    this.#owner.soon(this);
  }

  begin(): void {
    if (this.#state === BUSY && this.#call !== undefined && !this.#sent)
      this.#send(this.#call, this.clock.now());
  }

  destroy(code: ClientCode): void {
    if (this.#state === GONE) return;
    if (this.#call === undefined) this.#leave(undefined);
    else this.#fail(code);
  }

  write(call: Call, bytes: Uint8Array): boolean {
    if (call !== this.#call || !this.#sent) return false;
    const goOn = this.#machine.sendContent(bytes);
    if (!goOn) this.#blocked = true;
    this.#later();
    return goOn;
  }

  end(call: Call, trailers: Fields | undefined): void {
    if (call !== this.#call || !this.#sent) return;
    // RFC 9112 §7.1.2: only chunked coding has a place for trailers.
    this.#machine.sendEnd(call.request.content === "stream" ? trailers : undefined);
    this.#later();
  }

  resumed(call: Call): void {
    if (call === this.#call && !this.#pumping) this.#run(this.clock.now(), false);
  }

  cancel(call: Call): void {
    if (call !== this.#call) return;
    this.#drop(call);
    this.#leave("client.aborted");
  }

  received(chunk: Uint8Array): void {
    if (this.#state === GONE) return;
    const now = this.clock.now();
    this.#heard = true;
    this.#machine.receive(chunk, now);
    this.#run(now, false);
  }

  ended(): void {
    if (this.#state === GONE) return;
    const now = this.clock.now();
    this.#ended = true;
    this.#machine.end(now);
    this.#run(now, false);
  }

  broke(): void {
    if (this.#state !== GONE) this.#fail(this.#loss());
  }

  closed(): void {
    if (this.#state !== GONE) this.#fail(this.#loss());
  }

  flushDue(): void {
    this.#flushDue = false;
    if (this.#state !== GONE) this.#run(this.clock.now(), false);
  }

  #take(call: Call): void {
    this.#state = BUSY;
    this.#waitsUntil = undefined;
    this.#call = call;
    this.#sent = this.#heard = this.#blocked = false;
    this.#trailers = undefined;
    call.place = this;
  }

  #send(call: Call, now: number): void {
    try {
      this.#machine.sendRequest(call.request);
    } catch (cause) {
      this.#unsendable(call, cause, now);
      return;
    }
    this.#sent = true;
    const { content } = call.request;
    if (content !== "none" && content !== 0) this.#blocked = true;
    this.#run(now, false);
  }

  /** Nothing of the request was queued: the connection is as good as before. */
  #unsendable(call: Call, cause: unknown, now: number): void {
    this.#drop(call);
    this.#rest(now);
    this.#owner.fail(call, new ClientError("client.request.invalid", { cause }));
  }

  #rest(now: number): void {
    this.#state = IDLE;
    this.#waitsUntil = now + this.#owner.limits.idleTimeoutMs;
    this.#timer.check(now);
    this.#owner.free(this);
  }

  /** Output that is queued in one turn of the event loop leaves together. */
  #later(): void {
    if (this.#flushDue || this.#pumping) return;
    this.#flushDue = true;
    this.clock.soon(flushLater, this, this.#socket);
  }

  /** `forced` looks for an event even for a call that pauses: a deadline was reached. */
  #run(now: number, forced: boolean): void {
    if (this.#pumping) return;
    this.#pumping = true;
    try {
      if (this.#sent && this.#blocked) this.#unblock();
      this.#pump(now, forced);
      if (this.#state === BUSY) this.#flush(now);
      this.#pumping = false;
    } catch (cause) {
      this.#pumping = false;
      this.#handlerFailed(cause);
      return;
    }
    this.#steer(now);
  }

  #pump(now: number, forced: boolean): void {
    const machine = this.#machine;
    let first = forced;
    while (this.#state < TUNNEL) {
      const call = this.#call;
      if (call?.paused === true && !first) {
        machine.hold();
        return;
      }
      first = false;
      const event = machine.next(now);
      if (event === undefined) return;
      if (event.type === "violation") {
        this.#violated(event);
        return;
      }
      if (call === undefined) continue;
      switch (event.type) {
        case "informational":
          call.handler.onInformational?.(event, call);
          break;
        case "response-head":
          call.handler.onHead(event, call);
          break;
        case "content":
          if (call.handler.onContent(event.bytes, call) === false) call.pause();
          break;
        case "trailers":
          this.#trailers = event.fields;
          break;
        case "end":
          this.#complete(call, now);
          break;
        case "tunnel":
          this.#handOver(call, event.bytes);
      }
    }
  }

  /** The response is complete: what becomes of the connection is settled before the caller knows. */
  #complete(call: Call, now: number): void {
    const trailers = this.#trailers;
    this.#drop(call);
    const sentAll = this.#machine.queuedBytes === 0 && !this.#writer.busy;
    const extra = this.#machine.next(now);
    if (extra?.type === "violation") this.#leave(extra.code);
    else if (sentAll && this.#machine.reusable && !this.#ended) {
      this.#served++;
      this.#rest(now);
    } else this.#leave(sentAll && this.#machine.idle ? undefined : "client.response.early");
    try {
      call.handler.onEnd(trailers, call);
    } catch (cause) {
      this.#owner.callbackFailed(cause);
    }
  }

  #violated(violation: Http1Violation): void {
    const call = this.#call;
    if (call === undefined) this.#leave(violation.code);
    else if (!this.#sent) this.#moveOn(call, violation.code);
    else {
      this.#drop(call);
      this.#leave(violation.code);
      this.#owner.fail(call, errorOfViolation(violation));
    }
  }

  #handOver(call: Call, head: Uint8Array): void {
    const socket = this.#socket;
    this.#drop(call);
    this.#state = TUNNEL;
    this.#timer.stop();
    unlisten(socket);
    this.#owner.gone(this, undefined);
    try {
      call.handler.onTunnel?.({ socket, head }, call);
    } catch (cause) {
      socket.destroy();
      this.#owner.callbackFailed(cause);
    }
  }

  #flush(now: number): void {
    this.#writer.flush(now);
    if (this.#blocked && this.#unblock() && this.#machine.queuedBytes > 0) this.#flush(now);
  }

  /** Asks for content, unless output waits. */
  #unblock(): boolean {
    if (this.#writer.busy || this.#machine.queuedBytes >= ENOUGH_BYTES) return false;
    this.#blocked = false;
    const call = this.#call;
    call?.handler.onWritable?.(call);
    return true;
  }

  /** Brings socket and timer in line with what machine and call say. */
  #steer(now: number): void {
    if (this.#state >= TUNNEL) return;
    const call = this.#call;
    const pauses = call?.paused === true;
    if (this.#ended && !pauses) {
      this.#fail(this.#loss());
      return;
    }
    if (pauses !== this.#paused) {
      this.#paused = pauses;
      if (pauses) this.#socket.pause();
      else this.#socket.resume();
      if (call !== undefined)
        this.#waitsUntil = pauses ? now + this.#owner.limits.pauseTimeoutMs : undefined;
    }
    this.#timer.check(now);
  }

  /** The connection is lost: its call ends, unless another connection can take it. */
  #fail(code: ClientCode): void {
    const call = this.#call;
    if (call === undefined) return this.#leave(undefined);
    if (!this.#sent) return this.#moveOn(call, undefined);
    const died = code === "client.connection.closed" && this.#served > 0;
    if (died && !this.#heard && mayRetry(call)) {
      call.retried = true;
      this.#moveOn(call, undefined);
      return;
    }
    this.#drop(call);
    this.#leave(code);
    this.#owner.fail(call, new ClientError(code));
  }

  /** What it is called that the socket is gone. */
  #loss(): ClientCode {
    return this.#heard ? "client.connection.lost" : "client.connection.closed";
  }

  #moveOn(call: Call, code: string | undefined): void {
    this.#drop(call);
    this.#leave(code);
    this.#owner.again(call);
  }

  /** A callback threw: its own call ends by that, and with it the connection. */
  #handlerFailed(cause: unknown): void {
    const call = this.#call;
    if (call !== undefined) this.#drop(call);
    this.#leave("client.handler");
    if (call !== undefined) this.#owner.fail(call, new ClientError("client.handler", { cause }));
  }

  #drop(call: Call): void {
    this.#call = undefined;
    call.place = undefined;
  }

  #leave(code: string | undefined): void {
    if (this.#state === GONE) return;
    const counted = this.#state !== TUNNEL;
    this.#state = GONE;
    this.#timer.stop();
    this.#machine.abort();
    this.#socket.destroy();
    if (counted) this.#owner.gone(this, code);
  }
}
