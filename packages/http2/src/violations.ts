// What HTTP/2 refuses, and what the peer is told: a connection ends by GOAWAY, a stream by
// RST_STREAM, and a request that is only too large by a response.

import type { HpackCode, HpackReply } from "@wirewall/hpack";
import {
  defineViolations,
  type LimitHit,
  type Violation,
  type ViolationEntry,
  type Violations,
} from "@wirewall/limits";
import * as frames from "./frame-types.js";

export type Http2Reply =
  | { readonly action: "goaway"; readonly error: number }
  | { readonly action: "reset"; readonly error: number }
  | { readonly action: "respond"; readonly status: number };

export type Http2Code =
  | "http2.preface.invalid"
  | "http2.frame.size"
  | "http2.frame.length"
  | "http2.frame.stream"
  | "http2.frame.padding"
  | "http2.continuation.sequence"
  | "http2.continuation.flood"
  | "http2.stream.id"
  | "http2.stream.idle"
  | "http2.stream.closed"
  | "http2.stream.refused"
  | "http2.priority.self"
  | "http2.trailers.unterminated"
  | "http2.flow.exceeded"
  | "http2.flow.zero"
  | "http2.flow.overflow"
  | "http2.settings.value"
  | "http2.settings.entries"
  | "http2.settings.connect-protocol"
  | "http2.push.refused"
  | "http2.field.syntax"
  | "http2.field.connection"
  | "http2.pseudo.invalid"
  | "http2.pseudo.value"
  | "http2.connect.invalid"
  | "http2.trailer.forbidden"
  | "http2.content-length.mismatch"
  | "http2.body.too-large"
  | "http2.body.truncated"
  | "http2.retained.bytes"
  | "http2.timeout.preface"
  | "http2.timeout.settings"
  | "http2.timeout.continuation"
  | "http2.timeout.stall"
  | "http2.timeout.ping"
  | "http2.timeout.idle"
  | "http2.timeout.drain"
  | `http2.flood.${FloodName}`;

/** The budgets, by what they are charged for. */
export type FloodName =
  | "resets"
  | "own-resets"
  | "pings"
  | "settings"
  | "priority"
  | "unknown"
  | "empty"
  | "small-data"
  | "window-updates"
  | "dribble"
  | "control";

/** `stream` is the one that a refusal of the scope "stream" is about. */
export type Http2Violation = Violation<Http2Code | HpackCode, Http2Reply | HpackReply> & {
  readonly stream?: number;
};

type Row = ViolationEntry<Http2Reply>;

export const violations: Violations<Http2Code, Http2Reply> = /* @__PURE__ */ defineViolations(
  "http2",
  {
    "http2.preface.invalid": ends("no preface, or no SETTINGS first", "RFC 9113 §3.4"),
    "http2.frame.size": ends(
      "a frame over maxFrameBytes",
      "RFC 9113 §4.2",
      frames.FRAME_SIZE_ERROR,
    ),
    "http2.frame.length": ends(
      "a frame of a length that its type cannot have",
      "RFC 9113 §4.2",
      frames.FRAME_SIZE_ERROR,
    ),
    "http2.frame.stream": ends("a frame on a stream where it cannot stand", "RFC 9113 §6"),
    "http2.frame.padding": ends("padding that fills the whole payload", "RFC 9113 §6.1"),
    "http2.continuation.sequence": ends(
      "another frame inside a field block, or CONTINUATION outside of one",
      "RFC 9113 §6.10",
    ),
    "http2.continuation.flood": calms("a field block of too many bytes or frames"),
    "http2.stream.id": ends("a stream identifier that cannot be opened", "RFC 9113 §5.1.1"),
    "http2.stream.idle": ends("a frame on a stream that was never opened", "RFC 9113 §5.1"),
    "http2.stream.closed": resets(
      "a frame on a stream that its sender had ended",
      "RFC 9113 §5.1",
      frames.STREAM_CLOSED,
    ),
    "http2.stream.refused": resets(
      "more streams, or running handlers, than allowed",
      "RFC 9113 §5.1.2",
      frames.REFUSED_STREAM,
    ),
    "http2.priority.self": resets("a stream that depends on itself", "RFC 7540 §5.3.1"),
    "http2.trailers.unterminated": resets("trailers that do not end the stream", "RFC 9113 §8.1"),
    "http2.flow.exceeded": resets(
      "more DATA than the window allows",
      "RFC 9113 §6.9.1",
      frames.FLOW_CONTROL_ERROR,
    ),
    "http2.flow.zero": resets("a window that grows by nothing", "RFC 9113 §6.9"),
    "http2.flow.overflow": resets(
      "a window over 2^31 − 1",
      "RFC 9113 §6.9.1",
      frames.FLOW_CONTROL_ERROR,
    ),
    "http2.settings.value": ends("a setting out of its range", "RFC 9113 §6.5.2"),
    "http2.settings.entries": calms("too many entries in one SETTINGS frame"),
    "http2.settings.connect-protocol": ends(
      "extended CONNECT was offered and is taken back",
      "RFC 8441 §3",
    ),
    "http2.push.refused": ends("a push that nobody wanted", "RFC 9113 §8.4"),
    "http2.field.syntax": resets("a field name or value that is none", "RFC 9113 §8.2.1"),
    "http2.field.connection": resets("a field of one HTTP/1.1 connection", "RFC 9113 §8.2.2"),
    "http2.pseudo.invalid": resets(
      "a pseudo-field unknown, late, repeated, misplaced, missing or empty",
      "RFC 9113 §8.3",
    ),
    "http2.pseudo.value": resets("a pseudo-field of a value it cannot have", "RFC 9113 §8.3.1"),
    "http2.connect.invalid": resets("CONNECT with fields it cannot have", "RFC 9113 §8.5"),
    "http2.trailer.forbidden": resets("a trailer that belongs into the head", "RFC 9110 §6.5.1"),
    "http2.content-length.mismatch": resets(
      "content-length is not the sum of DATA",
      "RFC 9113 §8.1.1",
    ),
    "http2.body.too-large": {
      scope: "stream",
      spec: "RFC 9110 §15.5.14",
      reply: { action: "respond", status: 413 },
      summary: "content over the limit",
    },
    "http2.body.truncated": ends("the input ends inside a message", "RFC 9113 §8.1.1"),
    "http2.retained.bytes": calms("there is no room for what is kept"),
    "http2.timeout.preface": ends("the preface took too long", "RFC 9113 §3.4"),
    "http2.timeout.settings": ends(
      "SETTINGS were not acknowledged in time",
      "RFC 9113 §6.5.3",
      frames.SETTINGS_TIMEOUT,
    ),
    "http2.timeout.continuation": calms("a field block took too long"),
    "http2.timeout.stall": resets("a stream without progress", "RFC 9113 §10.5", frames.CANCEL),
    "http2.timeout.ping": ends("a PING was not answered", "RFC 9113 §6.7", frames.NO_ERROR),
    "http2.timeout.idle": ends("no stream for too long", "RFC 9113 §9.1", frames.NO_ERROR),
    "http2.timeout.drain": ends("streams outlived the shutdown", "RFC 9113 §6.8", frames.NO_ERROR),
    "http2.flood.resets": calms("too many RST_STREAM"),
    "http2.flood.own-resets": calms("too many streams that had to be refused"),
    "http2.flood.pings": calms("too many PING"),
    "http2.flood.settings": calms("too many SETTINGS"),
    "http2.flood.priority": calms("too many PRIORITY"),
    "http2.flood.unknown": calms("too many frames without a meaning"),
    "http2.flood.empty": calms("too many frames without content"),
    "http2.flood.small-data": calms("too much unread content in tiny frames"),
    "http2.flood.window-updates": calms("too many WINDOW_UPDATE"),
    "http2.flood.dribble": calms("windows that force tiny frames"),
    "http2.flood.control": calms("answers that were provoked and are not taken"),
  },
);

/** A refusal of that code at that offset. */
export function refuse(
  code: Http2Code,
  offset: number,
  limit?: LimitHit,
  stream?: number,
): Http2Violation {
  const violation = violations.refuse(code, offset, limit);
  return stream === undefined ? violation : { ...violation, stream };
}

/** A refusal that ends a stream, whatever it ends elsewhere. */
export function refuseStream(
  code: Http2Code,
  offset: number,
  stream: number,
  error: number | undefined,
  limit: LimitHit | undefined,
): Http2Violation {
  const violation = refuse(code, offset, limit, stream);
  return error === undefined
    ? violation
    : { ...violation, scope: "stream", reply: { action: "reset", error } };
}

/** A refusal of the scope "stream" where it ends the connection. */
export function refuseForGood(
  code: Http2Code,
  offset: number,
  error: number,
  limit?: LimitHit,
): Http2Violation {
  const violation = violations.refuse(code, offset, limit);
  return { ...violation, scope: "connection", reply: { action: "goaway", error } };
}

export function isViolation(event: { readonly type: string }): event is Http2Violation {
  return event.type === "violation";
}

function ends(summary: string, spec: string, error: number = frames.PROTOCOL_ERROR): Row {
  return { scope: "connection", spec, reply: { action: "goaway", error }, summary };
}

function calms(summary: string): Row {
  return ends(summary, "RFC 9113 §10.5", frames.ENHANCE_YOUR_CALM);
}

function resets(summary: string, spec: string, error: number = frames.PROTOCOL_ERROR): Row {
  return { scope: "stream", spec, reply: { action: "reset", error }, summary };
}
