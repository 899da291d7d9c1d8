// What a caller gives a connection to send.

import type { Fields } from "@wirewall/fields";

/** How much content follows: none, a declared number of bytes, or as much as comes. */
export type OutgoingContent = "none" | "stream" | number;

/** A final response. Content-Length and Date are written by the machine. */
export interface OutgoingResponse {
  readonly status: number;
  readonly fields?: Fields | undefined;
  readonly content: OutgoingContent;
  /** Names of which no value may enter a table on the way (RFC 7541 §7.1.3). */
  readonly sensitive?: readonly string[] | undefined;
}

/** A request. Plain CONNECT has neither scheme nor path. */
export interface OutgoingRequest {
  readonly method: string;
  readonly scheme?: "http" | "https" | undefined;
  readonly authority?: string | undefined;
  readonly path?: string | undefined;
  /** RFC 8441 §4: makes a CONNECT an extended one. */
  readonly protocol?: string | undefined;
  readonly fields?: Fields | undefined;
  readonly content: OutgoingContent;
  readonly sensitive?: readonly string[] | undefined;
}
