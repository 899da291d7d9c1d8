// Row H2-15 of the regression catalogue: frames in any order, legal and illegal, against a table of
// RFC 9113 §5.1 that is written here. The table knows nothing of the code under test: it says for
// each state of a stream and each frame of a client what is heard and what the peer is told.

import { isViolation } from "@wirewall/http2";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { POST, client, headers, type Heard } from "./peer.ts";
import {
  CANCEL,
  DATA,
  END_STREAM,
  NO_ERROR,
  PRIORITY,
  PROTOCOL_ERROR,
  RST_STREAM,
  STREAM_CLOSED,
  WINDOW_UPDATE,
  frame,
  word,
} from "./raw-frames.ts";

type State =
  | "idle"
  /** §5.1.1: never used, and passed over by a higher number. */
  | "skipped"
  | "open"
  /** half-closed (remote): the request is complete, and not answered. */
  | "remote"
  /** closed by END_STREAM on both sides. */
  | "ended"
  | "reset by us"
  | "reset by them";

type Sent =
  | "HEADERS"
  | "HEADERS END_STREAM"
  | "malformed HEADERS"
  | "trailers END_STREAM"
  | "DATA"
  | "DATA END_STREAM"
  | "RST_STREAM"
  | "WINDOW_UPDATE"
  | "PRIORITY";

/** What follows: events, the state after, and what is refused, of the stream or the connection. */
interface Reaction {
  readonly heard?: readonly string[];
  readonly next?: State;
  readonly refused?: readonly ["stream" | "connection", error: number];
}

const nothing: Reaction = {};
const closed: Reaction = { refused: ["stream", STREAM_CLOSED], next: "reset by us" };
const ended: Reaction = { refused: ["connection", STREAM_CLOSED] };
const protocol: Reaction = { refused: ["connection", PROTOCOL_ERROR] };
const malformed: Reaction = { refused: ["stream", PROTOCOL_ERROR], next: "reset by us" };
const silently: Readonly<Record<Sent, Reaction>> = {
  HEADERS: nothing,
  "HEADERS END_STREAM": nothing,
  "malformed HEADERS": nothing,
  "trailers END_STREAM": nothing,
  DATA: nothing,
  "DATA END_STREAM": nothing,
  RST_STREAM: nothing,
  WINDOW_UPDATE: nothing,
  PRIORITY: nothing,
};
const TABLE: Readonly<Record<State, Readonly<Record<Sent, Reaction>>>> = {
  idle: {
    ...silently,
    DATA: protocol,
    "DATA END_STREAM": protocol,
    RST_STREAM: protocol,
    WINDOW_UPDATE: protocol,
    HEADERS: { heard: ["request-head"], next: "open" },
    "HEADERS END_STREAM": { heard: ["request-head"], next: "remote" },
    "malformed HEADERS": malformed,
    "trailers END_STREAM": malformed,
  },
  // §5.1.1: such a stream is closed, and no new one.
  skipped: {
    ...silently,
    HEADERS: protocol,
    "HEADERS END_STREAM": protocol,
    "malformed HEADERS": protocol,
    "trailers END_STREAM": protocol,
    DATA: closed,
    "DATA END_STREAM": closed,
  },
  open: {
    ...silently,
    // §8.1: what follows the head is the trailer section, which ends the stream.
    HEADERS: malformed,
    "HEADERS END_STREAM": malformed,
    "malformed HEADERS": malformed,
    "trailers END_STREAM": { heard: ["trailers", "end"], next: "remote" },
    DATA: { heard: ["content"] },
    "DATA END_STREAM": { heard: ["content", "end"], next: "remote" },
    RST_STREAM: { heard: ["reset"], next: "reset by them" },
  },
  remote: {
    ...silently,
    HEADERS: closed,
    "HEADERS END_STREAM": closed,
    "malformed HEADERS": closed,
    "trailers END_STREAM": closed,
    DATA: closed,
    "DATA END_STREAM": closed,
    RST_STREAM: { heard: ["reset"], next: "reset by them" },
  },
  ended: {
    ...silently,
    HEADERS: ended,
    "HEADERS END_STREAM": ended,
    "malformed HEADERS": ended,
    "trailers END_STREAM": ended,
    DATA: { refused: ["stream", STREAM_CLOSED] },
    "DATA END_STREAM": { refused: ["stream", STREAM_CLOSED] },
  },
  "reset by us": silently,
  "reset by them": {
    ...silently,
    HEADERS: { refused: ["stream", STREAM_CLOSED] },
    "HEADERS END_STREAM": { refused: ["stream", STREAM_CLOSED] },
    "malformed HEADERS": { refused: ["stream", STREAM_CLOSED] },
    "trailers END_STREAM": { refused: ["stream", STREAM_CLOSED] },
    DATA: { refused: ["stream", STREAM_CLOSED] },
    "DATA END_STREAM": { refused: ["stream", STREAM_CLOSED] },
  },
};

const SENT = Object.keys(TABLE.idle) as Sent[];

function frameOf(sent: Sent, stream: number): Uint8Array {
  switch (sent) {
    case "HEADERS":
      return headers(stream, POST, false);
    case "HEADERS END_STREAM":
      return headers(stream, POST, true);
    case "malformed HEADERS":
      return headers(stream, [...POST, ["connection", "close"]], true);
    case "trailers END_STREAM":
      return headers(stream, [["x", "y"]], true);
    case "DATA":
      return frame(DATA, 0, stream, [1, 2, 3]);
    case "DATA END_STREAM":
      return frame(DATA, END_STREAM, stream, [1, 2, 3]);
    case "RST_STREAM":
      return frame(RST_STREAM, 0, stream, word(CANCEL));
    case "WINDOW_UPDATE":
      return frame(WINDOW_UPDATE, 0, stream, word(1));
    case "PRIORITY":
      return frame(PRIORITY, 0, stream, [0, 0, 0, 0, 1]);
  }
}

type Step =
  | { readonly sent: Sent; readonly stream: number }
  | { readonly answer: "response" | "reset"; readonly stream: number };

/** Plays the steps against the table; returns how many frames were legal. */
function play(steps: readonly Step[]): number {
  const peer = client();
  const states = new Map<number, State>();
  let last = 0;
  let legal = 0;
  const stateOf = (stream: number): State =>
    states.get(stream) ?? (stream > last ? "idle" : "skipped");

  for (const step of steps) {
    const { stream } = step;
    const state = stateOf(stream);
    const told = JSON.stringify({ step, state });
    if ("answer" in step) {
      if (state !== "open" && state !== "remote") continue;
      if (step.answer === "reset") peer.connection.reset(stream, CANCEL);
      else peer.connection.sendResponse(stream, { status: 200 }, "hello");
      peer.connection.settled(stream);
      const wanted = step.answer === "reset" ? CANCEL : state === "open" ? NO_ERROR : undefined;
      expect([told, peer.errors().get(stream)]).toEqual([told, wanted]);
      states.set(stream, wanted === undefined ? "ended" : "reset by us");
      continue;
    }
    const reaction = TABLE[state][step.sent];
    const heard = peer.send(frameOf(step.sent, stream));
    for (const event of heard)
      if (!isViolation(event) && event.type === "content")
        peer.connection.consumed(event.stream, event.bytes.length);
    const errors = peer.errors();
    if (reaction.refused?.[0] === "connection") {
      expect([told, errors.get(0)]).toEqual([told, reaction.refused[1]]);
      expect(peer.connection.state).toBe("closed");
      expect(peer.send(frameOf("HEADERS", 99))).toEqual([]);
      return legal;
    }
    expect([told, errors.get(0), errors.get(stream)]).toEqual([
      told,
      undefined,
      reaction.refused?.[1],
    ]);
    expect([told, summary(heard, stream)]).toEqual([
      told,
      reaction.refused === undefined ? (reaction.heard ?? []) : ["refused"],
    ]);
    if (reaction.refused === undefined) legal++;
    if (state === "idle" && reaction.next !== undefined) last = Math.max(last, stream);
    if (reaction.next !== undefined) states.set(stream, reaction.next);
    // A handler ends when it hears that nobody listens any more.
    if (reaction.next?.startsWith("reset")) peer.connection.settled(stream);
  }
  return legal;
}

function summary(heard: readonly Heard[], stream: number): string[] {
  return heard
    .filter((event) => event.type !== "window")
    .map((event) => {
      expect((event as { readonly stream?: number }).stream).toBe(stream);
      return isViolation(event) ? "refused" : event.type;
    });
}

describe("threat: H2-15 row: C3 RFC 9113 §5.1 the states of a stream", () => {
  const waysTo: Readonly<Record<State, readonly Step[]>> = {
    idle: [],
    skipped: [{ sent: "HEADERS END_STREAM", stream: 5 }],
    open: [{ sent: "HEADERS", stream: 3 }],
    remote: [{ sent: "HEADERS END_STREAM", stream: 3 }],
    ended: [
      { sent: "HEADERS END_STREAM", stream: 3 },
      { answer: "response", stream: 3 },
    ],
    "reset by us": [
      { sent: "HEADERS", stream: 3 },
      { answer: "reset", stream: 3 },
    ],
    "reset by them": [
      { sent: "HEADERS", stream: 3 },
      { sent: "RST_STREAM", stream: 3 },
    ],
  };

  it.each(Object.keys(waysTo) as State[])("each frame in the state %s", (state) => {
    for (const sent of SENT) play([...waysTo[state], { sent, stream: 3 }]);
  });

  it("a request that was answered too early is reset, and the rest of it dropped", () => {
    for (const sent of SENT)
      play([
        { sent: "HEADERS", stream: 3 },
        { answer: "response", stream: 3 },
        { sent, stream: 3 },
        { sent: "HEADERS END_STREAM", stream: 5 },
      ]);
  });

  const stream = fc.constantFrom(1, 3, 5, 7, 9);
  const wild: fc.Arbitrary<Step> = fc.oneof(
    { weight: 4, arbitrary: fc.record({ sent: fc.constantFrom(...SENT), stream }) },
    {
      weight: 1,
      arbitrary: fc.record({ answer: fc.constantFrom("response", "reset"), stream }),
    },
  ) as fc.Arbitrary<Step>;
  /** Opens streams in order, so that what follows is legal more often. */
  const opening = fc
    .array(fc.constantFrom<Sent>("HEADERS", "HEADERS END_STREAM"), { minLength: 5, maxLength: 5 })
    .map((kinds) => kinds.map((sent, at): Step => ({ sent, stream: 1 + 2 * at })));

  it("any sequence of frames and answers", () => {
    let legal = 0;
    fc.assert(
      fc.property(fc.array(wild, { maxLength: 30 }), (steps) => {
        legal += play(steps);
      }),
      { numRuns: 1_000 },
    );
    expect(legal).toBeGreaterThan(300);
  });

  it("any sequence after five streams were opened", () => {
    let legal = 0;
    fc.assert(
      fc.property(opening, fc.array(wild, { maxLength: 40 }), (first, steps) => {
        legal += play([...first, ...steps]);
      }),
      { numRuns: 1_000 },
    );
    expect(legal).toBeGreaterThan(3_000);
  });

  it("numbers never come back, and what is remembered of closed streams is bounded", () => {
    const peer = client({ limits: { maxClosedStreamCount: 16 } });
    let most = 0;
    for (let id = 1; id < 4_001; id += 2) {
      peer.now += 100;
      peer.send(headers(id, POST, true));
      peer.connection.sendResponse(id, { status: 204 });
      peer.connection.settled(id);
      peer.take();
      if (id > 200) most = Math.max(most, peer.connection.retained);
      if (id === 201) most = peer.connection.retained;
    }
    expect(peer.connection.retained).toBeLessThanOrEqual(most);
    expect(peer.connection.streamCount).toBe(0);
    const heard = peer.send(headers(1, POST, true));
    expect(heard.map((event) => isViolation(event) && event.scope)).toEqual(["connection"]);
  });
});
