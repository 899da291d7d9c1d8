// Frames made and taken apart by hand (RFC 9113 §4.1), apart from the code under test.

import { encodeBlock } from "@wirewall/hpack";

export const DATA = 0x0;
export const HEADERS = 0x1;
export const PRIORITY = 0x2;
export const RST_STREAM = 0x3;
export const SETTINGS = 0x4;
export const PUSH_PROMISE = 0x5;
export const PING = 0x6;
export const GOAWAY = 0x7;
export const WINDOW_UPDATE = 0x8;
export const CONTINUATION = 0x9;

export const END_STREAM = 0x1;
export const ACK = 0x1;
export const END_HEADERS = 0x4;
export const PADDED = 0x8;

/** §7. */
export const NO_ERROR = 0x0;
export const PROTOCOL_ERROR = 0x1;
export const FLOW_CONTROL_ERROR = 0x3;
export const STREAM_CLOSED = 0x5;
export const FRAME_SIZE_ERROR = 0x6;
export const REFUSED_STREAM = 0x7;
export const CANCEL = 0x8;
export const COMPRESSION_ERROR = 0x9;
export const ENHANCE_YOUR_CALM = 0xb;

export const PREFACE: Uint8Array = new TextEncoder().encode("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n");

export function frame(
  type: number,
  flags: number,
  stream: number,
  payload: Uint8Array | readonly number[] = [],
): Uint8Array {
  const made = new Uint8Array(9 + payload.length);
  const view = new DataView(made.buffer);
  view.setUint32(0, payload.length << 8);
  made[3] = type;
  made[4] = flags;
  view.setUint32(5, stream);
  made.set(payload, 9);
  return made;
}

export function joined(parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

/** Four bytes, most significant first. */
export function word(value: number): number[] {
  return [(value >>> 24) & 0xff, (value >>> 16) & 0xff, (value >>> 8) & 0xff, value & 0xff];
}

/** One entry of SETTINGS. */
export function setting(id: number, value: number): number[] {
  return [id >>> 8, id & 0xff, ...word(value)];
}

/** A block that no table is needed for. */
export function block(lines: Iterable<readonly [string, string]>): Uint8Array {
  return encodeBlock(lines, { limits: { maxTableBytes: 1 } });
}

/** A payload with that many octets of padding. */
export function padded(payload: Uint8Array | readonly number[], padding: number): Uint8Array {
  return Uint8Array.from([padding, ...payload, ...new Array<number>(padding).fill(0)]);
}

export interface RawFrame {
  readonly type: number;
  readonly flags: number;
  readonly stream: number;
  readonly payload: Uint8Array;
}

/** The frames in some output, which has to end with one. */
export function framesOf(output: Uint8Array): RawFrame[] {
  const frames: RawFrame[] = [];
  const view = new DataView(output.buffer, output.byteOffset, output.byteLength);
  for (let at = 0; at < output.length;) {
    const length = view.getUint32(at) >>> 8;
    frames.push({
      type: view.getUint8(at + 3),
      flags: view.getUint8(at + 4),
      stream: view.getUint32(at + 5) & 0x7fff_ffff,
      payload: output.subarray(at + 9, at + 9 + length),
    });
    at += 9 + length;
  }
  return frames;
}

/** The error of each RST_STREAM, by stream, and of GOAWAY under 0. */
export function errorsOf(frames: readonly RawFrame[]): Map<number, number> {
  const errors = new Map<number, number>();
  for (const { type, stream, payload } of frames) {
    const view = new DataView(payload.buffer, payload.byteOffset, payload.byteLength);
    if (type === RST_STREAM) errors.set(stream, view.getUint32(0));
    if (type === GOAWAY) errors.set(0, view.getUint32(4));
  }
  return errors;
}
