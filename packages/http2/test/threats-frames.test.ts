// Row H2-19 of the regression catalogue: every type of frame, on every kind of stream, and of every
// length about right. The expected codes are written from RFC 9113 §5.1 and §6.

import { describe, expect, it } from "vitest";
import { REQUEST, client, headers } from "./peer.ts";
import {
  ACK,
  CONTINUATION,
  DATA,
  END_HEADERS,
  END_STREAM,
  FRAME_SIZE_ERROR,
  GOAWAY,
  HEADERS,
  PADDED,
  PING,
  PRIORITY,
  PROTOCOL_ERROR,
  PUSH_PROMISE,
  RST_STREAM,
  SETTINGS,
  WINDOW_UPDATE,
  frame,
  setting,
  word,
} from "./raw-frames.ts";
import {
  BLOCK,
  IDLE,
  KINDS,
  LENGTH,
  RIGHT,
  ZERO,
  c,
  everyKind,
  fateOf,
  s,
  type Fate,
  type Kind,
} from "./fates.ts";
/** Types of which the length is fixed, and what one octet more or less means. */
const FIXED: Readonly<Record<string, Fate>> = {
  PRIORITY: s("frame.length", FRAME_SIZE_ERROR),
  RST_STREAM: LENGTH,
  SETTINGS: LENGTH,
  PING: LENGTH,
  WINDOW_UPDATE: LENGTH,
};

describe("threat: H2-19 row: C3 RFC 9113 §6 each type of frame on each kind of stream", () => {
  for (const [name, type, flags, payload, fates] of RIGHT)
    it.each(Object.entries(KINDS) as [Kind, number][])(
      `${name} on a stream that is %s`,
      (kind, stream) => {
        expect(fateOf(everyKind(), frame(type, flags, stream, payload))).toEqual(fates[kind]);
      },
    );

  for (const [name, type, flags, payload, fates] of RIGHT.filter(([known]) => known in FIXED))
    it.each([-1, 1])(`${name} %i octet off`, (off) => {
      const wrong = off < 0 ? payload.slice(0, off) : [...payload, 0];
      for (const [kind, stream] of Object.entries(KINDS) as [Kind, number][]) {
        const fate = fateOf(everyKind(), frame(type, flags, stream, wrong));
        const isElsewhere = fates[kind] === ZERO;
        // Of two faults either may be named, but both end the connection.
        if (isElsewhere)
          expect([kind, [LENGTH, ZERO]]).toEqual([kind, expect.arrayContaining([fate])]);
        else if (fates[kind] === IDLE)
          expect([kind, [LENGTH, IDLE]]).toEqual([kind, expect.arrayContaining([fate])]);
        // §6.4: no RST_STREAM may be sent on a stream that is idle.
        else if (kind === "idle") expect(fate).toEqual(LENGTH);
        else expect([kind, fate]).toEqual([kind, FIXED[name]]);
      }
    });

  it("GOAWAY of less than 8 octets; more is debug data", () => {
    for (let length = 0; length < 8; length++)
      expect(fateOf(everyKind(), frame(GOAWAY, 0, 0, new Uint8Array(length)))).toEqual(LENGTH);
    expect(fateOf(everyKind(), frame(GOAWAY, 0, 0, new Uint8Array(9)))).toBe("fine");
  });

  it("an acknowledgement of SETTINGS is empty", () => {
    expect(fateOf(everyKind(), frame(SETTINGS, ACK, 0, setting(4, 1)))).toEqual(LENGTH);
    expect(fateOf(everyKind(), frame(SETTINGS, ACK, 0, [0]))).toEqual(LENGTH);
    expect(fateOf(client(), frame(SETTINGS, ACK, 0))).toBe("fine");
  });

  it("any frame over the largest size, on any kind of stream, at its header", () => {
    for (const type of [
      DATA,
      HEADERS,
      PRIORITY,
      RST_STREAM,
      SETTINGS,
      PUSH_PROMISE,
      PING,
      GOAWAY,
      WINDOW_UPDATE,
      CONTINUATION,
      0x20,
    ])
      for (const stream of Object.values(KINDS)) {
        const header = frame(type, 0, stream, new Uint8Array(16_385)).subarray(0, 9);
        const fate = fateOf(everyKind(), header);
        expect([type, stream, fate]).toEqual([type, stream, c("frame.size", FRAME_SIZE_ERROR)]);
      }
  });

  it.each(["DATA", "HEADERS"])(
    "§6.1, §6.2 padding of %s as long as the payload, or longer",
    (name) => {
      const type = name === "DATA" ? DATA : HEADERS;
      const fault = c("frame.padding", PROTOCOL_ERROR);
      const flags = PADDED | END_HEADERS | END_STREAM;
      for (const [payload, fate] of [
        [[0], name === "DATA" ? "fine" : undefined],
        [[1], fault],
        [[1, 0], name === "DATA" ? "fine" : undefined],
        [[2, 0], fault],
        [[255, 0, 0], fault],
      ] as const) {
        const said = fateOf(everyKind(), frame(type, flags, 1, payload));
        // A section of nothing is a trailer section without fields.
        expect([payload, said]).toEqual([payload, fate ?? "fine"]);
      }
      const empty = fateOf(everyKind(), frame(type, flags, 1));
      expect([fault, LENGTH]).toEqual(expect.arrayContaining([empty]));
    },
  );

  it("§6.2 priority fields that do not fit, and padding that reaches into them", () => {
    const flags = 0x20 | END_HEADERS | END_STREAM;
    for (let length = 0; length < 5; length++) {
      const fate = fateOf(everyKind(), frame(HEADERS, flags, 9, new Uint8Array(length)));
      expect([length, Array.isArray(fate) && fate[0]]).toEqual([length, "connection"]);
    }
    const fate = fateOf(everyKind(), frame(HEADERS, flags | PADDED, 9, [1, 0, 0, 0, 0, 1]));
    expect(Array.isArray(fate) && fate[0]).toBe("connection");
  });

  it("RFC 9218 §7.1 PRIORITY_UPDATE stands on stream 0 and names another", () => {
    const update = (stream: number, payload: readonly number[]): Fate =>
      fateOf(everyKind(), frame(0x10, 0, stream, payload));
    const text = [0x75, 0x3d, 0x31];
    for (const named of Object.values(KINDS))
      expect(update(0, [...word(named), ...text])).toBe("fine");
    for (const stream of [1, 3, 9]) expect(update(stream, [...word(1), ...text])).toEqual(ZERO);
    for (let length = 0; length < 4; length++)
      expect(update(0, word(1).slice(0, length))).toEqual(LENGTH);
    expect(update(0, word(1))).toBe("fine");
    expect(update(0, [...word(1), 0, 255])).toBe("fine");
  });

  it("§5.1.1 even numbers, and numbers that were passed over", () => {
    expect(fateOf(everyKind(), headers(2, REQUEST, true))).toEqual(c("stream.id", PROTOCOL_ERROR));
    const peer = client();
    peer.send(headers(9, REQUEST, true));
    expect(fateOf(peer, headers(5, REQUEST, true))).toEqual(c("stream.id", PROTOCOL_ERROR));
  });

  it("§6.10 whatever comes between HEADERS and the end of its block", () => {
    for (const [, type, flags, payload] of RIGHT)
      for (const stream of [0, 1, 9]) {
        const peer = client();
        peer.send(frame(HEADERS, END_STREAM, 1, BLOCK));
        const fate = fateOf(peer, frame(type, flags, stream, type === CONTINUATION ? [] : payload));
        if (type === CONTINUATION && stream === 1) expect(fate).toBe("fine");
        else expect(Array.isArray(fate) && fate[0]).toBe("connection");
        if (type !== CONTINUATION && type !== PUSH_PROMISE && (type !== SETTINGS || stream === 0))
          expect([["continuation.sequence", "frame.stream"]]).toEqual([
            expect.arrayContaining([(fate as readonly string[])[1]]),
          ]);
      }
  });
});
