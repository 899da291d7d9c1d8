// Invariant: any bytes are frames or one refusal, read the same however they are cut, within the
// bound of what may be kept; frames that were read are, written again, the bytes that were read; and
// what the decoder of frames refuses, no connection takes.

import {
  FrameDecoder,
  isViolation,
  limits,
  PREFACE,
  ServerConnection,
  type FrameEvent,
  type PrefaceEvent,
} from "@wirewall/http2";
import { drive } from "../../../tools/laws/src/transcript.js";
import { Choices, expectCleanPrototypes, readEveryWay } from "../../../tools/fuzz/oracle.js";
import { bytes, frame } from "../test/laws/bytes.js";

const BOUND = 2 * (limits.resolve().maxFrameBytes + 9) + 256;

export function fuzz(data: Uint8Array): void {
  const choices = new Choices(data);
  const preface = choices.upTo(3) > 0;
  readEveryWay((ledger) => new FrameDecoder({ preface, ledger }), data, choices, BOUND);
  writeAgain(data, preface);
  if (preface) expectRefused(data);
  expectCleanPrototypes();
}

function writeAgain(data: Uint8Array, preface: boolean): void {
  const decoder = new FrameDecoder({ preface });
  decoder.receive(data);
  let at = 0;
  for (let event = decoder.next(); event !== undefined; event = decoder.next()) {
    if (isViolation(event)) {
      if (event.scope === "connection") return;
      // PRIORITY of another length, which is passed over.
      at += 9 + ((data[at] ?? 0) * 65_536 + (data[at + 1] ?? 0) * 256 + (data[at + 2] ?? 0));
      continue;
    }
    const written = event.type === "preface" ? PREFACE : again(event);
    if (event.offset !== at) throw new Error(`a frame at ${event.offset}, not at ${at}`);
    for (const [place, byte] of written.entries()) {
      const read = data[at + place];
      // RFC 9113 §4.1: the first bit of a stream's number is not looked at.
      const same = place === 5 && event.type === "frame" ? (read ?? 0) & 0x7f : read;
      if (byte !== same) throw new Error(`another byte at ${at + place}`);
    }
    at += written.length;
  }
}

function again({ kind, flags, stream, payload }: Exclude<FrameEvent, PrefaceEvent>): Uint8Array {
  return bytes(frame(kind, flags, stream, payload));
}

function expectRefused(data: Uint8Array): void {
  const frames = drive(new FrameDecoder({ preface: true }), [data], { keep: false });
  if (frames.violation?.scope !== "connection") return;
  const connection = drive(new ServerConnection(), [data], { keep: false });
  if (connection.violation?.scope !== "connection")
    throw new Error(`a connection takes what is refused for ${frames.violation.code}`);
}
