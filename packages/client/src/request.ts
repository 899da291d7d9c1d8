// The promise form of a call: content in from bytes or an iterable, a response out, cancelled by a
// signal. Stands on the callbacks of call.ts and adds nothing to what they promise.

import { Fields, fieldName, fieldValue } from "@wirewall/fields";
import type { OutgoingContent } from "@wirewall/http1";
import type { Call } from "./call.js";
import { ClientError } from "./errors.js";
import type { CallRequest, Informational } from "./heads.js";
import type { Identity } from "./identity.js";
import type { Pool } from "./pool.js";
import { ResponseFlow, type ClientResponse } from "./response.js";

export type ContentSource = AsyncIterable<Uint8Array> | Iterable<Uint8Array>;

export interface ClientRequest {
  /** GET if absent. */
  readonly method?: string;
  /** The request target in origin-form: path and query. "/" if absent. */
  readonly target?: string;
  /** Host is added where it is absent; Content-Length and Transfer-Encoding follow from `content`. */
  readonly fields?: Fields | Iterable<readonly [name: string, value: string]>;
  /** Text is sent as UTF-8. An iterable is pulled only as fast as the upstream takes it. */
  readonly content?: Uint8Array | string | ContentSource;
  /** The length of iterable content, where it is known; chunked coding serves otherwise. */
  readonly contentLength?: number;
  /** Asked for when iterable content of unknown length has ended. */
  readonly trailers?: () => Fields | undefined;
  /** Names of fields of which no value may enter a table of HPACK on the way (RFC 7541 §7.1.3). */
  readonly sensitive?: readonly string[];
  readonly signal?: AbortSignal;
  /** 1xx responses but 101. */
  readonly onInformational?: (informational: Informational) => void;
}

export function requestWith(
  pool: Pool,
  identity: Identity,
  request: ClientRequest,
): Promise<ClientResponse> {
  return new Promise((resolve, reject) => {
    const { content, signal } = request;
    if (signal?.aborted === true) throw new ClientError("client.aborted", { cause: signal.reason });
    const bytes = typeof content === "string" ? new TextEncoder().encode(content) : content;
    const sender = bytes === undefined ? undefined : new ContentSender(bytes, request.trailers);
    const flow = new ResponseFlow(request.method ?? "GET", pool.limits, resolve, reject, {
      ...(sender === undefined ? undefined : { sender }),
      ...(request.onInformational === undefined
        ? undefined
        : { onInformational: request.onInformational }),
    });
    const call = pool.dispatch(identity, outgoing(identity, request, bytes), flow);
    flow.follow(call, signal);
  });
}

function outgoing(
  identity: Identity,
  request: ClientRequest,
  content: Uint8Array | ContentSource | undefined,
): CallRequest {
  const { method = "GET", target = "/", contentLength } = request;
  const given = new Fields(request.fields);
  const fields = given.has("host")
    ? given
    : new Fields([[fieldName("host"), fieldValue(identity.authority)], ...given]);
  let framing: OutgoingContent = "none";
  if (content instanceof Uint8Array) framing = content.length;
  else if (content !== undefined) framing = contentLength ?? "stream";
  return { method, target, fields, content: framing, sensitive: request.sensitive };
}

/** Feeds a call with content. A source that fails ends the call, and a call that ends, its source. */
export class ContentSender {
  readonly #content: Uint8Array | ContentSource;
  readonly #trailers: (() => Fields | undefined) | undefined;
  #started = false;
  #room: (() => void) | undefined;
  #stopped = false;

  constructor(
    content: Uint8Array | ContentSource,
    trailers: (() => Fields | undefined) | undefined,
  ) {
    this.#content = content;
    this.#trailers = trailers;
  }

  /** Content may be written. `failed` is told what a source threw. */
  writable(call: Call, failed: (cause: unknown) => void): void {
    const room = this.#room;
    this.#room = undefined;
    room?.();
    if (this.#started) return;
    this.#started = true;
    const content = this.#content;
    if (content instanceof Uint8Array) {
      call.write(content);
      call.end();
    } else this.#pull(call, content).catch(failed);
  }

  /** The call is over: the source is let go. */
  stop(): void {
    this.#stopped = true;
    const room = this.#room;
    this.#room = undefined;
    room?.();
  }

  async #pull(call: Call, source: ContentSource): Promise<void> {
    for await (const piece of source) {
      if (this.#stopped) return;
      if (!call.write(piece))
        await new Promise<void>((resolve) => {
          this.#room = resolve;
        });
      if (this.#stopped) return;
    }
    if (!this.#stopped) call.end(this.#trailers?.());
  }
}
