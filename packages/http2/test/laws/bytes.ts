// Frames for shapes and floods, made without a platform: this file runs in an empty realm as well.

import { encodeBlock } from "@wirewall/hpack";
import { PREFACE } from "@wirewall/http2";

export const DATA = 0x0;
export const HEADERS = 0x1;
export const PRIORITY = 0x2;
export const RST_STREAM = 0x3;
export const SETTINGS = 0x4;
export const PING = 0x6;
export const GOAWAY = 0x7;
export const WINDOW_UPDATE = 0x8;
export const CONTINUATION = 0x9;

export const END_STREAM = 0x1;
export const ACK = 0x1;
export const END_HEADERS = 0x4;
export const PADDED = 0x8;

export type Bytes = Uint8Array | readonly number[];

/** RFC 9113 §4.1. */
export function frame(type: number, flags: number, stream: number, payload: Bytes = []): number[] {
  const { length } = payload;
  return [length >>> 16, (length >>> 8) & 0xff, length & 0xff, type, flags, ...word(stream)].concat(
    Array.from(payload),
  );
}

export function word(value: number): number[] {
  return [(value >>> 24) & 0xff, (value >>> 16) & 0xff, (value >>> 8) & 0xff, value & 0xff];
}

/** Everything in a row. */
export function bytes(...parts: readonly Bytes[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

export type Lines = readonly (readonly [string, string])[];

/** A block that leaves the table as it is. */
export function block(lines: Lines): Uint8Array {
  return encodeBlock(lines, { limits: { maxTableBytes: 1 } });
}

export function headers(stream: number, lines: Lines, flags: number = END_STREAM): number[] {
  return frame(HEADERS, flags | END_HEADERS, stream, block(lines));
}

export const GET: Lines = [
  [":method", "GET"],
  [":scheme", "https"],
  [":authority", "a.test"],
  [":path", "/"],
];
export const POST: Lines = [[":method", "POST"], ...GET.slice(1)];
export const OK: Lines = [[":status", "200"]];

/** How each side begins. */
export const CLIENT_HELLO: Uint8Array = /* @__PURE__ */ bytes(
  PREFACE,
  frame(SETTINGS, 0, 0),
  frame(SETTINGS, ACK, 0),
);
export const SERVER_HELLO: Uint8Array = /* @__PURE__ */ bytes(
  frame(SETTINGS, 0, 0),
  frame(SETTINGS, ACK, 0),
);

/** A row of frames of about that many bytes, each made for its place. */
export function row(size: number, make: (place: number) => readonly number[]): number[] {
  const all: number[] = [];
  for (let place = 0; all.length < size; place++) for (const byte of make(place)) all.push(byte);
  return all;
}

/** Limits that no shape reaches. */
export const raised = {
  maxHeaderListBytes: 16_777_216,
  maxHeaderCount: 65_536,
  maxContinuationCount: 4_096,
  maxFrameBytes: 16_777_215,
  maxConcurrentStreamCount: 65_536,
  maxRetainedBytes: 1_073_741_824,
};
