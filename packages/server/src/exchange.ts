// One request and its response, without Web objects. Nothing here costs anything before it is
// touched: no signal, no stream, no promise is made for an exchange that does not ask for one.

import type { Fields } from "@wirewall/fields";
import type { RequestHead as Http1Head } from "@wirewall/http1";
import type { RequestHead as Http2RequestHead } from "@wirewall/http2";
import { UsageError } from "@wirewall/limits";
import type { Duplex } from "node:stream";
import type { ConnectionInfo } from "./connection-info.js";
import { ExchangeAborted, type AbortCause } from "./errors.js";
import { Http2Head, type ExchangeHead } from "./exchange-head.js";
import type { ExchangeResponse, WholeResponse } from "./exchange-response.js";
import { outgoingFields } from "./outgoing-fields.js";

/** A connection that speaks another protocol from now on. */
export interface Upgraded {
  /** Paused, without deadlines, and without listeners but one that swallows errors. */
  readonly socket: Duplex;
  /** What came after the request. */
  readonly head: Uint8Array;
}

/** Is told what happens to an exchange, without the cost of a signal. */
export interface ExchangeObserver {
  /** It was cut off: nothing that is sent from now on reaches anybody. */
  aborted(reason: ExchangeAborted): void;
  /** The client sends no more: it has left, or waits for what is still to come. */
  clientEnded(): void;
}

/** What a handler of `serve({ exchange })` is given. */
export interface Exchange {
  readonly head: ExchangeHead;
  readonly info: ConnectionInfo;
  /**
   * Aborts when the client has gone, broke the protocol, or is cut off by a shutdown; the reason is
   * an `ExchangeAborted`. A client that only stops sending (`why: "client-ended"`) cannot be told
   * from one that left until something is written: the signal aborts, a response is still sent.
   */
  readonly signal: AbortSignal;
  /** The exchange was cut off: nothing that is sent from now on reaches anybody. */
  readonly aborted: boolean;
  /** The trailers of the request, once its content has ended. */
  readonly trailers: Fields | undefined;
  /**
   * The content of the request. Nothing is read from the socket beyond a small read-ahead unless it
   * is pulled; the first pull sends 100 Continue to a client that waits for it. Pieces are views of
   * the read buffer: they may be kept, but neither written to nor transferred.
   */
  content(): AsyncIterableIterator<Uint8Array>;
  /** Head, content and end in one. */
  respond(response: WholeResponse, content?: Uint8Array | string): void;
  sendInformational(status: number, fields?: Fields): void;
  /** The head of a response whose content follows by `write` and `end`. */
  sendHead(response: ExchangeResponse): void;
  /**
   * A piece of content; a promise if the sender has to wait, which rejects when the client is gone.
   * In answer to HEAD, and with 304, content is dropped.
   */
  write(bytes: Uint8Array): Promise<void> | undefined;
  end(trailers?: Fields): void;
  /**
   * Switches protocols in HTTP/1.1: 101 with an `upgrade` field that was offered, or 2xx to CONNECT.
   * In HTTP/2 a CONNECT is answered by `sendHead`, and its tunnel is the content.
   */
  upgrade(response: WholeResponse): Promise<Upgraded>;
  /** Takes the one observer; what has happened already it is told at once. */
  observe(observer: ExchangeObserver): void;
  /** Ends the connection in such a way that the client sees that its response is not complete. */
  cutOff(): void;
}

/** What an exchange asks of the connection it is on. */
export interface ExchangeDriver {
  readonly info: ConnectionInfo;
  sendResponse(
    exchange: ServerExchange,
    response: ExchangeResponse,
    content: Uint8Array | string | undefined,
  ): void;
  sendInformational(exchange: ServerExchange, status: number, fields: Fields | undefined): void;
  sendHead(exchange: ServerExchange, response: ExchangeResponse): void;
  /** False asks to wait until `drained` is called. */
  sendContent(exchange: ServerExchange, bytes: Uint8Array): boolean;
  sendEnd(exchange: ServerExchange, trailers: Fields | undefined): void;
  /** Content of the request is wanted. */
  pull(exchange: ServerExchange): void;
  /** So many bytes of content that was delivered were read. */
  consumed(exchange: ServerExchange, byteCount: number): void;
  /** Output was queued. */
  queued(): void;
  /** The response of the exchange was queued to its end. */
  responded(exchange: ServerExchange): void;
  /** The client has to see that the response is not complete. */
  cutOff(exchange: ServerExchange): void;
}

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
  trailers: Fields | undefined;
  /** The content was read to its end. */
  contentOver: boolean;
  /** The handler has returned. */
  settled = false;

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
        if (this.stream !== 0) throw new UsageError("upgrade: HTTP/2 has none (RFC 9113 §8.6)");
        this.#driver.sendHead(this, { ...response, content: "none" });
        this.#phase = SWITCHED;
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
    if (this.#phase >= ENDED) return handled(Promise.reject(endedAlready()));
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
    const reader = this.#reader;
    this.#reader = undefined;
    reader?.reject(endedAlready());
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
