// Field sections on the way out. Each field is judged by what judges those that come in, before any
// byte is queued: what our own readers would refuse is a TypeError or RangeError here (misuse),
// without the text in its message.

import { isForbiddenTrailer, sameAuthority, type Fields } from "@wirewall/fields";
import type { OutgoingContent, OutgoingRequest, OutgoingResponse } from "./outgoing.js";
import type { SectionRules } from "./section-codes.js";
import * as marks from "./section-marks.js";

/** Where fields are written: an encoder of HPACK that was told where a block begins. */
export interface FieldWriter {
  field(name: string, value: string, neverIndexed?: boolean): void;
}

/** What one field takes of a list beside its text (RFC 9113 §6.5.2). */
const FIELD_OVERHEAD = 32;

/**
 * Judges a request; returns the bytes of its field section by the measure of
 * SETTINGS_MAX_HEADER_LIST_SIZE.
 *
 * @throws TypeError or RangeError for whatever a server of ours would refuse.
 */
export function checkRequest(request: OutgoingRequest, rules: SectionRules): number {
  const { method, scheme, authority, path, protocol, fields, content } = request;
  checkContent(content);
  const methodMark = judgePseudo("method", method);
  const authorityMark = authority === undefined ? 0 : judgePseudo("authority", authority);
  const pathMark = path === undefined ? 0 : judgePseudo("path", path);
  if (scheme !== undefined) judgePseudo("scheme", scheme);
  if (protocol !== undefined) judgePseudo("protocol", protocol);
  if ((methodMark & marks.IS_CONNECT) !== 0) {
    if (typeof content === "number")
      throw new TypeError("content: CONNECT declares none (RFC 9110 §9.3.6)");
    if (protocol === undefined) {
      if (scheme !== undefined || path !== undefined)
        throw new TypeError("scheme, path: CONNECT has none (RFC 9113 §8.5)");
      if ((authorityMark & marks.HAS_PORT) === 0)
        throw new TypeError("authority: CONNECT names a host and a port (RFC 9113 §8.5)");
    }
  } else if (protocol !== undefined)
    throw new TypeError("protocol: only CONNECT has one (RFC 8441 §4)");
  if ((methodMark & marks.IS_CONNECT) === 0 || protocol !== undefined) {
    if (scheme === undefined) throw new TypeError("scheme: expected http or https");
    if (path === undefined) throw new TypeError("path: expected a path (RFC 9113 §8.3.1)");
    if ((pathMark & marks.IS_ASTERISK) !== 0 && (methodMark & marks.IS_OPTIONS) === 0)
      throw new TypeError("path: only OPTIONS asks for * (RFC 9112 §3.2.4)");
    if (rules.strict && (pathMark & marks.IS_DOUBLE_SLASH) !== 0)
      throw new TypeError("path: expected no // in front");
  }
  let bytes = sizeOf(":method", method) + sizeOf(":scheme", scheme) + sizeOf(":path", path);
  bytes += sizeOf(":authority", authority) + sizeOf(":protocol", protocol);
  return fields === undefined ? bytes : bytes + checkFields(fields, authority);
}

/** Writes the section of a request that was judged. */
export function writeRequest(writer: FieldWriter, request: OutgoingRequest): void {
  const { method, scheme, authority, path, protocol, fields, content, sensitive } = request;
  const secret = (name: string): boolean => sensitive?.includes(name) === true;
  writer.field(":method", method, secret(":method"));
  if (scheme !== undefined) writer.field(":scheme", scheme, secret(":scheme"));
  if (authority !== undefined)
    writer.field(":authority", authority, secret(":authority") || secret("host"));
  if (path !== undefined) writer.field(":path", path, secret(":path"));
  if (protocol !== undefined) writer.field(":protocol", protocol, secret(":protocol"));
  if (fields !== undefined) writeFields(writer, fields, sensitive, authority !== undefined);
  const length = declaredLength(method, content);
  if (length !== undefined)
    writer.field("content-length", String(length), secret("content-length"));
}

/**
 * Judges a final response; returns the bytes of its field section.
 *
 * @throws TypeError or RangeError for whatever a client of ours would refuse.
 */
export function checkResponse(response: OutgoingResponse): number {
  const { status, fields, content } = response;
  checkStatus(status, 200);
  checkContent(content);
  if (status === 204 && content !== "none" && content !== 0)
    throw new TypeError("content: a 204 response has none (RFC 9110 §15.3.5)");
  return STATUS_BYTES + (fields === undefined ? 0 : checkResponseFields(fields));
}

/** @throws TypeError or RangeError as `checkResponse` does. */
export function checkInformational(status: number, fields: Fields | undefined): number {
  checkStatus(status, 100);
  if (status > 199 || status === 101)
    throw new RangeError("status: expected 1xx, and not 101 (RFC 9113 §8.6)");
  return STATUS_BYTES + (fields === undefined ? 0 : checkResponseFields(fields));
}

/** @throws TypeError for a field that may not stand in trailers. */
export function checkTrailers(fields: Fields): number {
  let bytes = 0;
  for (let line = 0; line < fields.size; line++) {
    const name = fields.nameAt(line);
    const value = fields.valueAt(line);
    checkField(name, value);
    if (isForbiddenTrailer(name))
      throw new TypeError("trailers: a name that may not stand in trailers (RFC 9110 §6.5.1)");
    bytes += name.length + value.length + FIELD_OVERHEAD;
  }
  return bytes;
}

export function writeStatus(writer: FieldWriter, status: number): void {
  writer.field(":status", String(status));
}

/** Writes fields that were judged; Host is left out where `:authority` says it. */
export function writeFields(
  writer: FieldWriter,
  fields: Fields,
  sensitive?: readonly string[],
  withoutHost = false,
): void {
  const { size } = fields;
  const secret = sensitive === undefined || sensitive.length === 0 ? undefined : new Set(sensitive);
  for (let line = 0; line < size; line++) {
    const name = fields.nameAt(line);
    if (withoutHost && name === "host") continue;
    writer.field(name, fields.valueAt(line), secret?.has(name) === true);
  }
}

/** Methods of which a missing length is understood as "some content" (RFC 9110 §8.6). */
const WITH_CONTENT: ReadonlySet<string> = /* @__PURE__ */ new Set(["POST", "PUT", "PATCH"]);

function declaredLength(method: string, content: OutgoingContent): number | undefined {
  if (typeof content === "number") return content;
  return content === "none" && WITH_CONTENT.has(method) ? 0 : undefined;
}

const STATUS_BYTES: number = ":status".length + 3 + FIELD_OVERHEAD;

function checkFields(fields: Fields, authority: string | undefined): number {
  let bytes = 0;
  let hosts = 0;
  for (let line = 0; line < fields.size; line++) {
    const name = fields.nameAt(line);
    const value = fields.valueAt(line);
    const mark = checkField(name, value);
    if ((mark & marks.KIND) === marks.HOST) {
      if ((mark & marks.BAD_VALUE) !== 0 || ++hosts > 1)
        throw new TypeError("fields: expected one valid host");
      if (authority !== undefined && !sameAuthority(authority, value))
        throw new TypeError("fields: host and authority disagree (RFC 9113 §8.3.1)");
    }
    bytes += name.length + value.length + FIELD_OVERHEAD;
  }
  return bytes;
}

function checkResponseFields(fields: Fields): number {
  let bytes = 0;
  for (let line = 0; line < fields.size; line++) {
    const name = fields.nameAt(line);
    const value = fields.valueAt(line);
    if ((checkField(name, value) & marks.KIND) === marks.TE)
      throw new TypeError("fields: te is for requests (RFC 9113 §8.2.2)");
    bytes += name.length + value.length + FIELD_OVERHEAD;
  }
  return bytes;
}

function checkField(name: string, value: string): number {
  const mark = marks.judge(name, value);
  if ((mark & marks.PSEUDO) !== 0)
    throw new TypeError("fields: pseudo-fields are written by the machine (RFC 9113 §8.3)");
  if ((mark & marks.BAD_SYNTAX) !== 0)
    throw new TypeError("fields: a name or value that HTTP/2 does not allow (RFC 9113 §8.2.1)");
  if ((mark & marks.OF_CONNECTION) !== 0)
    throw new TypeError("fields: a field of one HTTP/1.1 connection (RFC 9113 §8.2.2)");
  if ((mark & marks.KIND) === marks.CONTENT_LENGTH)
    throw new TypeError("fields: content-length is written by the machine, from content");
  return mark;
}

function judgePseudo(name: string, value: string): number {
  const mark = typeof value === "string" ? marks.judge(`:${name}`, value) : marks.BAD_SYNTAX;
  if ((mark & (marks.FAULTS | marks.BAD_VALUE)) !== 0)
    throw new TypeError(`${name}: expected a valid :${name} (RFC 9113 §8.3.1)`);
  return mark;
}

function sizeOf(name: string, value: string | undefined): number {
  return value === undefined ? 0 : name.length + value.length + FIELD_OVERHEAD;
}

function checkStatus(status: number, least: number): void {
  if (!Number.isInteger(status) || status < least || status > 599)
    throw new RangeError(`status: expected a whole number from ${least} to 599`);
}

function checkContent(content: OutgoingContent): void {
  if (content === "none" || content === "stream") return;
  if (!Number.isSafeInteger(content) || content < 0)
    throw new TypeError('content: expected "none", "stream" or a number of bytes');
}
