// A response as handlers give it, for both versions of HTTP.

import type { OutgoingResponse } from "@wirewall/http1";

/** A whole response: `content` is computed and may be left out. */
export type WholeResponse = Omit<ExchangeResponse, "content"> & Partial<ExchangeResponse>;

/** The head of a response, and how its content goes out. */
export interface ExchangeResponse extends OutgoingResponse {
  /** HTTP/2: names whose values must not enter a table on the way (RFC 7541 §7.1.3). */
  readonly sensitive?: readonly string[] | undefined;
}
