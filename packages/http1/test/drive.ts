// Feeds a decoder the way a network does, whole, byte by byte and cut in two anywhere, and writes
// down what it says. Every chunk is overwritten once it was read, so that a view that was kept too
// long is seen; and whatever is heard after a refusal is a fault.

import {
  RequestDecoder,
  ResponseDecoder,
  isViolation,
  type Http1Options,
  type Http1Violation,
  type RequestEvent,
  type RequestHead,
  type ResponseEvent,
  type ResponseHead,
} from "@wirewall/http1";
import type { Decoder } from "@wirewall/limits";
import { expect } from "vitest";

type Plain<Event> = Event extends { readonly fields: unknown }
  ? Omit<Event, "fields"> & { readonly fields: readonly (readonly [string, string])[] }
  : Event extends { readonly bytes: unknown }
    ? Omit<Event, "bytes"> & { readonly text: string }
    : Event;

/** An event with its fields as pairs and its bytes as text, one character per byte. */
export type Said<Event = RequestEvent | ResponseEvent> = Plain<Event> | Http1Violation;

/** Which cuts are tried: all, or the whole, byte by byte, and a few places. */
export type Cuts = "all" | "few";

export interface RequestsOptions extends Http1Options {
  readonly cuts?: Cuts;
  /** False leaves the input open. */
  readonly end?: boolean;
}

export interface ResponsesOptions extends RequestsOptions {
  /** The methods of the requests that were sent; `GET+` asked for an upgrade. */
  readonly asked?: readonly string[];
}

/** One byte per character, which must be below U+0100. */
export function bytes(from: string): Uint8Array {
  const made = new Uint8Array(from.length);
  for (let at = 0; at < from.length; at++) {
    const code = from.charCodeAt(at);
    if (code > 255) throw new RangeError("text: expected one byte per character");
    made[at] = code;
  }
  return made;
}

/** One character per byte. */
export function text(from: Uint8Array): string {
  let said = "";
  for (const byte of from) said += String.fromCharCode(byte);
  return said;
}

/** What a request decoder says, which must not depend on where the input was cut. */
export function requests(input: string, options: RequestsOptions = {}): Said<RequestEvent>[] {
  return alike(input, options, () => new RequestDecoder(options)) as Said<RequestEvent>[];
}

/** What a response decoder says, which must not depend on where the input was cut. */
export function responses(input: string, options: ResponsesOptions = {}): Said<ResponseEvent>[] {
  return alike(input, options, () => {
    const decoder = new ResponseDecoder(options);
    for (const method of options.asked ?? ["GET"])
      decoder.expect(method.replace("+", ""), method.endsWith("+"));
    return decoder;
  }) as Said<ResponseEvent>[];
}

/** What a decoder says to these chunks, content put together. */
export function hear(
  decoder: Decoder<object>,
  chunks: readonly Uint8Array[],
  end: boolean = true,
): Said[] {
  const said: Said[] = [];
  let tunnelled = false;
  for (const chunk of chunks) {
    if (tunnelled) {
      add(said, { type: "tunnel", bytes: chunk });
      continue;
    }
    const lent = chunk.slice();
    decoder.receive(lent);
    pull(decoder, said);
    lent.fill(0x21);
    tunnelled = said.at(-1)?.type === "tunnel";
  }
  if (end) {
    decoder.end();
    pull(decoder, said);
  }
  const refused = said.findIndex(isViolation);
  if (refused === -1 && !tunnelled) return said;
  if (refused !== -1 && refused !== said.length - 1) fault("something was said after a refusal");
  decoder.receive(bytes("GET / HTTP/1.1\r\nHost: a\r\n\r\n"));
  decoder.end();
  if (decoder.next() !== undefined) fault("something was read after the end");
  if (decoder.retained !== 0) fault("something is kept after the end");
  if (decoder.deadline !== undefined) fault("something is waited for after the end");
  return said;
}

/** The whole, byte by byte, and cut in two. */
export function chunkings(input: Uint8Array, cuts: Cuts): Uint8Array[][] {
  const all = [[input], Array.from(input, (_, at) => input.subarray(at, at + 1))];
  const step = cuts === "all" ? Math.ceil(input.length / 1_000) : Math.ceil(input.length / 3);
  for (let at = 1; at < input.length; at += step)
    all.push([input.subarray(0, at), input.subarray(at)]);
  return all;
}

/** The refusal that ended it all. */
export function violationIn(said: readonly Said[]): Http1Violation {
  const last = said.at(-1);
  if (last === undefined || !isViolation(last))
    throw new Error(`expected a violation at the end of ${JSON.stringify(said)}`);
  return last;
}

/** `code @offset status` of the refusal, or `close` for the status; "accepted" without one. */
export function verdict(said: readonly Said[]): string {
  const last = said.at(-1);
  if (last === undefined || !isViolation(last)) return "accepted";
  const told = last.reply.action === "respond" ? last.reply.status : "close";
  return `${last.code.replace("http1.", "")} @${last.offset} ${told}`;
}

/** The same without the place. */
export function kind(said: readonly Said[]): string {
  return verdict(said).replace(/ @\d+/, "");
}

/** Messages that were completed. */
export function completed(said: readonly Said[]): number {
  return said.filter((event) => event.type === "end").length;
}

/** All content, put together. */
export function contentOf(said: readonly Said[]): string {
  return said.map((event) => (event.type === "content" ? event.text : "")).join("");
}

export function requestHead(said: readonly Said[]): Plain<RequestHead> {
  const head = said.find((event) => event.type === "request-head");
  if (head === undefined) throw new Error(`expected a request head in ${JSON.stringify(said)}`);
  return head;
}

export function responseHead(said: readonly Said[]): Plain<ResponseHead> {
  const head = said.find((event) => event.type === "response-head");
  if (head === undefined) throw new Error(`expected a response head in ${JSON.stringify(said)}`);
  return head;
}

/** An event with nothing in it that changes later. */
export function plain(event: object): Said {
  const copy: Record<string, unknown> = { ...event };
  if (copy["fields"] !== undefined)
    copy["fields"] = Array.from(copy["fields"] as Iterable<readonly [string, string]>);
  if (copy["bytes"] instanceof Uint8Array) {
    copy["text"] = text(copy["bytes"]);
    delete copy["bytes"];
  }
  return copy as unknown as Said;
}

function fault(what: string): never {
  throw new Error(`decoder: ${what}`);
}

function alike(input: string, options: RequestsOptions, make: () => Decoder<object>): Said[] {
  let whole: Said[] | undefined;
  let wanted = "";
  for (const chunks of chunkings(bytes(input), options.cuts ?? "all")) {
    const said = hear(make(), chunks, options.end);
    if (whole === undefined) {
      whole = said;
      wanted = JSON.stringify(said);
    } else if (JSON.stringify(said) !== wanted) expect(said, named(chunks)).toEqual(whole);
  }
  return whole ?? [];
}

function named(chunks: readonly Uint8Array[]): string {
  return chunks.length === 2 ? `cut at ${chunks[0]?.length}` : "byte by byte";
}

function pull(decoder: Decoder<object>, said: Said[]): void {
  for (let event = decoder.next(); event !== undefined; event = decoder.next()) add(said, event);
}

/** Content that was cut is one piece again. */
function add(said: Said[], event: object): void {
  const now = plain(event);
  const last = said.at(-1);
  const joins =
    last !== undefined &&
    (now.type === "content" || now.type === "tunnel") &&
    last.type === now.type &&
    "text" in last;
  if (joins && "text" in now) said[said.length - 1] = { ...last, text: last.text + now.text };
  else said.push(now);
}
