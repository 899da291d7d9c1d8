// What a caller of the client meets. An error names what failed by its code; nothing that a peer
// sent, no header, no address, is repeated in it.

import type { Http1Violation } from "@wirewall/http1";
import type { Http2Violation } from "@wirewall/http2";

/** What a response broke, by the package that read it. */
export type ResponseViolation = Http1Violation | Http2Violation;

export type ClientCode = keyof typeof SUMMARIES;

const SUMMARIES = {
  "client.connect.refused": "nobody listens at the upstream's address",
  "client.connect.unresolved": "the upstream's name has no address",
  "client.connect.timeout": "the connection was not ready in time",
  "client.connect.tls": "the TLS handshake failed",
  "client.connect.denied": "the upstream's address was not granted",
  "client.connect.protocol": "the upstream does not speak the protocol that it has to",
  "client.connect.failed": "the connection could not be opened",
  "client.connection.closed": "the connection ended before a response began",
  "client.connection.lost": "the connection broke",
  "client.response.violation": "the response broke the protocol or a limit",
  "client.response.timeout": "the response came too slowly",
  "client.response.reset": "the upstream gave the response up",
  "client.response.unread": "the caller left the response unread for too long",
  "client.request.invalid": "the request is none that may be sent",
  "client.request.refused": "the upstream did not begin with the request",
  "client.request.timeout": "the upstream did not take the request in time",
  "client.request.content": "the content of the request could not be sent",
  "client.aborted": "the request was cancelled",
  "client.handler": "a callback of the caller failed",
  "client.pool.exhausted": "too many requests wait for a connection",
  "client.pool.timeout": "no connection became free in time",
  "client.pool.closed": "the pool was closed",
  "client.coding.unsupported": "a content coding that is not decoded here",
  "client.coding.count": "too many content codings",
  "client.coding.malformed": "the content is not what its coding says",
  "client.coding.too-large": "the decoded content is too large",
  "client.coding.ratio": "the decoded content is too large for what was received",
  "client.content.too-large": "the content is larger than the caller takes",
  "client.resume.mismatch": "the rest of a transfer does not fit what was kept",
  "client.fan-out.stalled": "a reader held up all others for too long",
  "client.fan-out.readers": "too many readers of one content",
} as const;

/** All codes, for closed sets of labels. */
export const clientCodes: readonly ClientCode[] = /* @__PURE__ */ Object.freeze(
  Object.keys(SUMMARIES) as ClientCode[],
);

export interface ClientErrorDetails {
  /** What the response broke. */
  readonly violation?: ResponseViolation;
  /** One clause of our own about what did not fit. */
  readonly detail?: string;
  /** What a caller's own callback or source threw, or why an address was denied. Never set for what an upstream did. */
  readonly cause?: unknown;
}

/** Branch on `code`, not on `instanceof`. */
export class ClientError extends Error {
  override readonly name: string = "ClientError";
  readonly code: ClientCode;
  readonly violation: ResponseViolation | undefined;

  constructor(code: ClientCode, details: ClientErrorDetails = {}) {
    const { violation, detail, cause } = details;
    const more = violation?.code ?? detail;
    super(
      `${code}: ${SUMMARIES[code]}${more === undefined ? "" : ` (${more})`}`,
      cause === undefined ? undefined : { cause },
    );
    this.code = code;
    this.violation = violation;
  }
}

/** The error of a response that was refused, or of a wait that ended. */
export function errorOfViolation(violation: ResponseViolation): ClientError {
  const { code } = violation;
  if (code === "http1.timeout.write") return new ClientError("client.request.timeout");
  if (code.includes(".timeout.")) return new ClientError("client.response.timeout", { violation });
  return new ClientError("client.response.violation", { violation });
}
