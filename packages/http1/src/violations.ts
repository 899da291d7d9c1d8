// What HTTP/1.1 refuses. All refusals end the connection: servers answer, then close; clients close.

import {
  defineViolations,
  type LimitHit,
  type Violation,
  type ViolationEntry,
  type Violations,
} from "@wirewall/limits";

/** What to tell the peer: an error response and then close, or close without a word. */
export type Http1Reply =
  { readonly action: "respond"; readonly status: number } | { readonly action: "close" };

export type Http1Code =
  | "http1.line.ending"
  | "http1.request-line.syntax"
  | "http1.request-line.too-long"
  | "http1.status-line.syntax"
  | "http1.status-line.too-long"
  | "http1.method.syntax"
  | "http1.target.form"
  | "http1.version.unsupported"
  | "http1.host.missing"
  | "http1.host.duplicate"
  | "http1.host.syntax"
  | "http1.host.conflict"
  | "http1.field.name"
  | "http1.field.value"
  | "http1.field.fold"
  | "http1.field.bytes"
  | "http1.field.count"
  | "http1.framing.conflict"
  | "http1.framing.length"
  | "http1.framing.coding"
  | "http1.framing.version"
  | "http1.framing.forbidden"
  | "http1.chunk.size"
  | "http1.chunk.extension"
  | "http1.chunk.ending"
  | "http1.body.too-large"
  | "http1.body.truncated"
  | "http1.trailer.forbidden"
  | "http1.trailer.bytes"
  | "http1.trailer.count"
  | "http1.expect.unknown"
  | "http1.retained.bytes"
  | "http1.timeout.head"
  | "http1.timeout.response"
  | "http1.timeout.body"
  | "http1.timeout.idle"
  | "http1.timeout.write"
  | "http1.response.unsolicited"
  | "http1.response.informational";

export type Http1Violation = Violation<Http1Code, Http1Reply>;

/** Closing without a word: the reply of every violation that a client meets. */
export const closeReply: Http1Reply = /* @__PURE__ */ Object.freeze({ action: "close" });

/** An error response of that status, then close. */
export function respondReply(status: number): Http1Reply {
  return Object.freeze({ action: "respond", status });
}

export const violations: Violations<Http1Code, Http1Reply> = /* @__PURE__ */ defineViolations(
  "http1",
  {
    "http1.line.ending": row("a line does not end in CRLF", "RFC 9112 §2.2", 400),
    "http1.request-line.syntax": row("not a request line", "RFC 9112 §3", 400),
    "http1.request-line.too-long": row("the request line is too long", "RFC 9110 §15.5.15", 414),
    "http1.status-line.syntax": row("not a status line", "RFC 9112 §4"),
    "http1.status-line.too-long": row("the status line is too long", "RFC 9112 §4"),
    "http1.method.syntax": row("the method is no token, or too long (501)", "RFC 9110 §9.1", 400),
    "http1.target.form": row("the request target has none of the four forms", "RFC 9112 §3.2", 400),
    "http1.version.unsupported": row("neither HTTP/1.0 nor HTTP/1.1", "RFC 9112 §2.3", 505),
    "http1.host.missing": row("an HTTP/1.1 request without Host", "RFC 9112 §3.2", 400),
    "http1.host.duplicate": row("more than one Host field", "RFC 9112 §3.2", 400),
    "http1.host.syntax": row("Host is not a host with an optional port", "RFC 9112 §3.2", 400),
    "http1.host.conflict": row("Host and request target disagree", "RFC 9112 §3.2.2", 400),
    "http1.field.name": row("a field name is no token ended by a colon", "RFC 9112 §5.1", 400),
    "http1.field.value": row("a control character in a field value", "RFC 9110 §5.5", 400),
    "http1.field.fold": row("a field line starts with whitespace", "RFC 9112 §5.2", 400),
    "http1.field.bytes": row("the header section is too large", "RFC 6585 §5", 431),
    "http1.field.count": row("too many field lines", "RFC 6585 §5", 431),
    "http1.framing.conflict": row(
      "Content-Length together with Transfer-Encoding",
      "RFC 9112 §6.3",
      400,
    ),
    "http1.framing.length": row("Content-Length is not one plain number", "RFC 9112 §6.3", 400),
    "http1.framing.coding": row(
      "Transfer-Encoding is not the one coding chunked (501 for another coding)",
      "RFC 9112 §6.1",
      400,
    ),
    "http1.framing.version": row("Transfer-Encoding in HTTP/1.0", "RFC 9112 §6.1", 400),
    "http1.framing.forbidden": row(
      "Content-Length or Transfer-Encoding where no content can be",
      "RFC 9110 §8.6",
    ),
    "http1.chunk.size": row("a chunk size is not a hexadecimal number", "RFC 9112 §7.1", 400),
    "http1.chunk.extension": row(
      "a chunk extension is malformed or too large",
      "RFC 9112 §7.1.1",
      400,
    ),
    "http1.chunk.ending": row("chunk data does not end in CRLF", "RFC 9112 §7.1", 400),
    "http1.body.too-large": row("the content is too large", "RFC 9110 §15.5.14", 413),
    "http1.body.truncated": row("the input ended inside a message", "RFC 9112 §8", 400),
    "http1.trailer.forbidden": row(
      "a trailer that frames, routes, authenticates or describes content",
      "RFC 9110 §6.5.1",
      400,
    ),
    "http1.trailer.bytes": row("the trailer section is too large", "RFC 9112 §7.1.2", 431),
    "http1.trailer.count": row("too many trailers", "RFC 9112 §7.1.2", 431),
    "http1.expect.unknown": row("an expectation other than 100-continue", "RFC 9110 §10.1.1", 417),
    "http1.retained.bytes": row("more would be kept than allowed", "RFC 9110 §15.6.4", 503),
    "http1.timeout.head": row("the head came too slowly", "RFC 9110 §15.5.9", 408),
    "http1.timeout.response": row("no response came", "RFC 9112 §9.5"),
    "http1.timeout.body": row("the content came too slowly", "RFC 9110 §15.5.9", 408),
    "http1.timeout.idle": row("the connection was idle too long", "RFC 9112 §9.5"),
    "http1.timeout.write": row("the output was not taken", "RFC 9112 §9.5"),
    "http1.response.unsolicited": row("bytes came while no request was open", "RFC 9112 §9.2"),
    "http1.response.informational": row(
      "too many 1xx responses, or a 101 that was not asked for",
      "RFC 9110 §15.2",
    ),
  },
);

/** Whether an event of any decoder is a violation. */
export function isViolation(event: object): event is Http1Violation {
  return (event as { readonly type?: unknown }).type === "violation";
}

/** A row of the table as a refusal at that offset. */
export function refuse(
  code: Http1Code,
  offset: number,
  limit?: LimitHit,
  reply?: Http1Reply,
): Http1Violation {
  const violation = violations.refuse(code, offset, limit);
  return reply === undefined ? violation : { ...violation, reply };
}

function row(summary: string, spec: string, status?: number): ViolationEntry<Http1Reply> {
  const reply = status === undefined ? closeReply : respondReply(status);
  return Object.freeze({ scope: "connection", spec, reply, summary });
}
