// What one frame meets on each kind of stream that a client can name, by RFC 9113 §5.1 and §6.

import { isViolation, type Http2Violation } from "@wirewall/http2";
import { expect } from "vitest";
import { REQUEST, client, headers, type Peer } from "./peer.ts";
import {
  CONTINUATION,
  DATA,
  END_HEADERS,
  END_STREAM,
  FRAME_SIZE_ERROR,
  GOAWAY,
  HEADERS,
  PING,
  PRIORITY,
  PROTOCOL_ERROR,
  PUSH_PROMISE,
  RST_STREAM,
  SETTINGS,
  STREAM_CLOSED,
  WINDOW_UPDATE,
  block,
  frame,
  setting,
  word,
} from "./raw-frames.ts";

/** What a frame meets: nothing, an error of its stream, or one of the connection. */
export type Fate = "fine" | readonly ["stream" | "connection", code: string, error: number];

export const c = (code: string, error: number): Fate => ["connection", code, error];
export const s = (code: string, error: number): Fate => ["stream", code, error];
export const ZERO = c("frame.stream", PROTOCOL_ERROR);
export const LENGTH = c("frame.length", FRAME_SIZE_ERROR);
export const IDLE = c("stream.idle", PROTOCOL_ERROR);
const CLOSED = s("stream.closed", STREAM_CLOSED);
const ENDED = c("stream.closed", STREAM_CLOSED);
const PUSH = c("push.refused", PROTOCOL_ERROR);
const ORPHAN = c("continuation.sequence", PROTOCOL_ERROR);

/** The kinds of stream that a client can send a frame on, each with its number. */
export const KINDS = {
  zero: 0,
  idle: 9,
  open: 1,
  "half-closed (remote)": 3,
  "closed by both ends": 5,
  "closed by their reset": 7,
} as const;
export type Kind = keyof typeof KINDS;

/** A connection that has a stream of each kind. */
export function everyKind(): Peer {
  const peer = client();
  peer.send(headers(1, REQUEST, false), headers(3, REQUEST, true));
  peer.send(headers(5, REQUEST, true));
  peer.connection.sendResponse(5, { status: 204 });
  peer.connection.settled(5);
  peer.send(headers(7, REQUEST, false), frame(RST_STREAM, 0, 7, word(8)));
  peer.connection.settled(7);
  peer.take();
  return peer;
}

/** What came of one frame. */
export function fateOf(peer: Peer, sent: Uint8Array): Fate {
  const refused = peer.send(sent).find((event): event is Http2Violation => isViolation(event));
  const errors = peer.errors();
  if (refused === undefined) {
    expect(errors.size).toBe(0);
    return "fine";
  }
  const { code, scope } = refused;
  const error = errorOf(refused);
  expect(scope).not.toBe("message");
  expect(errors.get(scope === "stream" ? (refused.stream ?? -1) : 0)).toBe(error);
  return [scope as "stream" | "connection", code.slice("http2.".length), error];
}

export const BLOCK = block(REQUEST);
const TRAILERS = block([["x", "y"]]);

/** A right frame of each type, and its fate on each kind of stream. */
export const RIGHT: readonly (readonly [
  string,
  number,
  number,
  readonly number[] | Uint8Array,
  Readonly<Record<Kind, Fate>>,
])[] = [
  [
    "DATA",
    DATA,
    0,
    [1, 2],
    {
      zero: ZERO,
      idle: IDLE,
      open: "fine",
      "half-closed (remote)": CLOSED,
      "closed by both ends": CLOSED,
      "closed by their reset": CLOSED,
    },
  ],
  [
    "HEADERS",
    HEADERS,
    END_HEADERS | END_STREAM,
    BLOCK,
    {
      zero: ZERO,
      idle: "fine",
      open: s("pseudo.invalid", PROTOCOL_ERROR),
      "half-closed (remote)": CLOSED,
      "closed by both ends": ENDED,
      "closed by their reset": CLOSED,
    },
  ],
  [
    "trailers",
    HEADERS,
    END_HEADERS | END_STREAM,
    TRAILERS,
    {
      zero: ZERO,
      idle: s("pseudo.invalid", PROTOCOL_ERROR),
      open: "fine",
      "half-closed (remote)": CLOSED,
      "closed by both ends": ENDED,
      "closed by their reset": CLOSED,
    },
  ],
  [
    "PRIORITY",
    PRIORITY,
    0,
    [0, 0, 0, 0, 1],
    {
      zero: ZERO,
      idle: "fine",
      open: "fine",
      "half-closed (remote)": "fine",
      "closed by both ends": "fine",
      "closed by their reset": "fine",
    },
  ],
  [
    "RST_STREAM",
    RST_STREAM,
    0,
    word(8),
    {
      zero: ZERO,
      idle: IDLE,
      open: "fine",
      "half-closed (remote)": "fine",
      "closed by both ends": "fine",
      "closed by their reset": "fine",
    },
  ],
  [
    "SETTINGS",
    SETTINGS,
    0,
    setting(4, 100),
    {
      zero: "fine",
      idle: ZERO,
      open: ZERO,
      "half-closed (remote)": ZERO,
      "closed by both ends": ZERO,
      "closed by their reset": ZERO,
    },
  ],
  [
    "PUSH_PROMISE",
    PUSH_PROMISE,
    END_HEADERS,
    [0, 0, 0, 2, ...BLOCK],
    {
      zero: PUSH,
      idle: PUSH,
      open: PUSH,
      "half-closed (remote)": PUSH,
      "closed by both ends": PUSH,
      "closed by their reset": PUSH,
    },
  ],
  [
    "PING",
    PING,
    0,
    [1, 2, 3, 4, 5, 6, 7, 8],
    {
      zero: "fine",
      idle: ZERO,
      open: ZERO,
      "half-closed (remote)": ZERO,
      "closed by both ends": ZERO,
      "closed by their reset": ZERO,
    },
  ],
  [
    "GOAWAY",
    GOAWAY,
    0,
    [...word(0), ...word(0)],
    {
      zero: "fine",
      idle: ZERO,
      open: ZERO,
      "half-closed (remote)": ZERO,
      "closed by both ends": ZERO,
      "closed by their reset": ZERO,
    },
  ],
  [
    "WINDOW_UPDATE",
    WINDOW_UPDATE,
    0,
    word(1),
    {
      zero: "fine",
      idle: IDLE,
      open: "fine",
      "half-closed (remote)": "fine",
      "closed by both ends": "fine",
      "closed by their reset": "fine",
    },
  ],
  [
    "CONTINUATION",
    CONTINUATION,
    END_HEADERS,
    TRAILERS,
    {
      zero: ORPHAN,
      idle: ORPHAN,
      open: ORPHAN,
      "half-closed (remote)": ORPHAN,
      "closed by both ends": ORPHAN,
      "closed by their reset": ORPHAN,
    },
  ],
];

/** The error that the peer is told. */
export function errorOf({ reply }: Http2Violation): number {
  return "error" in reply ? reply.error : -1;
}
