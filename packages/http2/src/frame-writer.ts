// Frames on the way out (RFC 9113 §4.1, §6), written into the queue of a connection.

import { putBlock, type Output } from "@wirewall/bytes";
import * as frames from "./frame-types.js";

/** Puts the nine octets in front of a payload; returns the place behind them. */
export function putHeader(
  room: Uint8Array,
  at: number,
  length: number,
  type: number,
  flags: number,
  stream: number,
): number {
  room[at] = length >>> 16;
  room[at + 1] = length >>> 8;
  room[at + 2] = length;
  room[at + 3] = type;
  room[at + 4] = flags;
  return put32(room, at + 5, stream);
}

export function put32(room: Uint8Array, at: number, value: number): number {
  room[at] = value >>> 24;
  room[at + 1] = value >>> 16;
  room[at + 2] = value >>> 8;
  room[at + 3] = value;
  return at + 4;
}

/** §6.5: settings as identifier, value, identifier, value. */
export function writeSettings(output: Output, pairs: readonly number[]): void {
  const length = (pairs.length / 2) * 6;
  const room = output.reserve(frames.HEADER_BYTES + length);
  let at = putHeader(room, output.place, length, frames.SETTINGS, 0, 0);
  for (let pair = 0; pair < pairs.length; pair += 2) {
    const id = pairs[pair] ?? 0;
    room[at] = id >>> 8;
    room[at + 1] = id;
    at = put32(room, at + 2, pairs[pair + 1] ?? 0);
  }
  output.commit(at);
}

export function writeSettingsAck(output: Output): void {
  const room = output.reserve(frames.HEADER_BYTES);
  output.commit(putHeader(room, output.place, 0, frames.SETTINGS, frames.ACK, 0));
}

/** §6.7: eight octets of `bytes` from `start` on. */
export function writePing(output: Output, bytes: Uint8Array, start: number, isAck: boolean): void {
  const room = output.reserve(frames.HEADER_BYTES + 8);
  let at = putHeader(room, output.place, 8, frames.PING, isAck ? frames.ACK : 0, 0);
  for (let i = 0; i < 8; i++) room[at++] = bytes[start + i] ?? 0;
  output.commit(at);
}

/** §6.8, without debug data: nothing of a peer is echoed. */
export function writeGoAway(output: Output, lastStream: number, error: number): void {
  const room = output.reserve(frames.HEADER_BYTES + 8);
  const at = putHeader(room, output.place, 8, frames.GOAWAY, 0, 0);
  output.commit(put32(room, put32(room, at, lastStream), error));
}

export function writeReset(output: Output, stream: number, error: number): void {
  write32(output, frames.RST_STREAM, stream, error);
}

export function writeWindowUpdate(output: Output, stream: number, increment: number): void {
  write32(output, frames.WINDOW_UPDATE, stream, increment);
}

/** §6.2, §6.10: a field block, in as many frames as it needs. */
export function writeBlock(
  output: Output,
  block: Uint8Array,
  stream: number,
  endsStream: boolean,
  maxFrameBytes: number,
): void {
  const end = endsStream ? frames.END_STREAM : 0;
  let start = 0;
  let type: number = frames.HEADERS;
  let flags = end;
  do {
    const stop = Math.min(block.length, start + maxFrameBytes);
    if (stop === block.length) flags |= frames.END_HEADERS;
    const room = output.reserve(frames.HEADER_BYTES + stop - start);
    const at = putHeader(room, output.place, stop - start, type, flags, stream);
    output.commit(putBlock(room, at, block.subarray(start, stop)));
    start = stop;
    type = frames.CONTINUATION;
    flags = 0;
  } while (start < block.length);
}

/** §6.1: the head of a DATA frame; its payload has to follow. */
export function writeDataHeader(
  output: Output,
  stream: number,
  length: number,
  endsStream: boolean,
): void {
  const room = output.reserve(frames.HEADER_BYTES);
  const flags = endsStream ? frames.END_STREAM : 0;
  output.commit(putHeader(room, output.place, length, frames.DATA, flags, stream));
}

function write32(output: Output, type: number, stream: number, value: number): void {
  const room = output.reserve(frames.HEADER_BYTES + 4);
  output.commit(put32(room, putHeader(room, output.place, 4, type, 0, stream), value));
}
