// Invariant: any bytes are a trace file or one issue with its place, said the same however they are cut;
// events only go forward; what is accepted is written again byte for byte; and frames whose hashes
// fit are looked at as closely as any others.

import {
  recoverTraceFile,
  TraceFileDecoder,
  writeTraceFile,
  type TraceFileItem,
} from "@wirewall/trace";
import { createHash } from "node:crypto";
import { Choices, expectCleanPrototypes } from "../../../tools/fuzz/oracle.js";

const sha256 = () => createHash("sha256");
const HEAD = writeTraceFile([], {}, sha256);

export function fuzz(data: Uint8Array): void {
  const choices = new Choices(data);
  check(data, choices);
  check(framed(data), choices);
  expectCleanPrototypes();
}

function check(bytes: Uint8Array, choices: Choices): void {
  const whole = JSON.stringify(itemsOf([bytes]));
  const at = choices.upTo(bytes.length);
  const pieces = [bytes.slice(0, at), bytes.slice(at)];
  const single = Array.from(bytes, (byte) => Uint8Array.of(byte));
  for (const chunks of [pieces, bytes.length <= 512 ? single : pieces])
    if (JSON.stringify(itemsOf(chunks)) !== whole) throw new Error("chunks change what is read");
  const { metadata, events, issue } = recoverTraceFile(bytes, sha256);
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
  const again = writeTraceFile(events, metadata, sha256);
  if (!Buffer.from(again).equals(bytes)) throw new Error("it is written in another way");
}

function itemsOf(chunks: readonly Uint8Array[]): TraceFileItem[] {
  const decoder = new TraceFileDecoder(sha256);
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
