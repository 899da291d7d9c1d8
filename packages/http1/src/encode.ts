// Heads and trailers on the way out. Every byte that leaves is judged by the tables that the
// decoders read with, and nothing is queued before all of it was: what a decoder would refuse is a
// TypeError or RangeError here (misuse), without the text in its message.

import { Output, putText } from "@wirewall/bytes";
import {
  isAuthority,
  isForbiddenTrailer,
  isTargetText,
  parseTokenList,
  sameAuthority,
  tokenBytes,
  valueBytes,
  type Fields,
} from "@wirewall/fields";
import type { HttpVersion } from "./events.js";
import { addedLines, endOfHead, type AddedLines } from "./added-lines.js";
import { blockOf, noteBlock } from "./field-block.js";
import type { Http1Limits } from "./limits.js";
import { limits as limitsTable } from "./limits.js";
import { reasonOf } from "./reasons.js";
import { isForeignMethod, readTarget } from "./target.js";

/** How much content follows: none, a declared number of bytes, or as much as comes. */
export type OutgoingContent = "none" | "stream" | number;

/** A final response to send. Framing fields and, where needed, Connection are written by the machine. */
export interface OutgoingResponse {
  readonly status: number;
  /** The registered phrase if absent. */
  readonly reason?: string;
  readonly fields?: Fields;
  readonly content: OutgoingContent;
}

/** A request to send. `fields` must hold Host. */
export interface OutgoingRequest {
  readonly method: string;
  readonly target: string;
  readonly fields: Fields;
  readonly content: OutgoingContent;
}

/** Fields of which a second line gives a message two meanings (RFC 9110 §5.3). */
const SINGLETONS: ReadonlyMap<string, number> = /* @__PURE__ */ new Map(
  ["authorization", "content-range", "content-type", "expect", "host", "location"].map(
    (name, bit) => [name, 1 << bit],
  ),
);

const REQUEST_END = " HTTP/1.1\r\n";
/**
 * The bytes of a request head, as the client connection writes it.
 *
 * @throws TypeError or RangeError for whatever a request decoder would refuse.
 */
export function encodeRequestHead(request: OutgoingRequest): Uint8Array {
  const output = new Output();
  writeRequestHead(output, request, limitsTable.resolve());
  return output.take() ?? new Uint8Array(0);
}

/**
 * The bytes of a final response head in HTTP/1.1.
 *
 * @throws TypeError or RangeError for whatever a response decoder would refuse.
 */
export function encodeResponseHead(response: OutgoingResponse): Uint8Array {
  const output = new Output();
  const { status, reason, fields, content } = response;
  checkStatus(status, 200);
  const framing = framingOf(status, content, "1.1");
  const added = addedLines(framing === "chunked" ? undefined : framing, framing === "chunked");
  writeResponseHead(output, status, reason, fields, added, limitsTable.resolve());
  return output.take() ?? new Uint8Array(0);
}

/** How the content of a final response is framed: a length, chunks, or neither. */
export function framingOf(
  status: number,
  content: OutgoingContent,
  version: HttpVersion,
): number | "chunked" | undefined {
  checkContent(content);
  if (status === 204) {
    if (content !== "none" && content !== 0)
      throw new TypeError("content: a 204 response has none (RFC 9110 §15.3.5)");
    return undefined;
  }
  if (content === "none") return status === 304 ? undefined : 0;
  if (content === "stream") return version === "1.1" && status !== 304 ? "chunked" : undefined;
  return content;
}

export function writeRequestHead(
  output: Output,
  request: OutgoingRequest,
  limits: Http1Limits,
): void {
  const { method, target, fields, content } = request;
  checkContent(content);
  if (!all(method, tokenBytes) || method.length > limits.maxMethodBytes || isForeignMethod(method))
    throw new TypeError("method: expected an HTTP method token");
  const form = isTargetText(target) ? readTarget(method, target, false) : undefined;
  if (form === undefined) throw new TypeError("target: expected a request target (RFC 9112 §3.2)");
  if (method.length + target.length + 10 > limits.maxRequestLineBytes)
    throw new RangeError(
      `target: the request line has more than ${limits.maxRequestLineBytes} bytes`,
    );
  const host = fields.get("host");
  if (host === undefined || !isAuthority(host))
    throw new TypeError("fields: expected a valid host");
  if (form.authority !== undefined && !sameAuthority(form.authority, host))
    throw new TypeError("fields: host and target disagree (RFC 9112 §3.2.2)");
  if (method === "CONNECT" && content !== "none")
    throw new TypeError("content: a CONNECT request has none (RFC 9110 §9.3.6)");
  const expected = fields.get("expect");
  if (expected !== undefined && expected.toLowerCase() !== "100-continue")
    throw new TypeError("fields: expect may only be 100-continue");
  const empty = content === "none" && (method === "POST" || method === "PUT" || method === "PATCH");
  const length = typeof content === "number" ? content : empty ? 0 : undefined;
  const added = addedLines(length, content === "stream");
  writeHead(output, `${method} ${target}${REQUEST_END}`, fields, added, limits);
}

export function writeResponseHead(
  output: Output,
  status: number,
  reason: string | undefined,
  fields: Fields | undefined,
  added: AddedLines,
  limits: Http1Limits,
): void {
  const line = reason === undefined ? knownStatusLine(status) : statusLine(status, reason, limits);
  writeHead(output, line, fields, added, limits);
}

/** A start line that was judged, the field lines, and what is added. */
function writeHead(
  output: Output,
  line: string,
  fields: Fields | undefined,
  added: AddedLines,
  limits: Http1Limits,
): void {
  const end = endOfHead(added);
  if (fields === undefined) {
    output.addText(line + end);
    return;
  }
  const block = blockOf(fields);
  // Length or coding, Connection and Date may come on top.
  if (fields.size > limits.maxHeaderCount - 3)
    throw new RangeError(`fields: expected at most ${limits.maxHeaderCount - 3} lines`);
  if (block !== undefined) {
    checkNameLength(block.longestNameBytes, limits);
    checkHeadBytes(block.text.length + end.length, limits);
    output.addText(block.between(line, end));
    return;
  }
  checkSection(fields, limits);
  const bytes = sizeOf(fields) + end.length;
  checkHeadBytes(bytes, limits);
  const room = output.reserve(line.length + bytes);
  const at = putFields(room, putText(room, output.place, line), fields);
  output.commit(putText(room, at, end));
  noteBlock(fields);
}

/** `bytes` counts the empty line as well. */
function checkHeadBytes(bytes: number, limits: Http1Limits): void {
  if (bytes - 2 > limits.maxHeaderBytes)
    throw new RangeError(`fields: expected at most ${limits.maxHeaderBytes} bytes`);
}

/** Status lines with their registered phrases, by status, as they were needed. */
const statusLines: (string | undefined)[] = [];

function knownStatusLine(status: number): string {
  return (statusLines[status] ??= `HTTP/1.1 ${status} ${reasonOf(status)}\r\n`);
}

function statusLine(status: number, reason: string, limits: Http1Limits): string {
  if (!all(reason, valueBytes)) throw new TypeError("reason: expected visible text (RFC 9112 §4)");
  if (reason.length + 13 > limits.maxStatusLineBytes)
    throw new RangeError(
      `reason: the status line has more than ${limits.maxStatusLineBytes} bytes`,
    );
  return `HTTP/1.1 ${status} ${reason}\r\n`;
}

/** The last chunk with its trailers (RFC 9112 §7.1.2). */
export function writeLastChunk(
  output: Output,
  trailers: Fields | undefined,
  limits: Http1Limits,
): void {
  if (trailers !== undefined) {
    if (trailers.size > limits.maxTrailerCount)
      throw new RangeError(`trailers: expected at most ${limits.maxTrailerCount}`);
    for (let at = 0; at < trailers.size; at++) {
      const name = trailers.nameAt(at);
      checkNameLength(name.length, limits);
      if (isForbiddenTrailer(name))
        throw new TypeError("trailers: a name that may not stand in trailers (RFC 9110 §6.5.1)");
    }
    if (sizeOf(trailers) > limits.maxTrailerBytes)
      throw new RangeError(`trailers: expected at most ${limits.maxTrailerBytes} bytes`);
  }
  const room = output.reserve(5 + (trailers === undefined ? 0 : sizeOf(trailers)));
  let at = putText(room, output.place, "0\r\n");
  if (trailers !== undefined) at = putFields(room, at, trailers);
  output.commit(putText(room, at, "\r\n"));
}

/** The size line of a chunk; its data and a CRLF have to follow. */
export function writeChunkSize(output: Output, size: number): void {
  output.addText(`${size.toString(16)}\r\n`);
}

export function writeCrlf(output: Output): void {
  output.addText("\r\n");
}

/** @throws RangeError unless the status is from `least` to 599. */
export function checkStatus(status: number, least: number): void {
  if (!Number.isInteger(status) || status < least || status > 599)
    throw new RangeError(`status: expected a whole number from ${least} to 599`);
}

function checkSection(fields: Fields, limits: Http1Limits): void {
  let singles = 0;
  for (let at = 0; at < fields.size; at++) {
    const name = fields.nameAt(at);
    checkNameLength(name.length, limits);
    if (name === "connection" && !Array.isArray(parseTokenList(fields.getAll(name))))
      throw new TypeError("fields: connection is a list of tokens (RFC 9110 §7.6.1)");
    if (name === "content-length" || name === "transfer-encoding")
      throw new TypeError(`fields: ${name} is written by the machine, from content`);
    const single = SINGLETONS.get(name) ?? 0;
    if ((singles & single) !== 0) throw new TypeError(`fields: a second ${name}`);
    singles |= single;
  }
}

function checkNameLength(bytes: number, limits: Http1Limits): void {
  if (bytes > limits.maxFieldNameBytes)
    throw new RangeError(`fields: expected names of at most ${limits.maxFieldNameBytes} bytes`);
}

function sizeOf(fields: Fields): number {
  let bytes = 0;
  for (let at = 0; at < fields.size; at++)
    bytes += fields.nameAt(at).length + fields.valueAt(at).length + 4;
  return bytes;
}

function putFields(room: Uint8Array, start: number, fields: Fields): number {
  let at = start;
  for (let line = 0; line < fields.size; line++) {
    const name = fields.nameAt(line);
    for (let i = 0; i < name.length; i++) {
      const code = name.charCodeAt(i);
      if (code === 0 || code > 255 || tokenBytes[code] !== code)
        throw new TypeError("fields: a name that is no token");
      room[at++] = code;
    }
    if (name.length === 0) throw new TypeError("fields: an empty name");
    room[at++] = 0x3a;
    room[at++] = 0x20;
    const value = fields.valueAt(line);
    for (let i = 0; i < value.length; i++) {
      const code = value.charCodeAt(i);
      if (code > 255 || valueBytes[code] === 0)
        throw new TypeError("fields: a value that is no field value");
      room[at++] = code;
    }
    if (
      value.length !== 0 &&
      (isBlank(value.charCodeAt(0)) || isBlank(value.charCodeAt(value.length - 1)))
    )
      throw new TypeError("fields: a value with whitespace at an edge");
    room[at++] = 0x0d;
    room[at++] = 0x0a;
  }
  return at;
}

function checkContent(content: OutgoingContent): void {
  if (content === "none" || content === "stream") return;
  if (!Number.isSafeInteger(content) || content < 0)
    throw new TypeError('content: expected "none", "stream" or a number of bytes');
}

/** Whether every character is one that the table has. */
function all(text: string, table: Uint8Array): boolean {
  if (typeof text !== "string" || (table === tokenBytes && text.length === 0)) return false;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code > 255 || table[code] === 0) return false;
  }
  return true;
}

function isBlank(code: number): boolean {
  return code === 0x20 || code === 0x09;
}
