// Which fields belong to one connection only (RFC 9110 §7.6.1) and which may never stand in
// trailers (§6.5.1). Both lists serve HTTP/1.1 and HTTP/2.

import type { Fields } from "./fields.js";
import { parseTokenList } from "./list.js";
import type { FieldsViolation } from "./violations.js";

/** §7.6.1; what is for the next proxy alone (§11.7); and what offers h2c (RFC 7540 §3.2.1). */
const HOP_BY_HOP: ReadonlySet<string> = /* @__PURE__ */ new Set([
  "connection",
  "http2-settings",
  "keep-alive",
  "proxy-authenticate",
  "proxy-authentication-info",
  "proxy-authorization",
  "proxy-connection",
  "te",
  "trailer",
  "transfer-encoding",
  "upgrade",
]);

/**
 * What frames, routes, authenticates or describes content, or modifies or controls the message: it
 * has its place in the head. No peer's `Connection` takes it away, and no trailer brings it.
 */
const IN_HEAD_ONLY: ReadonlySet<string> = /* @__PURE__ */ new Set([
  "age",
  "authorization",
  "cache-control",
  "content-disposition",
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
  "via",
  "warning",
  "www-authenticate",
  "x-forwarded-for",
  "x-forwarded-host",
  "x-forwarded-proto",
  "x-real-ip",
]);

/**
 * The names that may not travel beyond this connection: the fixed ones and those that
 * `Connection` lists, but none of those that have their place in the head.
 */
export function connectionFields(fields: Fields): ReadonlySet<string> | FieldsViolation {
  const listed = parseTokenList(fields.getAll("connection"));
  if (!Array.isArray(listed)) return listed;
  return listed.length === 0
    ? HOP_BY_HOP
    : new Set([...HOP_BY_HOP, ...listed.filter((name) => !IN_HEAD_ONLY.has(name))]);
}

/**
 * Whether a trailer of that name (lower case, as `Fields` has it) would frame, route, authenticate
 * or describe content, or belongs to the connection.
 */
export function isForbiddenTrailer(name: string): boolean {
  return HOP_BY_HOP.has(name) || IN_HEAD_ONLY.has(name);
}
