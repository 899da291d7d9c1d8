// A response whose content is pulled: while nobody asks for the next piece, the socket is not read.

import type { Fields } from "@wirewall/fields";
import type { Call, CallHandler, Tunnel } from "./call.js";
import { decodeContent } from "./content-coding.js";
import { ClientError } from "./errors.js";
import type { HttpVersion, Informational, ResponseHead } from "./heads.js";
import type { ClientLimits } from "./limits.js";

/** A final response, or the beginning of a tunnel. */
export class ClientResponse {
  readonly status: number;
  /** Empty over HTTP/2. */
  readonly reason: string;
  readonly version: HttpVersion;
  readonly fields: Fields;
  /** Bytes declared, also where no content follows (HEAD, 304). */
  readonly contentLength: number | undefined;
  /** After a 101 or a 2xx to CONNECT. */
  readonly tunnel: Tunnel | undefined;
  readonly #flow: ResponseFlow;

  /** @internal */
  constructor(head: ResponseHead, flow: ResponseFlow, tunnel: Tunnel | undefined) {
    this.status = head.status;
    this.reason = head.reason;
    this.version = head.version;
    this.fields = head.fields;
    this.contentLength = head.contentLength;
    this.tunnel = tunnel;
    this.#flow = flow;
  }

  /** The trailers, once the content was read to its end. */
  get trailers(): Fields | undefined {
    return this.#flow.trailers;
  }

  /**
   * The content as it was sent, piece by piece, once. Leaving the loop early cancels the response.
   * A content that is cut off rejects: it never looks complete.
   */
  content(): AsyncIterableIterator<Uint8Array> {
    return new ContentReader(this.#flow);
  }

  /** The content without its content codings (content-coding.ts), under this client's limits. */
  decoded(): AsyncIterable<Uint8Array> {
    return decodeContent(this.content(), this.fields.getAll("content-encoding"), this.#flow.limits);
  }

  /** The whole decoded content, at most `maxBytes` of it. */
  async bytes(maxBytes: number = this.#flow.limits.maxDecodedBytes): Promise<Uint8Array> {
    const pieces: Uint8Array[] = [];
    let size = 0;
    for await (const piece of this.decoded()) {
      size += piece.length;
      if (size > maxBytes) throw new ClientError("client.content.too-large");
      pieces.push(piece);
    }
    const whole = new Uint8Array(size);
    let at = 0;
    for (const piece of pieces) {
      whole.set(piece, at);
      at += piece.length;
    }
    return whole;
  }

  /** Gives the rest up; the connection is never used again unless the response was complete. */
  cancel(): void {
    this.#flow.cancel();
  }
}

type Read = IteratorResult<Uint8Array, undefined>;

interface Reader {
  readonly resolve: (read: Read) => void;
  readonly reject: (error: ClientError) => void;
}

/** Sends the content of a request, as request.ts does. */
interface Sender {
  writable(call: Call, failed: (cause: unknown) => void): void;
  stop(): void;
}

export interface FlowOptions {
  readonly sender?: Sender;
  readonly onInformational?: (informational: Informational) => void;
}

/** Turns the callbacks of one call into promises. */
export class ResponseFlow implements CallHandler {
  readonly limits: ClientLimits;
  trailers: Fields | undefined;
  readonly #method: string;
  readonly #resolve: (response: ClientResponse) => void;
  readonly #reject: (error: ClientError) => void;
  readonly #options: FlowOptions;
  #call: Call | undefined;
  #signal: AbortSignal | undefined;
  readonly #onAbort: () => void = () => this.#aborted();
  #head: ResponseHead | undefined;
  #held: Uint8Array | undefined;
  #reader: Reader | undefined;
  #done = false;
  #error: ClientError | undefined;

  constructor(
    method: string,
    limits: ClientLimits,
    resolve: (response: ClientResponse) => void,
    reject: (error: ClientError) => void,
    options: FlowOptions,
  ) {
    this.#method = method;
    this.limits = limits;
    this.#resolve = resolve;
    this.#reject = reject;
    this.#options = options;
  }

  follow(call: Call, signal: AbortSignal | undefined): void {
    this.#call = call;
    if (this.#done || signal === undefined) return;
    this.#signal = signal;
    signal.addEventListener("abort", this.#onAbort, { once: true });
  }

  onWritable(call: Call): void {
    this.#options.sender?.writable(call, (cause) => this.#sourceFailed(call, cause));
  }

  onInformational(informational: Informational): void {
    this.#options.onInformational?.(informational);
  }

  onHead(head: ResponseHead): void {
    this.#head = head;
    const { status } = head;
    const tunnels = status === 101 || (this.#method === "CONNECT" && status < 300);
    if (!tunnels) this.#resolve(new ClientResponse(head, this, undefined));
  }

  onContent(bytes: Uint8Array): boolean {
    const reader = this.#reader;
    if (reader === undefined) {
      this.#held = bytes;
      return false;
    }
    this.#reader = undefined;
    reader.resolve({ value: bytes, done: false });
    return true;
  }

  onEnd(trailers: Fields | undefined): void {
    this.trailers = trailers;
    this.#finish(undefined);
  }

  onTunnel(tunnel: Tunnel): void {
    const head = this.#head;
    this.#finish(undefined);
    if (head !== undefined) this.#resolve(new ClientResponse(head, this, tunnel));
  }

  onError(error: ClientError): void {
    this.#finish(error);
  }

  /** The next piece of content. */
  read(): Promise<Read> {
    const held = this.#held;
    if (held !== undefined) {
      this.#held = undefined;
      this.#call?.resume();
      return Promise.resolve({ value: held, done: false });
    }
    if (this.#error !== undefined) return Promise.reject(this.#error);
    if (this.#done) return Promise.resolve({ value: undefined, done: true });
    if (this.#reader !== undefined)
      return Promise.reject(new TypeError("content: a read is pending already"));
    return new Promise((resolve, reject) => {
      this.#reader = { resolve, reject };
      this.#call?.resume();
    });
  }

  cancel(): void {
    if (this.#done) return;
    this.#call?.cancel();
    this.#finish(new ClientError("client.aborted"));
  }

  #aborted(): void {
    if (this.#done) return;
    this.#call?.cancel();
    this.#finish(new ClientError("client.aborted", { cause: this.#signal?.reason }));
  }

  #sourceFailed(call: Call, cause: unknown): void {
    if (this.#done) return;
    call.cancel();
    this.#finish(new ClientError("client.request.content", { cause }));
  }

  #finish(error: ClientError | undefined): void {
    if (this.#done) return;
    this.#done = true;
    this.#error = error;
    this.#signal?.removeEventListener("abort", this.#onAbort);
    this.#options.sender?.stop();
    const reader = this.#reader;
    this.#reader = undefined;
    if (error === undefined) reader?.resolve({ value: undefined, done: true });
    else {
      this.#held = undefined;
      reader?.reject(error);
      this.#reject(error);
    }
  }
}

class ContentReader implements AsyncIterableIterator<Uint8Array> {
  readonly #flow: ResponseFlow;

  constructor(flow: ResponseFlow) {
    this.#flow = flow;
  }

  next(): Promise<Read> {
    return this.#flow.read();
  }

  return(): Promise<Read> {
    this.#flow.cancel();
    return Promise.resolve({ value: undefined, done: true });
  }

  [Symbol.asyncIterator](): this {
    return this;
  }
}
