// RFC 9113 §6.9: what may be sent is what was announced, and whatever was sent is given back once:
// when it was read, at once where nobody will read it, padding included.

import { isViolation, type Http2Violation } from "@wirewall/http2";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { POST, client, codes, headers, type Heard, type Peer } from "./peer.ts";
import {
  CANCEL,
  DATA,
  END_STREAM,
  FLOW_CONTROL_ERROR,
  PADDED,
  PROTOCOL_ERROR,
  RST_STREAM,
  SETTINGS,
  WINDOW_UPDATE,
  frame,
  padded,
  setting,
  word,
  type RawFrame,
} from "./raw-frames.ts";

const MOST = 0x7fff_ffff;

/** What was refused: scope and code, and the error that was sent on that stream. */
function refused(peer: Peer, heard: readonly Heard[], stream: number): unknown {
  const found = heard.find((event): event is Http2Violation => isViolation(event));
  return [found?.scope, ...codes(heard), peer.errors().get(stream)];
}

/** Increments of the connection's window in what came back. */
function granted(frames: readonly RawFrame[], stream = 0): number {
  return frames
    .filter((each) => each.type === WINDOW_UPDATE && each.stream === stream)
    .reduce((sum, { payload }) => sum + Buffer.from(payload).readUInt32BE(), 0);
}

describe("row: C3 RFC 9113 §6.9, §6.9.1 windows of ours", () => {
  it("an increment of 0 is refused, of a stream or of the connection", () => {
    const peer = client();
    peer.send(headers(1, POST, false));
    const zero = peer.send(frame(WINDOW_UPDATE, 0, 1, word(0)));
    expect(refused(peer, zero, 1)).toEqual(["stream", "flow.zero", PROTOCOL_ERROR]);
    const whole = peer.send(frame(WINDOW_UPDATE, 0, 0, word(0)));
    expect(refused(peer, whole, 0)).toEqual(["connection", "flow.zero", PROTOCOL_ERROR]);
  });

  it("a window may grow to 2^31 − 1, and not beyond", () => {
    for (const stream of [0, 1]) {
      const peer = client();
      peer.send(headers(1, POST, false));
      expect(peer.send(frame(WINDOW_UPDATE, 0, stream, word(MOST - 65_535)))).toEqual([]);
      const over = peer.send(frame(WINDOW_UPDATE, 0, stream, word(1)));
      expect(refused(peer, over, stream)).toEqual([
        stream === 0 ? "connection" : "stream",
        "flow.overflow",
        FLOW_CONTROL_ERROR,
      ]);
    }
  });

  it("§6.9.2 nor by SETTINGS", () => {
    const peer = client();
    peer.send(headers(1, POST, false), frame(WINDOW_UPDATE, 0, 1, word(1)));
    const over = peer.send(frame(SETTINGS, 0, 0, setting(4, MOST)));
    expect(refused(peer, over, 0)).toEqual(["connection", "flow.overflow", FLOW_CONTROL_ERROR]);
  });

  it("the reserved bit of an increment is ignored", () => {
    const peer = client();
    expect(peer.send(frame(WINDOW_UPDATE, 0, 0, [0x80, 0, 0, 1]))).toEqual([]);
    expect(codes(peer.send(frame(WINDOW_UPDATE, 0, 0, [0x80, 0, 0, 0])))).toEqual(["flow.zero"]);
  });
});

describe("row: C3 RFC 9113 §6.9.1 windows of theirs", () => {
  const full = (stream: number, size: number): Uint8Array =>
    frame(DATA, 0, stream, new Uint8Array(size));

  it("what fills the window of a stream passes, one octet more is refused, padding counts", () => {
    for (const last of [frame(DATA, 0, 1, [0]), frame(DATA, PADDED, 1, [0])]) {
      const peer = client({ limits: { streamWindowBytes: 65_536 } });
      peer.send(headers(1, POST, false));
      for (let count = 0; count < 4; count++) expect(codes(peer.send(full(1, 16_384)))).toEqual([]);
      const over = peer.send(last);
      expect(refused(peer, over, 1)).toEqual(["stream", "flow.exceeded", FLOW_CONTROL_ERROR]);
    }
  });

  it("what fills the window of the connection passes, one octet more ends it", () => {
    const peer = client({ limits: { streamWindowBytes: 65_536, connectionWindowBytes: 98_304 } });
    peer.send(headers(1, POST, false), headers(3, POST, false));
    for (const stream of [1, 1, 1, 1, 3, 3])
      expect(codes(peer.send(full(stream, 16_384)))).toEqual([]);
    const over = peer.send(full(3, 1));
    expect(refused(peer, over, 0)).toEqual(["connection", "flow.exceeded", FLOW_CONTROL_ERROR]);
  });

  it("whatever happens to content, its part of the connection's window comes back once", () => {
    const WINDOW = 131_072;
    const step = fc.record({
      stream: fc.constantFrom(1, 3, 5, 7),
      size: fc.nat(16_000),
      padding: fc.option(fc.nat(255)),
      act: fc.constantFrom("read", "read", "read", "end", "their reset", "our reset", "answer"),
    });
    let total = 0;
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40, size: "max" }), (steps) => {
        const limits = { connectionWindowBytes: WINDOW, streamWindowBytes: WINDOW };
        const peer = client({ limits });
        let window = WINDOW;
        for (const id of [1, 3, 5, 7]) peer.send(headers(id, POST, false));
        for (const { stream, size, padding, act } of steps) {
          const payload = new Uint8Array(size);
          const sent = padding === null ? payload : padded(payload, padding);
          const flags = (padding === null ? 0 : PADDED) | (act === "end" ? END_STREAM : 0);
          const heard = peer.send(frame(DATA, flags, stream, sent));
          window -= sent.length;
          total += sent.length;
          for (const event of heard)
            if (!isViolation(event) && event.type === "content")
              peer.connection.consumed(event.stream, event.bytes.length);
          if (act === "their reset") peer.send(frame(RST_STREAM, 0, stream, word(CANCEL)));
          if (act === "our reset") peer.connection.reset(stream, CANCEL);
          if (act === "answer")
            quietly(() => peer.connection.sendResponse(stream, { status: 200 }));
          window += granted(peer.take());
          expect(window).toBeLessThanOrEqual(WINDOW);
          // What is not given back yet is less than half of the window.
          expect(window).toBeGreaterThan(WINDOW / 2);
        }
        // An update announces all that is known: after one, the window is whole again, to the octet.
        peer.send(headers(9, POST, false));
        for (let update = 0; update === 0; window += update) {
          peer.send(full(9, 16_000));
          window -= 16_000;
          peer.connection.consumed(9, 16_000);
          update = granted(peer.take());
        }
        expect(window).toBe(WINDOW);
      }),
      { numRuns: 200 },
    );
    expect(total).toBeGreaterThan(10_000_000);
  });

  it("content that is not read keeps its part, until its stream is given up", () => {
    const peer = client({ limits: { connectionWindowBytes: 65_536, streamWindowBytes: 65_536 } });
    peer.send(headers(1, POST, false));
    for (let count = 0; count < 3; count++) peer.send(full(1, 16_384));
    expect(granted(peer.take())).toBe(0);
    peer.send(frame(RST_STREAM, 0, 1, word(CANCEL)));
    expect(granted(peer.take())).toBe(3 * 16_384);
  });

  it("a stream is given what was read of it, padding at once, and nothing after its end", () => {
    const peer = client({ limits: { streamWindowBytes: 65_536 } });
    peer.send(headers(1, POST, false));
    for (let count = 0; count < 2; count++) peer.send(full(1, 16_384));
    peer.connection.consumed(1, 32_767);
    expect(granted(peer.take(), 1)).toBe(0);
    peer.connection.consumed(1, 1);
    expect(granted(peer.take(), 1)).toBe(32_768);
    peer.send(frame(DATA, END_STREAM, 1, new Uint8Array(16_384)));
    peer.connection.consumed(1, 16_384);
    expect(granted(peer.take(), 1)).toBe(0);
  });
});

/** A second answer is a misuse, which changes nothing. */
function quietly(call: () => void): void {
  try {
    call();
  } catch {
    // Told by the exception; the windows are looked at below.
  }
}
