// What came of a request, in one shape for both versions of HTTP.

import type { Fields } from "@wirewall/fields";
import type { Framing, OutgoingRequest } from "@wirewall/http1";

export type HttpVersion = "1.0" | "1.1" | "2";

/** A final response. */
export interface ResponseHead {
  readonly status: number;
  /** Empty over HTTP/2, which has none (RFC 9113 §8.3.2). */
  readonly reason: string;
  readonly version: HttpVersion;
  readonly fields: Fields;
  /** How the end of the content is found; `frames` over HTTP/2, where trailers may always follow. */
  readonly framing: Framing | "frames";
  /** Bytes declared, also where no content follows (HEAD, 304). */
  readonly contentLength: number | undefined;
  /** Names that came never-indexed (RFC 7541 §7.1.3) and have to go on so. */
  readonly sensitive?: readonly string[];
}

/** A 1xx response before the final one. */
export interface Informational {
  readonly status: number;
  readonly reason: string;
  readonly fields: Fields;
}

/**
 * A request, in the form of HTTP/1.1: what HTTP/2 writes in another way follows from it. `fields`
 * must hold Host; what Connection names ends here.
 */
export interface CallRequest extends OutgoingRequest {
  /** Names of which no value may enter a table of HPACK on the way (RFC 7541 §7.1.3). */
  readonly sensitive?: readonly string[] | undefined;
}
