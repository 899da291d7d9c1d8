// Every limit that input alone can reach, as an input that reaches it exactly.

import type { Edge } from "#laws";
import * as f from "./bytes.js";

/** Where the other limits are tested, which a driver has a part in. */
const elsewhere = {
  headerFragmentMultiplierRatio: "threats-bounds.test.ts: a mebibyte of a block",
  streamWindowBytes: "rfc9113-flow.test.ts: a window that is not given back",
  connectionWindowBytes: "rfc9113-flow.test.ts: a window that is not given back",
  maxStreamOutputBytes: "threats-bounds.test.ts: a peer that does not read",
  maxQueuedOutputBytes: "threats-bounds.test.ts: a peer that does not read",
  maxControlQueueCount: "threats-floods.test.ts: answers unread",
  maxClosedStreamCount: "threats-order.test.ts: what is remembered of closed streams",
  drainTimeoutMs: "deadlines.test.ts: after a shutdown",
  pingIntervalMs: "deadlines.test.ts: a question, and no refusal",
  pingTimeoutMs: "deadlines.test.ts: after our question",
  maxRetainedBytes: "the bounded law: no shape exceeds it, read or not",
};

export const serverElsewhere = elsewhere;
export const clientElsewhere = {
  ...elsewhere,
  maxConcurrentStreamCount: "servers only: pushes are refused",
  prefaceTimeoutMs: "deadlines.test.ts: before the first SETTINGS",
  idleTimeoutMs: "deadlines.test.ts: without a request",
};

export const serverEdges: readonly Edge[] = [
  ...edgesOf(f.CLIENT_HELLO, f.POST),
  {
    kind: "count",
    limit: "maxConcurrentStreamCount",
    max: 2,
    code: "http2.stream.refused",
    input: (count) =>
      f.bytes(
        f.CLIENT_HELLO,
        ...places(count, (at) => f.headers(2 * at + 1, f.POST, 0)),
        ...places(count, (at) => f.frame(f.DATA, f.END_STREAM, 2 * at + 1)),
      ),
  },
  {
    kind: "count",
    limit: "maxBodyBytes",
    of: "a declared length",
    max: 5,
    code: "http2.body.too-large",
    input: (count) =>
      f.bytes(
        f.CLIENT_HELLO,
        f.headers(1, [...f.POST, ["content-length", String(count)]], 0),
        f.frame(f.DATA, f.END_STREAM, 1, new Uint8Array(count)),
      ),
  },
  {
    kind: "time",
    limit: "prefaceTimeoutMs",
    maxMs: 70,
    code: "http2.timeout.preface",
    input: f.CLIENT_HELLO.subarray(0, 20),
  },
  {
    kind: "time",
    limit: "prefaceTimeoutMs",
    of: "the first SETTINGS",
    maxMs: 70,
    code: "http2.timeout.preface",
    input: f.CLIENT_HELLO.subarray(0, 30),
  },
  {
    kind: "time",
    limit: "idleTimeoutMs",
    maxMs: 70,
    code: "http2.timeout.idle",
    input: f.CLIENT_HELLO,
  },
];

export const frameEdges: readonly Edge[] = edgesOf(f.CLIENT_HELLO, f.POST).filter(
  ({ limit }) => limit === "maxFrameBytes",
);

export const clientEdges: readonly Edge[] = edgesOf(f.SERVER_HELLO, f.OK);

function edgesOf(hello: Uint8Array, lines: f.Lines): Edge[] {
  const start = f.bytes(hello, f.headers(1, lines, 0));
  const listBytes = lines.reduce((sum, [name, value]) => sum + name.length + value.length + 32, 0);
  const end = f.frame(f.DATA, f.END_STREAM, 1);
  return [
    {
      kind: "count",
      limit: "maxFrameBytes",
      max: 16_384,
      code: "http2.frame.size",
      input: (count) => f.bytes(start, f.frame(f.DATA, 0, 1, new Uint8Array(count)), end),
    },
    {
      kind: "count",
      limit: "maxFrameBytes",
      of: "a frame of a type that is not known",
      max: 16_384,
      code: "http2.frame.size",
      input: (count) => f.bytes(start, f.frame(0xfa, 0, 0, new Uint8Array(count)), end),
    },
    {
      kind: "count",
      limit: "maxHeaderListBytes",
      max: 300,
      code: "hpack.list.bytes",
      input: (count) =>
        f.bytes(hello, f.headers(1, [...lines, ["a", "v".repeat(count - listBytes - 33)]])),
    },
    {
      kind: "count",
      limit: "maxHeaderListBytes",
      of: "trailers",
      max: 300,
      code: "hpack.list.bytes",
      input: (count) => f.bytes(start, f.headers(1, [["a", "v".repeat(count - 33)]])),
    },
    {
      kind: "count",
      limit: "maxHeaderCount",
      of: "pseudo-fields and empty fields",
      max: 6,
      code: "hpack.list.count",
      input: (count) =>
        f.bytes(hello, f.headers(1, [...lines, ...places(count - lines.length, () => EMPTY)])),
    },
    {
      kind: "count",
      limit: "maxContinuationCount",
      max: 3,
      code: "http2.continuation.flood",
      input: (count) => {
        const whole = f.block(lines);
        return f.bytes(
          hello,
          f.frame(f.HEADERS, f.END_STREAM, 1, whole),
          ...places(count, (at) =>
            f.frame(f.CONTINUATION, at === count - 1 ? f.END_HEADERS : 0, 1),
          ),
        );
      },
    },
    {
      kind: "count",
      limit: "maxBodyBytes",
      of: "in one frame",
      max: 5,
      code: "http2.body.too-large",
      input: (count) => f.bytes(start, f.frame(f.DATA, f.END_STREAM, 1, new Uint8Array(count))),
    },
    {
      kind: "count",
      limit: "maxBodyBytes",
      of: "in frames of one byte, with padding that does not count",
      max: 5,
      code: "http2.body.too-large",
      input: (count) =>
        f.bytes(start, ...places(count, () => f.frame(f.DATA, f.PADDED, 1, [1, 2, 0])), end),
    },
    {
      kind: "count",
      limit: "maxSettingsEntryCount",
      max: 6,
      code: "http2.settings.entries",
      input: (count) => f.bytes(start, f.frame(f.SETTINGS, 0, 0, new Uint8Array(6 * count)), end),
    },
    {
      kind: "time",
      limit: "continuationTimeoutMs",
      maxMs: 70,
      code: "http2.timeout.continuation",
      input: f.bytes(hello, f.frame(f.HEADERS, 0, 1)),
    },
    {
      kind: "time",
      limit: "settingsAckTimeoutMs",
      maxMs: 70,
      code: "http2.timeout.settings",
      input: hello.subarray(0, -9),
    },
    {
      kind: "time",
      limit: "streamStallTimeoutMs",
      maxMs: 70,
      code: "http2.timeout.stall",
      input: start,
    },
  ];
}

const EMPTY: readonly [string, string] = ["a", ""];

function places<Value>(count: number, make: (at: number) => Value): Value[] {
  return Array.from({ length: Math.max(0, count) }, (_, at) => make(at));
}
