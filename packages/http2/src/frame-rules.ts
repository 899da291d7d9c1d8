// What a frame alone says against itself, whoever sent it and whatever came before (RFC 9113 §4.2,
// §6; RFC 9218 §7.1): its length, the stream it stands on, its padding. A frame of a type that is not
// known has no rules (§5.5).

import * as frames from "./frame-types.js";

export type FrameFault = "http2.frame.stream" | "http2.frame.length" | "http2.frame.padding";

/** §6.10: the frames of a field block follow one another, and CONTINUATION stands nowhere else. */
export function isInSequence(type: number, stream: number, blockStream: number): boolean {
  const continues = type === frames.CONTINUATION;
  return blockStream === 0 ? !continues : continues && stream === blockStream;
}

/** Judges the nine octets. A wrong length of PRIORITY is a fault of its stream alone (§6.3). */
export function judgeHeader(
  type: number,
  flags: number,
  stream: number,
  length: number,
): FrameFault | undefined {
  switch (type) {
    case frames.DATA:
    case frames.HEADERS:
      if (stream === 0) return "http2.frame.stream";
      return (flags & frames.PADDED) !== 0 && length === 0 ? "http2.frame.padding" : undefined;
    case frames.CONTINUATION:
      return stream === 0 ? "http2.frame.stream" : undefined;
    case frames.PRIORITY:
      if (stream === 0) return "http2.frame.stream";
      return length === 5 ? undefined : "http2.frame.length";
    case frames.RST_STREAM:
      if (stream === 0) return "http2.frame.stream";
      return length === 4 ? undefined : "http2.frame.length";
    case frames.WINDOW_UPDATE:
      return length === 4 ? undefined : "http2.frame.length";
    case frames.SETTINGS: {
      if (stream !== 0) return "http2.frame.stream";
      const isWhole = (flags & frames.ACK) !== 0 ? length === 0 : length % 6 === 0;
      return isWhole ? undefined : "http2.frame.length";
    }
    case frames.PING:
      if (stream !== 0) return "http2.frame.stream";
      return length === 8 ? undefined : "http2.frame.length";
    case frames.GOAWAY:
      if (stream !== 0) return "http2.frame.stream";
      return length >= 8 ? undefined : "http2.frame.length";
    case frames.PRIORITY_UPDATE:
      if (stream !== 0) return "http2.frame.stream";
      return length >= 4 ? undefined : "http2.frame.length";
    case frames.PUSH_PROMISE:
      if (stream === 0) return "http2.frame.stream";
      return length >= fixedBytes(type, flags) ? undefined : "http2.frame.length";
    default:
      return undefined;
  }
}

/** Judges the padding of a payload that is there whole, and what has to stand before it. */
export function judgePayload(
  type: number,
  flags: number,
  bytes: Uint8Array,
  start: number,
  end: number,
): FrameFault | undefined {
  const fixed = fixedBytes(type, flags);
  const isPadded = (flags & frames.PADDED) !== 0 && MAY_BE_PADDED.has(type);
  const padding = isPadded ? (bytes[start] ?? 0) : 0;
  if (isPadded && padding >= end - start) return "http2.frame.padding";
  return end - start - padding >= fixed ? undefined : "http2.frame.length";
}

const MAY_BE_PADDED: ReadonlySet<number> = /* @__PURE__ */ new Set([
  frames.DATA,
  frames.HEADERS,
  frames.PUSH_PROMISE,
]);

/** Octets before the content: the length of the padding, priority (§6.2), a stream (§6.6). */
function fixedBytes(type: number, flags: number): number {
  if (!MAY_BE_PADDED.has(type)) return 0;
  let count = (flags & frames.PADDED) !== 0 ? 1 : 0;
  if (type === frames.HEADERS && (flags & frames.HAS_PRIORITY) !== 0) count += 5;
  if (type === frames.PUSH_PROMISE) count += 4;
  return count;
}
