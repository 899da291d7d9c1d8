// The head of a request as handlers see it, whichever version of HTTP it came by.

import type { RequestHead as Http1Head } from "@wirewall/http1";
import type { RequestHead as Http2RequestHead } from "@wirewall/http2";
import type { Fields } from "@wirewall/fields";

/** How the end of the content is found: there is none, by its length, by the coding, by the stream. */
export type ExchangeFraming = "none" | "length" | "chunked" | "stream";

export interface ExchangeHead {
  readonly type: "request-head";
  readonly method: string;
  /** As sent; in HTTP/2 the path, or the authority of a CONNECT. */
  readonly target: string;
  readonly form: Http1Head["form"];
  readonly version: "1.0" | "1.1" | "2";
  readonly authority: string | undefined;
  readonly fields: Fields;
  readonly framing: ExchangeFraming;
  /** Bytes declared, where they were. */
  readonly contentLength: number | undefined;
  readonly keepAlive: boolean;
  readonly expectContinue: boolean;
  /** Protocols offered by Upgrade; empty in HTTP/2, which has none. */
  readonly upgrade: readonly string[];
  /** HTTP/2: what the client said the scheme is. */
  readonly scheme?: string | undefined;
  /** HTTP/2: what an extended CONNECT asks for, such as `websocket` (RFC 8441 §4). */
  readonly protocol?: string | undefined;
  /** HTTP/2: names whose values must not enter a table when they are sent on (RFC 7541 §7.1.3). */
  readonly sensitive?: readonly string[];
}

const NONE: readonly string[] = /* @__PURE__ */ Object.freeze([]);

/** A request of HTTP/2 in those terms. */
export class Http2Head implements ExchangeHead {
  readonly type = "request-head";
  readonly version = "2";
  readonly keepAlive = true;
  readonly upgrade: readonly string[] = NONE;
  readonly method: string;
  readonly target: string;
  readonly form: Http1Head["form"];
  readonly authority: string | undefined;
  readonly fields: Fields;
  readonly framing: ExchangeFraming;
  readonly contentLength: number | undefined;
  readonly expectContinue: boolean;
  readonly scheme: string | undefined;
  readonly protocol: string | undefined;
  readonly sensitive: readonly string[];

  constructor(head: Http2RequestHead) {
    const { path, authority, contentLength } = head;
    this.method = head.method;
    this.target = path ?? authority ?? "";
    this.form = path === undefined ? "authority" : path === "*" ? "asterisk" : "origin";
    this.authority = authority;
    this.fields = head.fields;
    this.framing = head.endStream ? "none" : contentLength === undefined ? "stream" : "length";
    this.contentLength = contentLength;
    this.expectContinue = head.expectContinue;
    this.scheme = head.scheme;
    this.protocol = head.protocol;
    this.sensitive = head.sensitive;
  }
}
