// A call on its stream: hands the events of the response to the caller, keeps what comes while the
// caller pauses (no more than the window of the stream lets come), and knows for which content the
// peer was not given credit yet.

import type { Fields } from "@wirewall/fields";
import type { Content, End, Informational, ResponseHead, Trailers } from "@wirewall/http2";
import type { Call, CallPlace } from "./call.js";
import { responseHead } from "./http2-form.js";

export type StreamEvent = ResponseHead | Informational | Content | Trailers | End;

/** What a stream tells its connection. */
export interface StreamHost {
  /** The peer may send so many bytes more. */
  consumed(stream: UpstreamStream, byteCount: number): void;
  answered(stream: UpstreamStream): void;
  paused(stream: UpstreamStream): void;
  completed(stream: UpstreamStream): void;
  sendContent(stream: UpstreamStream, bytes: Uint8Array): boolean;
  sendEnd(stream: UpstreamStream, trailers: Fields | undefined): void;
  resumed(stream: UpstreamStream): void;
  cancelled(stream: UpstreamStream): void;
  /** A callback threw. */
  handlerFailed(stream: UpstreamStream, cause: unknown): void;
}

/** Smaller pieces are copied, so that none keeps the chunk that it came in. */
const KEPT_VIEW_BYTES = 4_096;

export class UpstreamStream implements CallPlace {
  readonly call: Call;
  readonly id: number;
  /** The request was sent to its end. */
  requestOver: boolean;
  /** The head of the response came. */
  heard = false;
  trailers: Fields | undefined;
  readonly #host: StreamHost;
  #backlog: StreamEvent[] = [];
  #taken = 0;
  /** Content that the caller took and pauses on. */
  #owedBytes = 0;

  constructor(call: Call, id: number, host: StreamHost) {
    this.call = call;
    this.id = id;
    this.#host = host;
    call.place = this;
    this.requestOver = call.request.content === "none" || call.request.content === 0;
  }

  write(_call: Call, bytes: Uint8Array): boolean {
    return !this.requestOver && this.#host.sendContent(this, bytes);
  }

  end(_call: Call, trailers: Fields | undefined): void {
    if (!this.requestOver) this.#host.sendEnd(this, trailers);
  }

  resumed(): void {
    this.#host.resumed(this);
  }

  cancel(): void {
    this.#host.cancelled(this);
  }

  /** The response is here to its end, though the caller has not seen it yet. */
  get complete(): boolean {
    return this.#backlog.at(-1)?.type === "end";
  }

  receive(event: StreamEvent): void {
    if (!this.#holds) this.#deliver(event);
    else {
      const small = event.type === "content" && event.bytes.length < KEPT_VIEW_BYTES;
      this.#backlog.push(small ? { ...event, bytes: event.bytes.slice() } : event);
      this.#host.paused(this);
    }
  }

  /** Content may be written. */
  writable(): void {
    this.#guarded(() => this.call.handler.onWritable?.(this.call));
  }

  /** The caller goes on: what it took is credited, and what waited is handed over. */
  goOn(): void {
    const owed = this.#owedBytes;
    this.#owedBytes = 0;
    if (owed > 0) this.#host.consumed(this, owed);
    while (!this.call.paused && !this.call.over) {
      const event = this.#backlog[this.#taken++];
      if (event === undefined) break;
      this.#deliver(event);
    }
    this.#backlog = this.#backlog.slice(this.#taken);
    this.#taken = 0;
    if (this.#holds && !this.call.over) this.#host.paused(this);
  }

  /** All content that was not credited yet; nothing is kept after this. */
  takeUncredited(): number {
    let byteCount = this.#owedBytes;
    for (const event of this.#backlog.slice(this.#taken))
      if (event.type === "content") byteCount += event.bytes.length;
    this.#owedBytes = 0;
    this.#backlog.length = this.#taken;
    return byteCount;
  }

  get #holds(): boolean {
    return this.call.paused || this.#backlog.length > 0;
  }

  #deliver(event: StreamEvent): void {
    const { call } = this;
    const { handler } = call;
    switch (event.type) {
      case "informational": {
        const { status, fields } = event;
        this.#guarded(() => handler.onInformational?.({ status, reason: "", fields }, call));
        break;
      }
      case "response-head":
        this.heard = true;
        this.#host.answered(this);
        this.#guarded(() => handler.onHead(responseHead(event), call));
        if (event.endStream && !call.over) this.receive({ type: "end", stream: this.id });
        break;
      case "content":
        this.#content(event.bytes);
        break;
      case "trailers":
        this.trailers = event.fields;
        break;
      case "end":
        this.#host.completed(this);
    }
  }

  #content(bytes: Uint8Array): void {
    const { call } = this;
    // A call that ends in the callback takes its credit along.
    this.#owedBytes += bytes.length;
    let goesOn: boolean | undefined;
    this.#guarded(() => {
      goesOn = call.handler.onContent(bytes, call);
    });
    if (call.over) return;
    if (goesOn === false) {
      call.pause();
      this.#host.paused(this);
    } else {
      this.#owedBytes -= bytes.length;
      this.#host.consumed(this, bytes.length);
    }
  }

  #guarded(callback: () => void): void {
    try {
      callback();
    } catch (cause) {
      this.#host.handlerFailed(this, cause);
    }
  }
}
