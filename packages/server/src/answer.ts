// A WHATWG Response on its way out. What is whole leaves whole, with its length; a stream is sent
// piece by piece, as fast as the peer takes it. A content-length that the handler set is a promise
// that is kept to the byte.

import {
  Fields,
  fieldName,
  fieldValue,
  trimBlanks,
  type FieldName,
  type FieldValue,
} from "@wirewall/fields";
import type { Clock } from "@wirewall/host";
import { HandlerError } from "./errors.js";
import type { ServerExchange } from "./server-exchange.js";
import { sourceOf } from "./response-source.js";
import { plainResponse, TEXT, type PlainResponse } from "./response.js";

const CONTENT_TYPE: FieldName = /* @__PURE__ */ fieldName("content-type");
const CONTENT_TYPE_TEXT: FieldValue = /* @__PURE__ */ fieldValue(TEXT);

type Pairs = Iterable<readonly [name: string, value: string]>;
type Body = ReadableStream<Uint8Array>;

/** What of a Response goes into its head. */
interface Outline {
  readonly status: number;
  readonly reason?: string;
  readonly fields: Fields;
  /** What content-length said. */
  readonly declared: number | undefined;
}

/** Answers; a promise if the content is a stream. Throws, or rejects, where the handler is at fault. */
export function answer(exchange: ServerExchange, response: unknown): Promise<void> | undefined {
  if (typeof response !== "object" || response === null) throw notResponse();
  const plain = plainResponse(response);
  if (plain === undefined) {
    if (!isResponse(response)) throw notResponse();
    return answerWeb(exchange, response);
  }
  const { status, headers, body } = plain;
  const outline = outlineOf(status, "", headers === undefined ? undefined : pairsOf(headers));
  if (typeof body === "string" && !outline.fields.has("content-type"))
    outline.fields.append(CONTENT_TYPE, CONTENT_TYPE_TEXT);
  answerWhole(exchange, outline, body);
  return undefined;
}

function answerWeb(exchange: ServerExchange, response: Response): Promise<void> | undefined {
  const { status, statusText } = response;
  const body = response.body as Body | null;
  if (response.bodyUsed || body?.locked === true)
    throw new HandlerError("the body of the Response was read already");
  if (body !== null && (exchange.aborted || exchange.head.method === "HEAD"))
    body.cancel(exchange.reason).catch(ignore);
  if (exchange.aborted) return undefined;
  const outline = outlineOf(status, statusText, response.headers);
  if (body === null || exchange.head.method === "HEAD") {
    answerWhole(exchange, outline, undefined);
    return undefined;
  }
  const source = sourceOf(response);
  if (source === undefined) return stream(exchange, outline, body);
  answerWhole(exchange, outline, source);
  return undefined;
}

function answerWhole(
  exchange: ServerExchange,
  outline: Outline,
  body: Uint8Array | string | undefined,
): void {
  const { status, declared } = outline;
  // 204 has no length (RFC 9110 §8.6), the answer to HEAD and 304 the one that GET would have.
  const bodiless = body === undefined && (exchange.head.method === "HEAD" || status === 304);
  if (bodiless && status !== 204 && (declared !== undefined || status !== 304)) {
    exchange.sendHead({ ...outline, content: declared ?? "stream" });
    exchange.end();
    return;
  }
  if (declared !== undefined && status !== 204 && declared !== lengthOf(body))
    throw new HandlerError("the content-length of the Response is not the length of its body");
  exchange.respond(outline, body);
}

async function stream(exchange: ServerExchange, outline: Outline, body: Body): Promise<void> {
  const reader = body.getReader();
  exchange.observe({
    aborted: (reason) => void reader.cancel(reason).catch(ignore),
    clientEnded: ignore,
  });
  try {
    let reading = reader.read();
    const first = await withinTurn(exchange.clock, reading);
    if (first?.done === true) {
      answerWhole(exchange, outline, new Uint8Array(0));
      return;
    }
    if (first !== undefined) {
      reading = reader.read();
      const second = await withinTurn(exchange.clock, reading);
      if (second?.done === true) {
        answerWhole(exchange, outline, bytesOf(first.value));
        return;
      }
    }
    exchange.sendHead({ ...outline, content: outline.declared ?? "stream" });
    if (first !== undefined) await exchange.write(bytesOf(first.value));
    for (;;) {
      const { value, done } = await reading;
      if (done) break;
      const wait = exchange.write(bytesOf(value));
      if (wait !== undefined) await wait;
      reading = reader.read();
    }
    exchange.end();
  } catch (error) {
    reader.cancel(error).catch(ignore);
    throw error;
  }
}

/** What the promise resolves with if it does so without waiting for anything outside, or undefined. */
function withinTurn<Value>(clock: Clock, promise: Promise<Value>): Promise<Value | undefined> {
  return Promise.race([
    promise,
    Promise.resolve().then(
      () => new Promise<undefined>((resolve) => clock.soon(resolve, undefined)),
    ),
  ]);
}

function outlineOf(status: number, statusText: string, headers: Pairs | undefined): Outline {
  const flat: (FieldName | FieldValue)[] = [];
  let declared: number | undefined;
  if (headers !== undefined)
    for (const [given, value] of headers) {
      const name = fieldName(given);
      if (name === "content-length") declared = readLength(value, declared);
      else flat.push(name, fieldValue(trimBlanks(String(value))));
    }
  const fields = Fields.adopt(flat);
  return statusText === ""
    ? { status, fields, declared }
    : { status, reason: statusText, fields, declared };
}

function readLength(value: string, before: number | undefined): number {
  if (!/^\d{1,15}$/.test(value) || (before !== undefined && before !== Number(value)))
    throw new HandlerError("the content-length of the Response is not one plain number");
  return Number(value);
}

function lengthOf(body: Uint8Array | string | undefined): number {
  if (body === undefined) return 0;
  return typeof body === "string" ? Buffer.byteLength(body) : body.length;
}

function pairsOf(headers: NonNullable<PlainResponse["headers"]>): Pairs {
  return Symbol.iterator in headers
    ? (headers as Pairs)
    : Object.entries(headers as { readonly [name: string]: string });
}

function bytesOf(value: unknown): Uint8Array {
  if (value instanceof Uint8Array) return value;
  throw new HandlerError("the body of the Response is not a stream of Uint8Array");
}

/** Also the Response of another realm, or of a library. */
function isResponse(value: object): value is Response {
  if (value instanceof Response) return true;
  const { status, headers, body } = value as Partial<Response>;
  return (
    typeof status === "number" &&
    typeof headers === "object" &&
    Symbol.iterator in headers &&
    (body === null || body instanceof ReadableStream)
  );
}

function notResponse(): HandlerError {
  return new HandlerError("the handler returned no Response");
}

function ignore(): void {}
