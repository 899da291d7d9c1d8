// The fields and the framing of a response on its way to the client, and trailers either way.

import type { ResponseHead } from "@wirewall/client";
import { Fields, type FieldName, type FieldValue } from "@wirewall/fields";
import type { OutgoingContent } from "@wirewall/http1";
import { listedBy } from "./connection-list.js";

/** Of the connection, or written by the machine; Upgrade stays with 426, which must name one. */
const DROPPED: ReadonlySet<string> = /* @__PURE__ */ new Set([
  "connection",
  "content-length",
  "keep-alive",
  "proxy-authenticate",
  "proxy-authorization",
  "proxy-connection",
  "te",
  "trailer",
  "transfer-encoding",
  "upgrade",
]);

/** The fields that go on, or undefined where Connection is not a list of tokens. */
export function responseFields(
  given: Fields,
  kept: "upgrade" | undefined = undefined,
): Fields | undefined {
  const listed = listedBy(given);
  if (listed === undefined) return undefined;
  const flat: (FieldName | FieldValue)[] = [];
  for (let line = 0; line < given.size; line++) {
    const name = given.nameAt(line);
    if (name !== kept && (DROPPED.has(name) || listed.has(name))) continue;
    flat.push(name, given.valueAt(line));
  }
  return Fields.adopt(flat);
}

/** Trailers without what is of the connection: HTTP/2 has no place for it (RFC 9113 §8.2.2). */
export function trailerFields(given: Fields | undefined): Fields | undefined {
  if (given === undefined || given.size === 0) return undefined;
  const flat: (FieldName | FieldValue)[] = [];
  for (let line = 0; line < given.size; line++) {
    const name = given.nameAt(line);
    if (!DROPPED.has(name)) flat.push(name, given.valueAt(line));
  }
  return flat.length === 0 ? undefined : Fields.adopt(flat);
}

/**
 * How the content goes on: by its length where the upstream declared one, else as it comes. In
 * answer to HEAD, and with 304, this only describes what a GET would have had.
 */
export function contentOf(response: ResponseHead): OutgoingContent {
  const { status, contentLength } = response;
  if (status === 204) return "none";
  if (contentLength !== undefined) return contentLength;
  return status === 304 ? "none" : "stream";
}
