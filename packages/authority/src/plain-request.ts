// A request as plain values. What a caller gives is looked at once: an object whose getters answer differently the
// second time has been judged by what is sent.

import { AuthorityError, deny } from "./denials.js";
import type { AuthorityLimits } from "./limits.js";

/** Content that can be sent again, or a stream, which cannot. */
export type Content = Uint8Array<ArrayBuffer> | ReadableStream<Uint8Array> | undefined;

export interface PlainRequest {
  readonly url: string;
  readonly method: string;
  readonly fields: (readonly [name: string, value: string])[];
  readonly content: Content;
  readonly credentials: Request["credentials"];
  readonly redirect: Request["redirect"];
  readonly signal: AbortSignal | undefined;
  /** What only the platform's own fetch understands. */
  readonly rest: Readonly<Record<string, unknown>>;
}

const PASSED = ["cache", "integrity", "priority", "referrer", "referrerPolicy"] as const;
const IGNORED: ReadonlySet<string> = /* @__PURE__ */ new Set(["duplex", "window"]);
const READ: ReadonlySet<string> = /* @__PURE__ */ new Set([
  "body",
  "credentials",
  "headers",
  "keepalive",
  "method",
  "mode",
  "redirect",
  "signal",
]);

/**
 * @throws TypeError for an option that is not one of Fetch, such as `dispatcher`, `agent` or `socketPath`, which
 * would lead elsewhere than was judged, and for `no-cors` and `keepalive`.
 * @throws AuthorityError for a content over its limit.
 */
export async function readRequest(
  input: string | URL | Request,
  init: RequestInit | undefined,
  limits: AuthorityLimits,
): Promise<PlainRequest> {
  const given = init === undefined ? {} : copyOf(init);
  const request = isRequest(input) ? input : undefined;
  const url = request === undefined ? String(input as string | URL) : request.url;
  const from = request as (Request & Record<string, unknown>) | undefined;
  const pick = <T>(name: string, otherwise: T): T =>
    (given[name] ?? (from === undefined ? undefined : from[name]) ?? otherwise) as T;
  if (pick<unknown>("mode", undefined) === "no-cors")
    throw new TypeError("fetch: mode: no-cors answers nothing that could be judged");
  if (pick<unknown>("keepalive", false) === true)
    throw new TypeError("fetch: keepalive: expected a request that ends with its caller");
  const fields = readFields(pick<RequestInit["headers"]>("headers", undefined));
  const body = given["body"] === undefined ? (request?.body ?? undefined) : given["body"];
  const { content, type } = await readContent(body, request !== undefined, limits);
  if (type !== undefined && !fields.some(([name]) => name.toLowerCase() === "content-type"))
    fields.push(["content-type", type]);
  const rest: Record<string, unknown> = {};
  for (const name of PASSED) if (given[name] !== undefined) rest[name] = given[name];
  return {
    url,
    method: String(pick("method", "GET")),
    fields,
    content,
    credentials: pick<Request["credentials"]>("credentials", "same-origin"),
    redirect: pick<Request["redirect"]>("redirect", "follow"),
    signal: pick<AbortSignal | null>("signal", null) ?? undefined,
    rest,
  };
}

function copyOf(init: RequestInit): Record<string, unknown> {
  const copy: Record<string, unknown> = Object.create(null) as Record<string, unknown>;
  const passed: readonly string[] = PASSED;
  for (const name of Reflect.ownKeys(init)) {
    if (typeof name !== "string" || !(READ.has(name) || IGNORED.has(name) || passed.includes(name)))
      throw new TypeError(`fetch: no option of the name ${JSON.stringify(String(name))}`);
    copy[name] = (init as Record<string, unknown>)[name];
  }
  return copy;
}

function isRequest(input: unknown): input is Request {
  return typeof input === "object" && input !== null && !(input instanceof URL) && "url" in input;
}

function readFields(headers: RequestInit["headers"]): [string, string][] {
  if (headers === undefined || headers === null) return [];
  const isList = Symbol.iterator in headers;
  const entries = isList ? [...(headers as Iterable<[string, string]>)] : Object.entries(headers);
  return entries.map(([name, value]) => [String(name), String(value)]);
}

/** Whatever is not a stream is read into bytes, which a redirect can send again. */
async function readContent(
  body: unknown,
  isOfRequest: boolean,
  limits: AuthorityLimits,
): Promise<{ readonly content: Content; readonly type: string | undefined }> {
  if (body === undefined || body === null) return { content: undefined, type: undefined };
  const max = limits.maxRequestBodyBytes;
  if (typeof body === "string") {
    const content = new TextEncoder().encode(body);
    if (content.length > max) throw tooLarge(max, content.length);
    return { content, type: "text/plain;charset=UTF-8" };
  }
  if (body instanceof ReadableStream && !isOfRequest)
    return { content: body as ReadableStream<Uint8Array>, type: undefined };
  const carrier = new Response(body as ConstructorParameters<typeof Response>[0]);
  const content = carrier.body === null ? new Uint8Array(0) : await readAll(carrier.body, max);
  return { content, type: carrier.headers.get("content-type") ?? undefined };
}

async function readAll(
  stream: ReadableStream<Uint8Array>,
  max: number,
): Promise<Uint8Array<ArrayBuffer>> {
  const pieces: Uint8Array[] = [];
  let size = 0;
  const reader = stream.getReader();
  for (;;) {
    const { done, value } = await reader.read();
    if (done) break;
    size += value.length;
    if (size > max) {
      void reader.cancel().catch(() => {});
      throw tooLarge(max, size);
    }
    pieces.push(value);
  }
  const whole = new Uint8Array(size);
  let at = 0;
  for (const piece of pieces) {
    whole.set(piece, at);
    at += piece.length;
  }
  return whole;
}

/** The same stream, which ends in an error where it is longer than it may be. */
export function boundedUpload(
  stream: ReadableStream<Uint8Array>,
  max: number,
): ReadableStream<Uint8Array> {
  let size = 0;
  const count = new TransformStream<Uint8Array, Uint8Array>({
    transform(piece, controller) {
      size += piece.length;
      if (size > max) controller.error(tooLarge(max, size));
      else controller.enqueue(piece);
    },
  });
  return stream.pipeThrough(count);
}

function tooLarge(max: number, observed: number): AuthorityError {
  const limit = { limit: "maxRequestBodyBytes", max, observed };
  return new AuthorityError(deny("fetch", "LimitExceeded", limit));
}
