// The whole life of an HTTP/1.1 connection: a socket below, a ServerConnection above, and nobody else who
// touches either. Bytes go up as they come, one request at a time is handed to the handler, and
// whatever was answered within one read leaves in one write.
//
//   received ─┐
//   pulled  ──┼─▶ pump (next event until there is none) ─▶ flush (one write) ─▶ steer
//   timer   ──┘    (pause, half-close, close, deadline)
//
// A connection ends when its machine is closed, its socket is, or something here fails. It counts
// until its socket is closed and its handlers have returned.

import type { Fields } from "@wirewall/fields";
import {
  ServerConnection,
  type Http1Violation,
  type OutgoingResponse,
  type RequestHead,
} from "@wirewall/http1";
import type { Scope } from "@wirewall/runtime";
import type { Socket } from "node:net";
import type { ConnectionHost } from "./connection-host.js";
import type { Clock } from "@wirewall/host";
import { ConnectionInfo } from "./connection-info.js";
import { DeadlineTimer, type Timed } from "./deadline-timer.js";
import type { AbortCause } from "./errors.js";
import type { ExchangeDriver } from "./exchange-driver.js";
import { beginHandler, enterTask, type HandlerOwner } from "./handler-task.js";
import { ServerExchange } from "./server-exchange.js";
import { handOver, own, type SocketOwner } from "./socket-owner.js";
import { runDue, writeBatch } from "./write-batch.js";

/** Input is read this far ahead of a handler that does not ask for it, to notice that a peer left. */
const READ_AHEAD_BYTES = 16_384;

export class Http1Connection implements Timed, ExchangeDriver, HandlerOwner, SocketOwner {
  readonly machine: ServerConnection;
  readonly clock: Clock;
  #scope: Scope | undefined;
  readonly #host: ConnectionHost;
  readonly #socket: Socket;
  readonly #timer: DeadlineTimer;
  #info: ConnectionInfo | undefined;
  #exchange: ServerExchange | undefined;
  #written: (() => void) | undefined;
  /** Bytes received since the machine last asked for more. */
  #ahead = 0;
  /** Handlers that have not returned. */
  #running = 0;
  #pumping = false;
  /** A turn of `#run` is due, and something happened that it is for. */
  #due = false;
  #stirred = false;
  /** A handler was started whose answer may be ready before this turn ends. */
  #fresh = false;
  #writing = false;
  #paused = false;
  #peerEnded = false;
  #halfClosed = false;
  /** Nothing goes between socket and machine any more. */
  #detached = false;
  #closed = false;
  #closeBy: number | undefined;
  #tunnel: Uint8Array | undefined;

  /** `openedAt` is when the socket was accepted. */
  constructor(socket: Socket, host: ConnectionHost, openedAt: number) {
    this.#host = host;
    this.clock = host.clock;
    this.#socket = socket;
    this.machine = new ServerConnection({ ...host.http1, now: openedAt });
    this.#timer = new DeadlineTimer(this);
    own(socket, this);
    this.#timer.follow(this.machine.deadline, openedAt);
  }

  get scope(): Scope {
    return (this.#scope ??= this.#host.scope.scope());
  }

  get info(): ConnectionInfo {
    return (this.#info ??= new ConnectionInfo(this.#socket, this.#host.encrypted));
  }

  get deadline(): number | undefined {
    return this.#closeBy ?? this.machine.deadline;
  }

  expire(now: number): void {
    if (this.#closeBy === undefined) {
      this.machine.expire(now);
      this.#run(now, true);
    } else this.#socket.destroy();
  }

  /** Finishes what is running and takes on nothing more. */
  shutdown(): void {
    if (this.#detached) return;
    const now = this.clock.now();
    this.machine.shutdown(now);
    this.#run(now, false);
  }

  /** Ends the connection at once, whatever is running. */
  destroy(why: AbortCause): void {
    const exchange = this.#exchange;
    this.#detach();
    if (exchange !== undefined && !exchange.ended) {
      this.#host.counters.aborted++;
      exchange.abort(why);
    }
    this.#socket.destroy();
  }

  received(chunk: Uint8Array): void {
    if (this.#detached) return;
    const now = this.clock.now();
    this.#ahead += chunk.length;
    this.machine.receive(chunk, now);
    this.#run(now, false);
  }

  ended(): void {
    this.#peerEnded = true;
    if (this.#detached) return;
    const now = this.clock.now();
    if (this.#exchange?.ended === false) this.#exchange.clientEnded();
    this.machine.end(now);
    this.#run(now, false);
  }

  closed(): void {
    this.#closed = true;
    this.destroy("client-gone");
    this.#leave();
  }

  /** Gone as soon as its handlers, and what they have begun, have ended. */
  #leave(): void {
    if (this.#running > 0) return;
    if (this.#scope === undefined) this.#host.left(this);
    else this.#scope.close(() => this.#host.left(this));
  }

  sendResponse(
    _exchange: ServerExchange,
    response: OutgoingResponse,
    content: Uint8Array | string | undefined,
  ): void {
    this.#setDate();
    this.machine.sendResponse(response, content);
  }

  sendInformational(_exchange: ServerExchange, status: number, fields: Fields | undefined): void {
    this.machine.sendInformational(status, fields);
  }

  sendHead(_exchange: ServerExchange, response: OutgoingResponse): void {
    this.#setDate();
    this.machine.sendHead(response);
  }

  sendContent(_exchange: ServerExchange, bytes: Uint8Array): boolean {
    return this.machine.sendContent(bytes);
  }

  sendEnd(_exchange: ServerExchange, trailers: Fields | undefined): void {
    this.machine.sendEnd(trailers);
  }

  /** The machine lets more come when it is asked for the next event; a tunnel is the socket itself. */
  consumed(): void {}
  tunnelClosed(): void {}

  pull(): void {
    this.machine.sendContinue();
    if (!this.#pumping) this.#run(this.clock.now(), false);
  }

  /** Everything that is said in the same turn of the event loop leaves together. */
  queued(): void {
    if (this.#pumping) return;
    this.#stirred = true;
    if (this.#due) return;
    this.#due = true;
    this.clock.soon(runDue, this, this.#socket);
  }

  responded(): void {
    const exchange = this.#exchange;
    if (exchange?.settled === true) this.#exchange = undefined;
    this.queued();
  }

  /** @internal */
  runDue(): void {
    this.#due = false;
    if (this.#stirred) this.#run(this.clock.now(), false);
  }

  /** While events are pumped the date is that of this turn. */
  #setDate(): void {
    if (!this.#pumping) this.machine.date = this.#host.date.at(this.clock.now());
  }

  /** `forced` looks for an event even where nobody asked for one: a deadline was reached. */
  #run(now: number, forced: boolean): void {
    if (this.#pumping || this.#detached) return;
    this.#stirred = false;
    try {
      do {
        this.#pump(now, forced);
        if (this.#fresh) {
          this.#fresh = false;
          if (this.machine.queuedBytes > 0) {
            this.queued();
            return;
          }
        }
      } while (this.#flush(now));
      this.#steer(now);
    } catch (error) {
      this.broke(error);
    }
  }

  /** Something of our own failed: the connection ends, and nothing else does. */
  broke(error: unknown): void {
    this.#pumping = false;
    this.#host.failed(error, this);
    this.destroy("response-failed");
  }

  #pump(now: number, forced: boolean): void {
    const { machine } = this;
    machine.date = this.#host.date.at(now);
    this.#pumping = true;
    let first = forced;
    for (;;) {
      const exchange = this.#exchange;
      if (exchange !== undefined && !first && this.#holds(exchange)) {
        machine.hold();
        break;
      }
      first = false;
      const event = machine.next(now);
      if (event === undefined) {
        if (machine.wantsInput) this.#ahead = 0;
        break;
      }
      switch (event.type) {
        case "request-head":
          this.#begin(event);
          break;
        case "content":
          exchange?.deliver(event.bytes);
          break;
        case "trailers":
          if (exchange !== undefined) exchange.trailers = event.fields;
          break;
        case "end":
          exchange?.contentEnded();
          break;
        case "tunnel":
          this.#tunnel = event.bytes;
          break;
        default:
          this.#refused(event);
      }
    }
    this.#pumping = false;
  }

  /** Whether the next event has to wait for the handler. */
  #holds(exchange: ServerExchange): boolean {
    if (this.machine.state !== "open") return false;
    if (exchange.ended) return !exchange.settled;
    return !exchange.contentOver && !exchange.reading;
  }

  #begin(head: RequestHead): void {
    this.#host.counters.requests++;
    const isOver = head.framing === "none" || head.contentLength === 0;
    const exchange = new ServerExchange(this, head, isOver, this.#peerEnded, 0);
    this.#exchange = exchange;
    beginHandler(this.#host, this, exchange);
  }

  enter(exchange: ServerExchange): void {
    enterTask(this.#host, this, exchange);
  }

  handlerGoesOn(): void {
    this.#running++;
    this.#fresh = true;
  }

  handlerEnded(exchange: ServerExchange, isLater: boolean): void {
    exchange.settled = true;
    if (exchange.ended && this.#exchange === exchange) this.#exchange = undefined;
    if (!isLater) return;
    this.#running--;
    if (this.#closed) this.#leave();
    else this.#run(this.clock.now(), false);
  }

  /** The peer must see that content is missing, also where only the end of the connection ends it. */
  cutOff(exchange: ServerExchange): void {
    const resets = exchange.head.version === "1.0" && !this.#host.encrypted;
    if (resets && this.#socket.remoteAddress !== undefined) this.#socket.resetAndDestroy();
    this.destroy("response-failed");
  }

  #refused(violation: Http1Violation): void {
    const exchange = this.#exchange;
    this.#exchange = undefined;
    if (exchange !== undefined && !exchange.ended) {
      this.#host.counters.aborted++;
      exchange.abort("violation");
    }
    this.#host.violated(violation, this);
    if (this.machine.state !== "closed") return;
    if (exchange?.headSent === true) this.cutOff(exchange);
    else if (this.#writing) this.destroy("violation");
  }

  /** Writes what is queued; true if there are requests that waited for that. */
  #flush(now: number): boolean {
    const { machine } = this;
    const full = this.#exchange === undefined && machine.state === "open" && !machine.wantsInput;
    const written = (this.#written ??= () => this.#left());
    while (!this.#writing && writeBatch(machine, this.#socket, written, now)) {
      this.#writing = !this.#hasLeft;
      if (!this.#writing) machine.outputSent(now);
    }
    if (machine.queuedBytes === 0) this.#exchange?.drained();
    return full && !this.#writing;
  }

  /** Whether the system took what was written. A socket that failed took nothing: its close follows. */
  get #hasLeft(): boolean {
    return this.#socket.writableLength === 0 && !this.#socket.destroyed;
  }

  #left(): void {
    if (!this.#writing || !this.#hasLeft) return;
    this.#writing = false;
    if (this.#detached) return;
    const now = this.clock.now();
    this.machine.outputSent(now);
    this.#run(now, false);
  }

  /** Brings socket and timer in line with what the machine says. */
  #steer(now: number): void {
    const { machine } = this;
    const { state } = machine;
    if (state === "closed") return this.#finish(now);
    if (state === "tunnel") return this.#handOver();
    const pauses = state === "open" ? this.#ahead > READ_AHEAD_BYTES : !machine.wantsInput;
    if (pauses !== this.#paused) {
      this.#paused = pauses;
      if (pauses) this.#socket.pause();
      else this.#socket.resume();
    }
    if (state === "lingering" && !this.#writing && !this.#halfClosed) {
      this.#halfClosed = true;
      this.#socket.end();
    }
    this.#timer.follow(machine.deadline, now);
  }

  /** Lets what was written leave, but not for ever, and closes. */
  #finish(now: number): void {
    const socket = this.#socket;
    this.#detach();
    socket.resume();
    socket.destroySoon();
    if (socket.destroyed) return;
    this.#closeBy = now + this.machine.limits.lingerTimeoutMs;
    this.#timer.follow(this.#closeBy, now);
  }

  #handOver(): void {
    const exchange = this.#exchange;
    const socket = this.#socket;
    this.#detach();
    handOver(socket);
    socket.pause();
    exchange?.switched(socket, this.#tunnel ?? new Uint8Array(0));
  }

  #detach(): void {
    this.#detached = true;
    this.#exchange = undefined;
    this.#closeBy = undefined;
    this.#timer.stop();
    this.machine.abort();
  }
}
