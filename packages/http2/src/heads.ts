// What a field section becomes: the head of a request, of a response, of an interim response, or
// trailers (RFC 9113 §8.1). `fields` has no pseudo-fields and, in requests, no Host.

import type { Fields } from "@wirewall/fields";

/** §8.3.1: a request that passed every check; its content, if any, follows. */
export interface RequestHead {
  readonly type: "request-head";
  readonly stream: number;
  readonly method: string;
  /** "http" or "https"; undefined in plain CONNECT. */
  readonly scheme: string | undefined;
  /** Of `:authority`, or of Host where that is absent. */
  readonly authority: string | undefined;
  /** Path and query as sent, or "*"; undefined in plain CONNECT. */
  readonly path: string | undefined;
  /** RFC 8441 §4: the protocol that an extended CONNECT asks for. */
  readonly protocol: string | undefined;
  /** Cookie lines as received. */
  readonly fields: Fields;
  readonly contentLength: number | undefined;
  /** No content and no trailers follow. */
  readonly endStream: boolean;
  /** The peer waits for 100 Continue before it sends the content (RFC 9110 §10.1.1). */
  readonly expectContinue: boolean;
  /**
   * Names, pseudo-fields included, that came never-indexed (RFC 7541 §7.1.3), but for those that
   * HPACK here always keeps out of its tables. They stay so when they are passed on.
   */
  readonly sensitive: readonly string[];
  /** RFC 9218 §4.1: 0, the most urgent, to 7. */
  readonly urgency: number;
  /** RFC 9218 §4.2. */
  readonly incremental: boolean;
}

/** §8.3.2: a final response. */
export interface ResponseHead {
  readonly type: "response-head";
  readonly stream: number;
  readonly status: number;
  readonly fields: Fields;
  /** Bytes declared, also where no content follows (HEAD, 204, 304). */
  readonly contentLength: number | undefined;
  readonly endStream: boolean;
  readonly sensitive: readonly string[];
}

/** RFC 9110 §15.2: a 1xx response before the final one. */
export interface Informational {
  readonly type: "informational";
  readonly stream: number;
  readonly status: number;
  readonly fields: Fields;
  readonly sensitive: readonly string[];
}

/** §8.1: the trailer section, apart from the head. */
export interface Trailers {
  readonly type: "trailers";
  readonly stream: number;
  readonly fields: Fields;
  readonly sensitive: readonly string[];
}
