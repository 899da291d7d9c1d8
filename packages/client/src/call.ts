// One request and what comes of it, as callbacks: no promise, stream or signal is made here.
// A call ends once: by onEnd, onTunnel or onError, or without a word by cancel().

import type { Fields } from "@wirewall/fields";
import type { Duplex } from "node:stream";
import type { ClientError } from "./errors.js";
import type { CallRequest, Informational, ResponseHead } from "./heads.js";
import type { Identity } from "./identity.js";

/** A connection that speaks another protocol from now on. */
export interface Tunnel {
  /** Paused, without deadlines, and never pooled again. */
  readonly socket: Duplex;
  /** What came after the response head. */
  readonly head: Uint8Array;
}

export interface CallHandler {
  /**
   * The head of the request was queued, or content that had to wait has left: content may be
   * written until `write` says false. Not called for a request without content.
   */
  onWritable?(call: Call): void;
  /** A 1xx response but 101. */
  onInformational?(informational: Informational, call: Call): void;
  onHead(head: ResponseHead, call: Call): void;
  /** False asks for a pause, until `resume`. The bytes may be kept, but not written to. */
  onContent(bytes: Uint8Array, call: Call): boolean | undefined;
  onEnd(trailers: Fields | undefined, call: Call): void;
  /** After the head of a 101 or of a 2xx to CONNECT. Needed to ask for either. */
  onTunnel?(tunnel: Tunnel, call: Call): void;
  onError(error: ClientError, call: Call): void;
}

/** Where a call is at the moment: in a queue, or on a connection. */
export interface CallPlace {
  write(call: Call, bytes: Uint8Array): boolean;
  end(call: Call, trailers: Fields | undefined): void;
  resumed(call: Call): void;
  cancel(call: Call): void;
}

export class Call {
  readonly identity: Identity;
  readonly request: CallRequest;
  readonly handler: CallHandler;
  /** @internal */
  place: CallPlace | undefined;
  /** @internal Content was handed over, so that the request cannot be sent again. */
  consumed = false;
  /** @internal */
  retried = false;
  /** @internal When waiting for a connection ends. */
  waitsUntil = 0;
  #paused = false;

  /** @internal */
  constructor(identity: Identity, request: CallRequest, handler: CallHandler) {
    this.identity = identity;
    this.request = request;
    this.handler = handler;
  }

  /** Nothing more comes of this call. */
  get over(): boolean {
    return this.place === undefined;
  }

  get paused(): boolean {
    return this.#paused;
  }

  /**
   * Queues content of the request; false asks to wait for `onWritable`. Ignored once the call is
   * over, as it is when the upstream answered without waiting for the content.
   */
  write(bytes: Uint8Array): boolean {
    const place = this.place;
    if (place === undefined) return true;
    this.consumed = true;
    return place.write(this, bytes);
  }

  /** Ends the content of the request. */
  end(trailers?: Fields): void {
    const place = this.place;
    if (place === undefined) return;
    this.consumed = true;
    place.end(this, trailers);
  }

  /**
   * Stops the events of the response. Meanwhile the socket is not read or, over HTTP/2, the stream
   * gets no more than its window.
   */
  pause(): void {
    this.#paused = true;
  }

  resume(): void {
    if (!this.#paused) return;
    this.#paused = false;
    this.place?.resumed(this);
  }

  /**
   * Gives the call up; no callback follows. Its connection is never used again or, over HTTP/2, its
   * stream is reset.
   */
  cancel(): void {
    this.place?.cancel(this);
  }
}

const IDEMPOTENT: ReadonlySet<string> = /* @__PURE__ */ new Set([
  "GET",
  "HEAD",
  "OPTIONS",
  "TRACE",
  "PUT",
  "DELETE",
]);

/** Whether the request may be sent once more after no byte of a response was seen (RFC 9110 §9.2.2). */
export function mayRetry(call: Call): boolean {
  return !call.retried && !call.consumed && IDEMPOTENT.has(call.request.method);
}
