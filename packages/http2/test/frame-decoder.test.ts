// One direction as frames (RFC 9113 §4.1), and what a frame alone can be refused for.

import { FrameDecoder, isViolation, type FrameEvent, type PrefaceEvent } from "@wirewall/http2";
import { describe, expect, it } from "vitest";
import {
  CONTINUATION,
  DATA,
  END_HEADERS,
  FRAME_SIZE_ERROR,
  HEADERS,
  PADDED,
  PING,
  PREFACE,
  PRIORITY,
  PUSH_PROMISE,
  SETTINGS,
  frame,
  joined,
} from "./raw-frames.ts";

const PRIORITY_UPDATE = 0x10;

/** What is said of some bytes, each frame as its bytes again. */
function read(input: Uint8Array, preface = false): unknown[] {
  const decoder = new FrameDecoder({ preface });
  decoder.receive(input);
  decoder.end();
  const said: unknown[] = [];
  for (let event = decoder.next(); event !== undefined; event = decoder.next())
    said.push(isViolation(event) ? `${event.code} ${event.scope} @${event.offset}` : again(event));
  return said;
}

function again(event: PrefaceEvent | FrameEvent): unknown {
  if (event.type === "preface") return "preface";
  return frame(event.kind, event.flags, event.stream, event.payload);
}

describe("row: C3 RFC 9113 §4.1 frames", () => {
  it("are handed out whole and in order, of types that are not known as well", () => {
    const frames = [
      frame(SETTINGS, 0, 0),
      frame(HEADERS, 0, 1, [1, 2]),
      frame(CONTINUATION, END_HEADERS, 1, [3]),
      frame(DATA, PADDED, 1, [1, 9, 0]),
      frame(0xfa, 0xff, 7, [1]),
    ];
    expect(read(joined([PREFACE, ...frames]), true)).toEqual(["preface", ...frames]);
    expect(read(joined(frames))).toEqual(frames);
  });

  it("§3.4 come after the preface of a client", () => {
    expect(read(frame(SETTINGS, 0, 0), true)).toEqual(["http2.preface.invalid connection @0"]);
    expect(read(PREFACE.subarray(0, 9), true)).toEqual(["http2.body.truncated connection @9"]);
  });

  it("that are cut off end in a refusal", () => {
    const whole = frame(PING, 0, 0, new Uint8Array(8));
    for (let end = 1; end < whole.length; end++)
      expect(read(whole.subarray(0, end))).toEqual([`http2.body.truncated connection @${end}`]);
    const open = frame(HEADERS, 0, 1);
    expect(read(open)).toEqual([open, "http2.body.truncated connection @9"]);
  });
});

describe("threat: H2-19 what one frame is refused for", () => {
  it.each([
    ["a length over the limit", frame(DATA, 0, 1, new Uint8Array(16_385)), "frame.size"],
    ["stream 0", frame(DATA, 0, 0), "frame.stream"],
    ["another stream than 0", frame(PRIORITY_UPDATE, 0, 1, [0, 0, 0, 1]), "frame.stream"],
    ["a length that cannot be", frame(PING, 0, 0, [1]), "frame.length"],
    ["PRIORITY_UPDATE without a stream", frame(PRIORITY_UPDATE, 0, 0, [0]), "frame.length"],
    ["a promise without a stream", frame(PUSH_PROMISE, END_HEADERS, 1, [0]), "frame.length"],
    ["padding that is all", frame(PUSH_PROMISE, 0xc, 1, [5, 0, 0, 0, 0]), "frame.padding"],
    ["padding that leaves no room", frame(HEADERS, 0x2c, 1, [2, 0, 0, 0, 0, 0]), "frame.length"],
    ["CONTINUATION of nothing", frame(CONTINUATION, 0, 1), "continuation.sequence"],
  ])("%s", (_, sent, code) => {
    expect(read(joined([sent, frame(SETTINGS, 0, 0)]))).toEqual([`http2.${code} connection @0`]);
  });

  it("a frame inside a block of another stream", () => {
    const open = frame(HEADERS, 0, 1);
    for (const inside of [frame(PING, 0, 0, new Uint8Array(8)), frame(CONTINUATION, 0, 3)])
      expect(read(joined([open, inside]))).toEqual([
        open,
        "http2.continuation.sequence connection @9",
      ]);
  });

  it("§6.3 PRIORITY of a wrong length is refused alone", () => {
    const next = frame(SETTINGS, 0, 0);
    expect(read(joined([frame(PRIORITY, 0, 1, [1]), next]))).toEqual([
      "http2.frame.length stream @0",
      next,
    ]);
    const decoder = new FrameDecoder();
    decoder.receive(frame(PRIORITY, 0, 1, [1]));
    expect(decoder.next()).toMatchObject({
      stream: 1,
      reply: { action: "reset", error: FRAME_SIZE_ERROR },
    });
  });

  it("holds nothing afterwards, and says nothing", () => {
    const decoder = new FrameDecoder();
    decoder.receive(frame(CONTINUATION, 0, 1));
    decoder.next();
    decoder.receive(frame(SETTINGS, 0, 0));
    decoder.end();
    expect([decoder.next(), decoder.retained, decoder.deadline]).toEqual([undefined, 0, undefined]);
  });
});
