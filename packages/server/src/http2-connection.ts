// The whole life of an HTTP/2 connection: a socket below, a ServerConnection above, and many
// exchanges at once. Bytes go up as they come; what was answered within one read leaves in one
// write; content of a request opens its window again only as the handler reads it.
//
//   received ─┐
//   pulled  ──┼─▶ pump (events until there are none) ─▶ flush (one write) ─▶ steer
//   timer   ──┘    (close, deadline)
//
// A connection ends when its machine is closed, its socket is, or something here fails. It counts
// until its socket is closed and its handlers have returned.

import type { Fields } from "@wirewall/fields";
import { ServerConnection, type Http2Violation, type RequestHead } from "@wirewall/http2";
import type { Scope } from "@wirewall/runtime";
import type { Socket } from "node:net";
import type { ConnectionHost } from "./connection-host.js";
import type { Clock } from "@wirewall/host";
import { ConnectionInfo } from "./connection-info.js";
import { DeadlineTimer, type Timed } from "./deadline-timer.js";
import type { AbortCause } from "./errors.js";
import type { ExchangeDriver } from "./exchange-driver.js";
import type { ExchangeResponse } from "./exchange-response.js";
import { beginHandler, enterTask, type HandlerOwner } from "./handler-task.js";
import { ownMemory } from "./own-memory.js";
import { ServerExchange } from "./server-exchange.js";
import { own, type SocketOwner } from "./socket-owner.js";
import { runDue, writeBatch } from "./write-batch.js";

const INTERNAL_ERROR = 0x2;
const CANCEL = 0x8;
/** After the last word the peer's is read and dropped, so that a TCP reset does not eat ours. */
const LINGER_MS = 1_000;
/** So much of it, and no more: a flood is not read on. */
const LINGER_BYTES = 65_536;

export class Http2Connection implements Timed, ExchangeDriver, HandlerOwner, SocketOwner {
  readonly clock: Clock;
  #scope: Scope | undefined;
  readonly #machine: ServerConnection;
  readonly #host: ConnectionHost;
  readonly #socket: Socket;
  readonly #timer: DeadlineTimer;
  readonly #exchanges: Map<number, ServerExchange> = new Map();
  readonly #written: () => void = () => this.#left();
  #info: ConnectionInfo | undefined;
  /** Handlers that have not returned. */
  #running = 0;
  #pumping = false;
  /** A turn of `#run` is due. */
  #due = false;
  #writing = false;
  #peerEnded = false;
  /** Nothing goes between socket and machine any more. */
  #detached = false;
  #closed = false;
  #closeBy: number | undefined;
  #lingerLeft = LINGER_BYTES;

  /** `openedAt` is when the socket was accepted. */
  constructor(socket: Socket, host: ConnectionHost, openedAt: number) {
    this.#host = host;
    this.clock = host.clock;
    this.#socket = socket;
    this.#machine = new ServerConnection({ ...host.http2, now: openedAt });
    this.#timer = new DeadlineTimer(this);
    own(socket, this);
    this.#run(this.clock.now());
  }

  get scope(): Scope {
    return (this.#scope ??= this.#host.scope.scope());
  }

  get info(): ConnectionInfo {
    return (this.#info ??= new ConnectionInfo(this.#socket, this.#host.encrypted));
  }

  get deadline(): number | undefined {
    return this.#closeBy ?? this.#machine.deadline;
  }

  expire(now: number): void {
    if (this.#closeBy !== undefined) {
      this.#socket.destroy();
      return;
    }
    this.#machine.expire(now);
    this.#run(now);
  }

  shutdown(): void {
    if (this.#detached) return;
    const now = this.clock.now();
    this.#machine.shutdown(now);
    this.#run(now);
  }

  destroy(why: AbortCause): void {
    this.#abortAll(why);
    this.#detach();
    this.#socket.destroy();
  }

  received(chunk: Uint8Array): void {
    if (this.#detached) {
      this.#lingerLeft -= chunk.length;
      if (this.#lingerLeft < 0) this.#socket.destroy();
      return;
    }
    const now = this.clock.now();
    this.#machine.receive(chunk, now);
    this.#run(now);
  }

  /** As in HTTP/1.1 a client that sends no more has probably gone, and is answered all the same. */
  ended(): void {
    this.#peerEnded = true;
    if (this.#detached) return;
    const now = this.clock.now();
    for (const exchange of this.#exchanges.values())
      if (exchange.takesContent) exchange.clientEnded();
    this.#machine.end(now);
    this.#run(now);
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
    exchange: ServerExchange,
    response: ExchangeResponse,
    content: Uint8Array | string | undefined,
  ): void {
    this.#setDate();
    this.#machine.sendResponse(exchange.stream, response, content);
  }

  sendInformational(exchange: ServerExchange, status: number, fields: Fields | undefined): void {
    this.#machine.sendInformational(exchange.stream, status, fields);
  }

  sendHead(exchange: ServerExchange, response: ExchangeResponse): void {
    this.#setDate();
    this.#machine.sendHead(exchange.stream, response);
  }

  sendContent(exchange: ServerExchange, bytes: Uint8Array): boolean {
    return this.#machine.sendContent(exchange.stream, bytes);
  }

  sendEnd(exchange: ServerExchange, trailers: Fields | undefined): void {
    this.#machine.sendEnd(exchange.stream, trailers);
  }

  pull(exchange: ServerExchange): void {
    if (exchange.hasContent || exchange.headSent || !exchange.head.expectContinue) return;
    this.#machine.sendContinue(exchange.stream);
    this.queued();
  }

  consumed(exchange: ServerExchange, byteCount: number): void {
    this.#machine.consumed(exchange.stream, byteCount);
    this.queued();
  }

  /** Everything that is said in the same turn of the event loop leaves together. */
  queued(): void {
    if (this.#pumping || this.#due) return;
    this.#due = true;
    this.clock.soon(runDue, this, this.#socket);
  }

  responded(exchange: ServerExchange): void {
    if (exchange.settled) this.#settle(exchange);
    this.queued();
  }

  tunnelClosed(exchange: ServerExchange, isWhole: boolean): void {
    if (!isWhole) this.#machine.reset(exchange.stream, CANCEL);
    if (exchange.settled) this.#settle(exchange);
    this.queued();
  }

  cutOff(exchange: ServerExchange): void {
    this.#machine.reset(exchange.stream, INTERNAL_ERROR);
    this.#abort(exchange, "response-failed");
    this.queued();
  }

  /** @internal */
  runDue(): void {
    this.#due = false;
    this.#run(this.clock.now());
  }

  #run(now: number): void {
    if (this.#pumping || this.#detached) return;
    try {
      do this.#pump(now);
      while (this.#flush(now));
      if (this.#machine.state === "closed") this.#finish(now);
      else this.#timer.follow(this.#machine.deadline, now);
    } catch (error) {
      this.broke(error);
    }
  }

  #pump(now: number): void {
    const machine = this.#machine;
    machine.date = this.#host.date.at(now);
    this.#pumping = true;
    for (let event = machine.next(now); event !== undefined; event = machine.next(now)) {
      switch (event.type) {
        case "request-head":
          this.#begin(event);
          break;
        case "content":
          this.#deliver(event.stream, event.bytes);
          break;
        case "trailers": {
          const exchange = this.#exchanges.get(event.stream);
          if (exchange !== undefined) exchange.trailers = event.fields;
          break;
        }
        case "end":
          this.#exchanges.get(event.stream)?.contentEnded();
          break;
        case "window":
          this.#exchanges.get(event.stream)?.drained();
          break;
        case "reset": {
          const exchange = this.#exchanges.get(event.stream);
          if (exchange !== undefined) this.#abort(exchange, "client-gone");
          break;
        }
        case "violation":
          this.#refused(event);
          break;
        default:
      }
    }
    this.#pumping = false;
  }

  #begin(head: RequestHead): void {
    this.#host.counters.requests++;
    const isOver = head.endStream || head.contentLength === 0;
    const exchange = new ServerExchange(this, head, isOver, this.#peerEnded, head.stream);
    beginHandler(this.#host, this, exchange);
  }

  enter(exchange: ServerExchange): void {
    enterTask(this.#host, this, exchange);
  }

  handlerGoesOn(exchange: ServerExchange): void {
    this.#running++;
    this.#exchanges.set(exchange.stream, exchange);
  }

  handlerEnded(exchange: ServerExchange, isLater: boolean): void {
    exchange.settled = true;
    if (!isLater) {
      if (exchange.ended || exchange.aborted) this.#machine.settled(exchange.stream);
      else this.#exchanges.set(exchange.stream, exchange);
      return;
    }
    this.#settle(exchange);
    this.#running--;
    if (this.#closed) this.#leave();
    else this.queued();
  }

  /** Something of our own failed: the connection ends, and nothing else does. */
  broke(error: unknown): void {
    this.#pumping = false;
    this.#host.failed(error, this);
    this.destroy("response-failed");
  }

  /** The handler, and its tunnel, have ended: another one may take its place (RFC 9113 §10.5). */
  #settle(exchange: ServerExchange): void {
    if (exchange.tunnels) return;
    this.#exchanges.delete(exchange.stream);
    this.#machine.settled(exchange.stream);
  }

  /** Content that has to wait for its reader is memory of its own, unless it is most of a chunk. */
  #deliver(stream: number, bytes: Uint8Array): void {
    const exchange = this.#exchanges.get(stream);
    if (exchange === undefined || !exchange.takesContent) {
      this.#machine.consumed(stream, bytes.length);
      return;
    }
    exchange.hasContent = true;
    exchange.deliver(exchange.reading ? bytes : ownMemory(bytes));
  }

  #refused(violation: Http2Violation): void {
    const { stream } = violation;
    if (stream === undefined) this.#abortAll("violation");
    else {
      const exchange = this.#exchanges.get(stream);
      if (exchange !== undefined) this.#abort(exchange, "violation");
    }
    this.#host.violated(violation, this);
  }

  #abort(exchange: ServerExchange, why: AbortCause): void {
    if (exchange.aborted) return;
    if (exchange.takesContent) {
      this.#host.counters.aborted++;
      exchange.abort(why);
    }
    if (exchange.settled) this.#settle(exchange);
  }

  #abortAll(why: AbortCause): void {
    for (const exchange of this.#exchanges.values()) this.#abort(exchange, why);
  }

  /** While events are pumped the date is that of this turn. */
  #setDate(): void {
    if (!this.#pumping) this.#machine.date = this.#host.date.at(this.clock.now());
  }

  /** Writes what may leave; true if there may be events that waited for that. */
  #flush(now: number): boolean {
    const machine = this.#machine;
    let wrote = false;
    while (!this.#writing && writeBatch(machine, this.#socket, this.#written, now)) {
      wrote = true;
      this.#writing = !this.#hasLeft;
      if (!this.#writing) machine.outputSent(now);
    }
    return wrote && machine.hasNews;
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
    this.#machine.outputSent(now);
    this.#run(now);
  }

  /** Lets what was written leave, but not for ever, and closes. */
  #finish(now: number): void {
    this.#abortAll("violation");
    this.#detach();
    this.#socket.resume();
    this.#socket.end();
    if (this.#socket.destroyed) return;
    this.#closeBy = now + LINGER_MS;
    this.#timer.follow(this.#closeBy, now);
  }

  #detach(): void {
    if (this.#detached) return;
    this.#detached = true;
    this.#timer.stop();
    this.#machine.abort();
  }
}
