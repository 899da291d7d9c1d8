// Invariant: any bytes are a trace file or one issue with its place, said the same however they are cut;
// events only go forward; what is accepted is written again byte for byte; and frames whose hashes
// fit, in chunks or not, are looked at as closely as any others.

import {
  recoverTraceFile,
  TraceFileDecoder,
  writeTraceFile,
  type TraceFileItem,
} from "@wirewall/trace";
import { createHash } from "node:crypto";
import { deflateRawSync, inflateRawSync } from "node:zlib";
import { Choices, expectCleanPrototypes } from "../../../tools/fuzz/oracle.js";

const sha256 = () => createHash("sha256");
const inflate = (bytes: Uint8Array, maxOutputLength: number): Uint8Array =>
  inflateRawSync(bytes, { maxOutputLength });
const COMPRESSION_AT = 12;
const HEAD = writeTraceFile([], {}, sha256);

export function fuzz(data: Uint8Array): void {
  const choices = new Choices(data);
  check(data, choices);
  check(framed(data), choices);
  check(chunked(data), choices);
  expectCleanPrototypes();
}

function check(bytes: Uint8Array, choices: Choices): void {
  const whole = JSON.stringify(itemsOf([bytes]));
  const at = choices.upTo(bytes.length);
  const pieces = [bytes.slice(0, at), bytes.slice(at)];
  const single = Array.from(bytes, (byte) => Uint8Array.of(byte));
  for (const chunks of [pieces, bytes.length <= 512 ? single : pieces])
    if (JSON.stringify(itemsOf(chunks)) !== whole) throw new Error("chunks change what is read");
  const { metadata, events, issue } = recoverTraceFile(bytes, sha256, { inflate });
  for (const [place, { seq, t }] of events.entries()) {
    const before = events[place - 1];
    if (before !== undefined && (before.seq >= seq || before.t > t))
      throw new Error("it goes back");
  }
  if (issue !== undefined) {
    if (issue.offset < 0 || issue.offset > bytes.length)
      throw new Error("an issue beyond the input");
    return;
  }
  if (bytes[COMPRESSION_AT] !== 0) {
    const packed = writeTraceFile(events, metadata, sha256, deflateRawSync);
    const unpacked = recoverTraceFile(packed, sha256, { inflate }).events;
    if (JSON.stringify(unpacked) !== JSON.stringify(events))
      throw new Error("what was compressed is not what was read");
    return;
  }
  const again = writeTraceFile(events, metadata, sha256);
  if (!Buffer.from(again).equals(bytes)) throw new Error("it is written in another way");
}

function itemsOf(chunks: readonly Uint8Array[]): TraceFileItem[] {
  const decoder = new TraceFileDecoder(sha256, { inflate });
  const items: TraceFileItem[] = [];
  const take = (): void => {
    for (let item = decoder.next(); item !== undefined; item = decoder.next()) items.push(item);
  };
  for (const chunk of chunks) {
    decoder.receive(chunk);
    take();
  }
  decoder.end();
  take();
  const last = items.findIndex(({ type }) => type === "end" || type === "issue");
  if (last !== items.length - 1) throw new Error("nothing, or something, follows the end");
  return items;
}

/** The input as frames, one a line, in a file whose hashes fit. */
function framed(data: Uint8Array): Uint8Array {
  const frames = Buffer.from(data)
    .toString("latin1")
    .split("\n")
    .map((line) => {
      const bytes = Buffer.from(line, "latin1");
      const length = Buffer.alloc(4);
      length.writeUInt32BE(bytes.length);
      return Buffer.concat([length, bytes]);
    });
  const all = Buffer.concat(frames);
  const count = Buffer.alloc(8);
  count.writeBigUInt64BE(BigInt(frames.length));
  return Buffer.concat([HEAD.slice(0, -40), count, sha256().update(all).digest(), all]);
}

/** The same in chunks, whose length the input chooses, and of which it may break one byte. */
function chunked(data: Uint8Array): Uint8Array {
  const whole = Buffer.from(framed(data));
  const [size = 0, broken = 0] = data;
  const head = whole.subarray(0, HEAD.length);
  head[COMPRESSION_AT] = 1;
  const chunks: Buffer[] = [];
  for (let at = HEAD.length; at < whole.length; at += size + 1) {
    const held = whole.subarray(at, at + size + 1);
    const packed = deflateRawSync(held);
    const lengths = Buffer.alloc(8);
    lengths.writeUInt32BE(packed.length);
    lengths.writeUInt32BE(held.length, 4);
    chunks.push(lengths, packed);
  }
  const file = Buffer.concat([head, ...chunks]);
  const at = HEAD.length + broken;
  if (broken > 127 && at < file.length) file[at] = (file[at] ?? 0) ^ size;
  return file;
}
