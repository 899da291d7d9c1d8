// One exchange as its connection sees it. Nothing here costs anything before it is touched: no
// signal, no stream, no promise is made for an exchange that does not ask for one.

import type { Fields } from "@wirewall/fields";
import type { RequestHead as Http1Head } from "@wirewall/http1";
import type { RequestHead as Http2RequestHead } from "@wirewall/http2";
import { UsageError } from "@wirewall/limits";
import type { Cx } from "@wirewall/runtime";
import type { Duplex } from "node:stream";
import type { Clock } from "@wirewall/host";
import type { ConnectionInfo } from "./connection-info.js";
import { ExchangeAborted, type AbortCause } from "./errors.js";
import type { ExchangeDriver } from "./exchange-driver.js";
import { ExchangeTask } from "./exchange-task.js";
import { Http2Head, type ExchangeHead } from "./exchange-head.js";
import type { ExchangeResponse, WholeResponse } from "./exchange-response.js";
import type { Exchange, ExchangeObserver, Upgraded } from "./exchange.js";
import { outgoingFields } from "./outgoing-fields.js";
import { StreamTunnel } from "./stream-tunnel.js";

type Read = IteratorResult<Uint8Array, undefined>;

interface Settler<Value> {
  readonly resolve: (value: Value) => void;
  readonly reject: (reason: unknown) => void;
}

const NO_HEAD = 0;
const HEAD_SENT = 1;
const ENDED = 2;
const SWITCHED = 3;

export class ServerExchange implements Exchange {
  /** HTTP/2: the stream that it is on. */
  readonly stream: number;
  readonly #source: Http1Head | Http2RequestHead;
  #head: ExchangeHead | undefined;
  readonly #driver: ExchangeDriver;
  #phase: number = NO_HEAD;
  /** Content is not sent: the answer to HEAD, or 304. */
  #bare = false;
  #clientEnded: boolean;
  #reason: ExchangeAborted | undefined;
  #controller: AbortController | undefined;
  #reader: Settler<Read> | undefined;
  /** Content that came before anybody asked for it. */
  #early: Uint8Array[] | undefined;
  #writer: Settler<void> | undefined;
  #drained: Promise<void> | undefined;
  #switch: Settler<Upgraded> | undefined;
  #observer: ExchangeObserver | undefined;
  #tunnel: StreamTunnel | undefined;
  /** What its handler is, once it is a task. */
  task: ExchangeTask | undefined;
  /** Asks that task to stop. */
  stop: ((why: AbortCause) => void) | undefined;
  trailers: Fields | undefined;
  /** The content was read to its end. */
  contentOver: boolean;
  /** The handler has returned. */
  settled = false;
  /** Content has come: nobody waits for 100 Continue any more (RFC 9110 §10.1.1). */
  hasContent = false;

  constructor(
    driver: ExchangeDriver,
    source: Http1Head | Http2RequestHead,
    contentOver: boolean,
    clientEnded: boolean,
    stream: number,
  ) {
    this.#driver = driver;
    this.#source = source;
    this.stream = stream;
    this.#clientEnded = clientEnded;
    this.contentOver = contentOver;
  }

  get head(): ExchangeHead {
    return (this.#head ??= "version" in this.#source ? this.#source : new Http2Head(this.#source));
  }

  get info(): ConnectionInfo {
    return this.#driver.info;
  }

  get clock(): Clock {
    return this.#driver.clock;
  }

  get cx(): Cx {
    if (this.task === undefined) this.#driver.enter(this);
    if (this.task === undefined) throw new UsageError("cx: the handler has not begun");
    return this.task.cx;
  }

  /** Its task begins, and owes a response. */
  begin(cx: Cx): ExchangeTask {
    return (this.task = new ExchangeTask(cx, this.isOwed));
  }

  /** The client waits for a response, or for the rest of it. */
  get isOwed(): boolean {
    return this.#reason === undefined && this.#phase < ENDED && this.#tunnel === undefined;
  }

  get aborted(): boolean {
    return this.#reason !== undefined;
  }

  /** Why the exchange was cut off; undefined while it was not. */
  get reason(): ExchangeAborted | undefined {
    return this.#reason;
  }

  get headSent(): boolean {
    return this.#phase !== NO_HEAD;
  }

  get ended(): boolean {
    return this.#phase >= ENDED;
  }

  /** Content that comes may still be read. */
  get takesContent(): boolean {
    return this.#reason === undefined && (this.#phase < ENDED || this.#tunnel !== undefined);
  }

  /** A tunnel is open: the end of the response is not the end of the exchange. */
  get tunnels(): boolean {
    return this.#tunnel !== undefined;
  }

  get signal(): AbortSignal {
    if (this.#controller === undefined) {
      this.#controller = new AbortController();
      if (this.#reason !== undefined) this.#controller.abort(this.#reason);
      else if (this.#clientEnded) this.#controller.abort(new ExchangeAborted("client-ended"));
    }
    return this.#controller.signal;
  }

  content(): AsyncIterableIterator<Uint8Array> {
    return new ContentReader(this);
  }

  respond(response: WholeResponse, content?: Uint8Array | string): void {
    if (this.#isLate(NO_HEAD, "respond")) return;
    this.#driver.sendResponse(this, this.#dressed(response, "none"), content);
    this.#responded();
  }

  sendInformational(status: number, fields?: Fields): void {
    if (this.#isLate(NO_HEAD, "sendInformational")) return;
    this.#driver.sendInformational(this, status, fields);
    this.#driver.queued();
  }

  sendHead(response: ExchangeResponse): void {
    if (this.#isLate(NO_HEAD, "sendHead")) return;
    this.#driver.sendHead(this, this.#dressed(response, response.content));
    this.#bare = this.head.method === "HEAD" || response.status === 304;
    this.#phase = HEAD_SENT;
    this.#driver.queued();
  }

  write(bytes: Uint8Array): Promise<void> | undefined {
    if (this.#reason !== undefined) return handled(Promise.reject(this.#reason));
    if (this.#isLate(HEAD_SENT, "write") || this.#bare) return undefined;
    const goOn = this.#driver.sendContent(this, bytes);
    this.#driver.queued();
    if (goOn) return undefined;
    this.#drained ??= handled(
      new Promise<void>((resolve, reject) => {
        this.#writer = { resolve, reject };
      }),
    );
    return this.#drained;
  }

  end(trailers?: Fields): void {
    if (this.#isLate(HEAD_SENT, "end")) return;
    this.#driver.sendEnd(this, this.#bare ? undefined : trailers);
    this.#responded();
  }

  cutOff(): void {
    if (this.#reason === undefined && this.#phase < ENDED) this.#driver.cutOff(this);
  }

  upgrade(response: WholeResponse): Promise<Upgraded> {
    return handled(
      new Promise((resolve, reject) => {
        if (this.#reason !== undefined) throw this.#reason;
        this.#isLate(NO_HEAD, "upgrade");
        if (this.stream !== 0) {
          resolve(this.#openTunnel(response));
          return;
        }
        this.#driver.sendHead(this, { ...response, content: "none" });
        this.#phase = SWITCHED;
        this.task?.settle(true);
        this.#switch = { resolve, reject };
        this.#driver.pull(this);
      }),
    );
  }

  observe(observer: ExchangeObserver): void {
    this.#observer = observer;
    if (this.#reason !== undefined) observer.aborted(this.#reason);
    else if (this.#clientEnded) observer.clientEnded();
  }

  /** The next piece of content. */
  read(): Promise<Read> {
    const early = this.#early?.shift();
    if (early !== undefined) {
      this.#driver.consumed(this, early.length);
      return Promise.resolve({ value: early, done: false });
    }
    if (this.contentOver) return Promise.resolve({ value: undefined, done: true });
    if (this.#reason !== undefined) return handled(Promise.reject(this.#reason));
    if (!this.takesContent) return handled(Promise.reject(endedAlready()));
    if (this.#reader !== undefined)
      return handled(Promise.reject(new UsageError("content: a read is pending already")));
    return handled(
      new Promise<Read>((resolve, reject) => {
        this.#reader = { resolve, reject };
        this.#driver.pull(this);
      }),
    );
  }

  /** Content, or the switch of protocols, is being waited for. */
  get reading(): boolean {
    return this.#reader !== undefined || this.#switch !== undefined;
  }

  deliver(bytes: Uint8Array): void {
    const reader = this.#reader;
    this.#reader = undefined;
    if (reader === undefined) {
      (this.#early ??= []).push(bytes);
      return;
    }
    this.#driver.consumed(this, bytes.length);
    reader.resolve({ value: bytes, done: false });
  }

  contentEnded(): void {
    this.contentOver = true;
    const reader = this.#reader;
    this.#reader = undefined;
    reader?.resolve({ value: undefined, done: true });
  }

  /** The queue was taken: a writer that waits may go on. */
  drained(): void {
    const writer = this.#writer;
    if (writer === undefined) return;
    this.#writer = this.#drained = undefined;
    writer.resolve();
  }

  /** The client sends no more. */
  clientEnded(): void {
    this.#clientEnded = true;
    if (this.#reason === undefined) this.#observer?.clientEnded();
    if (this.#controller !== undefined && this.#reason === undefined)
      this.#controller.abort(new ExchangeAborted("client-ended"));
  }

  switched(socket: Duplex, head: Uint8Array): void {
    this.#switch?.resolve({ socket, head });
    this.#switch = undefined;
  }

  /** The tunnel was closed, or destroyed. */
  tunnelClosed(): void {
    this.#tunnel = undefined;
    this.#driver.tunnelClosed(this, this.ended && this.contentOver);
  }

  /** Cuts the exchange off: whatever waits is rejected, and nothing more is sent. */
  abort(why: AbortCause): void {
    if (this.#reason !== undefined) return;
    const reason = new ExchangeAborted(why);
    this.#reason = reason;
    this.#reader?.reject(reason);
    this.#writer?.reject(reason);
    this.#switch?.reject(reason);
    this.#reader = this.#writer = this.#switch = undefined;
    this.#observer?.aborted(reason);
    this.#controller?.abort(reason);
    this.#tunnel?.destroy(reason);
    this.task?.settle(false);
    this.stop?.(why);
  }

  #openTunnel(response: WholeResponse): Upgraded {
    if (this.head.method !== "CONNECT" || response.status > 299)
      throw new UsageError("upgrade: expected CONNECT, and a status of 2xx (RFC 9113 §8.5, §8.6)");
    this.sendHead({ ...response, content: "stream" });
    const socket = (this.#tunnel = new StreamTunnel(this));
    this.task?.settle(true);
    return { socket, head: new Uint8Array(0) };
  }

  /** Without what belongs to the connection. */
  #dressed(response: WholeResponse, content: ExchangeResponse["content"]): ExchangeResponse {
    const { status, reason, sensitive } = response;
    const fields = outgoingFields(response.fields, status, this.stream !== 0);
    if (sensitive !== undefined && fields !== undefined && this.stream !== 0)
      return { status, fields, content, sensitive };
    if (reason !== undefined)
      return fields === undefined
        ? { status, reason, content }
        : { status, reason, fields, content };
    return fields === undefined ? { status, content } : { status, fields, content };
  }

  /** Whether nobody listens any more; a call at the wrong time is a `UsageError`. */
  #isLate(expected: number, verb: string): boolean {
    if (this.#reason !== undefined) return true;
    if (this.#phase !== expected)
      throw new UsageError(`${verb}: the response has ${PHASES[this.#phase] ?? "ended"}`);
    return false;
  }

  /** Content that was not read by now will not be: the machine reads past it, or closes. */
  #responded(): void {
    this.#phase = ENDED;
    this.task?.settle(true);
    if (this.#tunnel === undefined) {
      const reader = this.#reader;
      this.#reader = undefined;
      reader?.reject(endedAlready());
    }
    this.#driver.responded(this);
  }
}

const PHASES: readonly string[] = ["not begun", "begun already", "ended already", "switched"];

function endedAlready(): UsageError {
  return new UsageError("content: the response has ended already");
}

class ContentReader implements AsyncIterableIterator<Uint8Array> {
  readonly #exchange: ServerExchange;
  #stopped = false;

  constructor(exchange: ServerExchange) {
    this.#exchange = exchange;
  }

  next(): Promise<Read> {
    return this.#stopped
      ? Promise.resolve({ value: undefined, done: true })
      : this.#exchange.read();
  }

  /** Ends the reading; content that is left stays unread, so that the connection will close. */
  return(): Promise<Read> {
    this.#stopped = true;
    return Promise.resolve({ value: undefined, done: true });
  }

  [Symbol.asyncIterator](): this {
    return this;
  }
}

/** A promise whose rejection nobody is forced to look at. */
function handled<Value>(promise: Promise<Value>): Promise<Value> {
  promise.catch(ignore);
  return promise;
}

function ignore(): void {}
