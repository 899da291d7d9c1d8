// The Request that a fetch handler gets. It is `instanceof Request` and knows method, URL, headers,
// signal and content by itself; a real Request is made for what is left (`clone`, `new
// Request(request)` …). Globals are not touched.

import { UsageError, type Ledger } from "@wirewall/limits";
import type { Cx } from "@wirewall/runtime";
import type { ServerExchange } from "./server-exchange.js";
import { inheritWeb } from "./inherit-web.js";
import { ownMemory } from "./own-memory.js";
import { collect, contentStream } from "./request-body.js";
import { LazyHeaders } from "./request-headers.js";
import { urlOf } from "./request-url.js";

/** What `new Request` writes in capitals, and nothing else (Fetch §2.2.1). */
const NORMALIZED: ReadonlySet<string> = /* @__PURE__ */ new Set([
  "DELETE",
  "GET",
  "HEAD",
  "OPTIONS",
  "POST",
  "PUT",
]);

const utf8 = /* @__PURE__ */ new TextDecoder();

/**
 * The task of the handler that was given this request: it is asked to stop when the client has gone.
 *
 * @throws UsageError for a request that is not the one that was given.
 */
export let cxOf: (request: Request) => Cx;

export class LazyRequest {
  static {
    cxOf = (request) => {
      if (#exchange in request) return (request as unknown as LazyRequest).#exchange.cx;
      throw new UsageError("cxOf: expected the request that the handler was given");
    };
  }

  readonly #exchange: ServerExchange;
  readonly #origin: string;
  readonly #ledger: Ledger;
  #url: string | undefined;
  #headers: LazyHeaders | undefined;
  #body: ReadableStream<Uint8Array> | undefined;
  #collected = false;
  #real: Request | undefined;

  constructor(exchange: ServerExchange, origin: string, ledger: Ledger) {
    this.#exchange = exchange;
    this.#origin = origin;
    this.#ledger = ledger;
  }

  get method(): string {
    return normalized(this.#exchange.head.method);
  }

  get url(): string {
    return (this.#url ??= urlOf(this.#origin, this.#exchange.head));
  }

  get headers(): Headers {
    this.#headers ??= new LazyHeaders(this.#exchange.head.fields);
    return this.#headers as unknown as Headers;
  }

  get signal(): AbortSignal {
    return this.#exchange.signal;
  }

  get body(): ReadableStream<Uint8Array> | null {
    if (this.#real !== undefined) return this.#real.body as ReadableStream<Uint8Array> | null;
    if (!this.#hasBody) return null;
    if (this.#collected) return this.#realRequest().body as ReadableStream<Uint8Array> | null;
    return (this.#body ??= contentStream(this.#exchange));
  }

  get bodyUsed(): boolean {
    if (this.#collected) return true;
    return this.#body === undefined && this.#real === undefined
      ? false
      : this.#realRequest().bodyUsed;
  }

  async text(): Promise<string> {
    return this.#streams ? this.#realRequest().text() : utf8.decode(await this.#collect());
  }

  async json(): Promise<unknown> {
    return this.#streams
      ? this.#realRequest().json()
      : JSON.parse(utf8.decode(await this.#collect()));
  }

  async arrayBuffer(): Promise<ArrayBuffer> {
    return this.#streams
      ? this.#realRequest().arrayBuffer()
      : ownMemory(await this.#collect()).buffer;
  }

  async bytes(): Promise<Uint8Array> {
    return new Uint8Array(await this.arrayBuffer());
  }

  async blob(): Promise<Blob> {
    return (await this.#response()).blob();
  }

  async formData(): Promise<FormData> {
    return (await this.#response()).formData();
  }

  get destination(): string {
    return "";
  }

  get referrer(): string {
    return "about:client";
  }

  get referrerPolicy(): string {
    return "";
  }

  get mode(): string {
    return "cors";
  }

  get credentials(): string {
    return "same-origin";
  }

  get cache(): string {
    return "default";
  }

  get redirect(): string {
    return "follow";
  }

  get integrity(): string {
    return "";
  }

  get keepalive(): boolean {
    return false;
  }

  get duplex(): string {
    return "half";
  }

  /** A real Request, which from then on owns the content. */
  static real(request: LazyRequest): Request {
    return request.#realRequest();
  }

  #realRequest(): Request {
    if (this.#real !== undefined) return this.#real;
    // Content that was collected already is gone: an empty one that was read stands for it.
    const body = this.#collected ? new Uint8Array(0) : this.body;
    const { url, method, headers, signal } = this;
    this.#real =
      body === null
        ? new Request(url, { method, headers, signal })
        : new Request(url, { method, headers, signal, body, duplex: "half" });
    if (this.#collected) void this.#real.arrayBuffer();
    return this.#real;
  }

  /** GET and HEAD have no body in the Fetch standard; what a peer sends with them stays unread. */
  get #hasBody(): boolean {
    const { head } = this.#exchange;
    if (head.framing === "none") return false;
    return head.method !== "GET" && head.method !== "HEAD";
  }

  /** The content is the business of a stream or of the real Request. */
  get #streams(): boolean {
    return this.#body !== undefined || this.#real !== undefined;
  }

  async #collect(): Promise<Uint8Array> {
    if (!this.#hasBody) return new Uint8Array(0);
    if (this.#collected) throw new TypeError("Body is unusable: Body has already been read");
    this.#collected = true;
    return collect(this.#exchange, this.#ledger);
  }

  /** For the readers that need a content type. */
  async #response(): Promise<Response> {
    const type = this.headers.get("content-type");
    return new Response(ownMemory(await this.bytes()), {
      headers: type === null ? {} : { "content-type": type },
    });
  }
}

inheritWeb(LazyRequest, Request, LazyRequest.real, new Request("http://a"));

/** The method as `new Request` would spell it. */
function normalized(method: string): string {
  if (NORMALIZED.has(method)) return method;
  const capitals = method.toUpperCase();
  return NORMALIZED.has(capitals) ? capitals : method;
}
