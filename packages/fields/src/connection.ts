// Which fields belong to one connection only (RFC 9110 §7.6.1) and which may never stand in
// trailers (§6.5.1). Both lists serve HTTP/1.1 and HTTP/2.

import type { Fields } from "./fields.js";
import { parseTokenList } from "./list.js";
import type { FieldsViolation } from "./violations.js";

const HOP_BY_HOP: ReadonlySet<string> = new Set([
  "connection",
  "keep-alive",
  "proxy-authenticate",
  "proxy-authorization",
  "proxy-connection",
  "te",
  "trailer",
  "transfer-encoding",
  "upgrade",
]);

/** Names that a `Connection` field may not take away: they route, frame or secure the message. */
const END_TO_END: ReadonlySet<string> = new Set([
  "authorization",
  "cache-control",
  "content-length",
  "content-type",
  "cookie",
  "forwarded",
  "host",
  "set-cookie",
  "x-forwarded-for",
  "x-forwarded-host",
  "x-forwarded-proto",
]);

const NOT_IN_TRAILERS: ReadonlySet<string> = new Set([
  ...HOP_BY_HOP,
  "age",
  "authorization",
  "cache-control",
  "content-encoding",
  "content-length",
  "content-location",
  "content-range",
  "content-type",
  "cookie",
  "date",
  "expect",
  "expires",
  "forwarded",
  "host",
  "if-match",
  "if-modified-since",
  "if-none-match",
  "if-range",
  "if-unmodified-since",
  "location",
  "max-forwards",
  "pragma",
  "range",
  "retry-after",
  "set-cookie",
  "vary",
  "www-authenticate",
  "x-forwarded-for",
  "x-forwarded-host",
  "x-forwarded-proto",
]);

/**
 * The names that may not travel beyond this connection: the fixed ones and those that
 * `Connection` lists. What routes, frames or authenticates is never taken away by a peer's list.
 */
export function connectionFields(fields: Fields): ReadonlySet<string> | FieldsViolation {
  const listed = parseTokenList(fields.getAll("connection"));
  if (!Array.isArray(listed)) return listed;
  return listed.length === 0
    ? HOP_BY_HOP
    : new Set([...HOP_BY_HOP, ...listed.filter((name) => !END_TO_END.has(name))]);
}

/** Whether a trailer of that name (lower case) would frame, route, authenticate or describe content. */
export function isForbiddenTrailer(name: string): boolean {
  return NOT_IN_TRAILERS.has(name);
}
