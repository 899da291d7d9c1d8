// Row H2-10 of the regression catalogue: whatever is kept is charged, and what is charged is kept.
// What lives is counted here from the outside: content that was handed out and not read, a field
// block that is not complete, requests that wait for their handlers, output that was not taken.

import { isViolation, type Http2Options } from "@wirewall/http2";
import { Ledger, objectOverheadBytes } from "@wirewall/limits";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { POST, Peer, REQUEST, client, codes, headers, listen, type Heard } from "./peer.ts";
import {
  CANCEL,
  CONTINUATION,
  DATA,
  END_HEADERS,
  END_STREAM,
  HEADERS,
  PING,
  RST_STREAM,
  SETTINGS,
  WINDOW_UPDATE,
  block,
  frame,
  setting,
  word,
} from "./raw-frames.ts";

/** A client in front of a connection that has a parent ledger, as those of a server have. */
function watched(options: Http2Options = {}): { peer: Peer; parent: Ledger; base: number } {
  const parent = new Ledger({ maxRetainedBytes: 1_000_000_000 });
  const peer = client({ ...options, ledger: parent });
  return { peer, parent, base: peer.connection.retained };
}

describe("threat: H2-10 row: C2 what is kept is charged", () => {
  it("a fresh connection holds nothing", () => {
    const { base, parent } = watched();
    expect([base, parent.retained]).toEqual([0, 0]);
  });

  it("a field block that is not complete", () => {
    const { peer } = watched();
    peer.send(frame(HEADERS, 0, 1, new Uint8Array(10_000)));
    expect(peer.connection.retained).toBeGreaterThanOrEqual(10_000);
    peer.send(frame(CONTINUATION, 0, 1, new Uint8Array(10_000)));
    expect(peer.connection.retained).toBeGreaterThanOrEqual(20_000);
    expect(peer.connection.retained).toBeLessThanOrEqual(2 * 20_000 + 1_024);
  });

  it("a frame that is not complete, however it is cut", () => {
    const whole = headers(1, [...REQUEST, ["x", "y".repeat(5_000)]], true);
    const { peer } = watched();
    for (let at = 0; at < 4_000; at += 100) peer.send(whole.subarray(at, at + 100));
    expect(peer.connection.retained).toBeGreaterThanOrEqual(4_000 - 9);
  });

  it("a request: its bytes, and an object for each field, until its handler has ended", () => {
    const { peer, parent } = watched();
    const lines = [...REQUEST, ...Array.from({ length: 100 }, () => ["a", "b"] as const)];
    peer.send(headers(1, lines, true));
    const held = peer.connection.retained;
    expect(held).toBeGreaterThanOrEqual(100 * objectOverheadBytes);
    peer.connection.sendResponse(1, { status: 204 });
    peer.take();
    expect(peer.connection.retained).toBe(held);
    peer.connection.settled(1);
    expect([peer.connection.retained, parent.retained]).toEqual([0, 0]);
  });

  it("content, from when it is handed out to when it was read", () => {
    const { peer } = watched();
    peer.send(headers(1, POST, false));
    const before = peer.connection.retained;
    peer.send(frame(DATA, 0, 1, new Uint8Array(1_000)));
    expect(peer.connection.retained).toBe(before + 1_000);
    peer.connection.consumed(1, 400);
    expect(peer.connection.retained).toBe(before + 600);
    peer.connection.consumed(1, 600);
    expect(peer.connection.retained).toBe(before);
    expect(() => peer.connection.consumed(1, 1)).toThrow(RangeError);
  });

  it("content of a stream that was given up is let go of, and may still be said to be read", () => {
    for (const give of [
      (peer: Peer) => peer.send(frame(RST_STREAM, 0, 1, word(CANCEL))),
      (peer: Peer) => peer.connection.reset(1, CANCEL),
    ]) {
      const { peer, parent } = watched();
      peer.send(headers(1, POST, false), frame(DATA, 0, 1, new Uint8Array(1_000)));
      give(peer);
      peer.take();
      const held = peer.connection.retained;
      // The handler was at work on the content and learns of the reset later.
      peer.connection.consumed(1, 1_000);
      expect(peer.connection.retained).toBe(held);
      peer.connection.settled(1);
      expect([peer.connection.retained, parent.retained]).toEqual([0, 0]);
    }
  });

  it("content that is queued, until it has left", () => {
    const { peer } = watched();
    peer.send(headers(1, REQUEST, true));
    const before = peer.connection.retained;
    peer.connection.sendHead(1, { status: 200, content: "stream" });
    peer.connection.sendContent(1, new Uint8Array(100_000));
    listen(peer.connection);
    expect(peer.connection.retained).toBeGreaterThanOrEqual(before + 100_000);
    // The window lets 65,535 of them leave.
    peer.take();
    listen(peer.connection);
    expect(peer.connection.retained).toBeGreaterThanOrEqual(before + 100_000 - 65_535);
    peer.send(frame(WINDOW_UPDATE, 0, 0, word(100_000)), frame(WINDOW_UPDATE, 0, 1, word(100_000)));
    peer.connection.sendEnd(1);
    peer.take();
    expect(peer.connection.retained).toBe(before);
  });

  it("content that waits on many streams, each of them up to its bound", () => {
    const { peer, parent } = watched();
    const ids = Array.from({ length: 60 }, (_, at) => at * 2 + 1);
    for (const id of ids) {
      peer.send(headers(id, REQUEST, true));
      peer.connection.sendHead(id, { status: 200, content: "stream" });
      peer.connection.sendContent(id, new Uint8Array(200_000));
    }
    expect(peer.connection.retained).toBeGreaterThanOrEqual(60 * 200_000);
    // Twenty-five more are over maxRetainedBytes: the connection ends, and nothing is left of it.
    for (let id = 121; id < 171; id += 2) {
      if (peer.connection.state === "closed") break;
      peer.send(headers(id, REQUEST, true));
      peer.connection.sendHead(id, { status: 200, content: "stream" });
      peer.connection.sendContent(id, new Uint8Array(262_144));
    }
    expect(codes(listen(peer.connection))).toEqual(["retained.bytes"]);
    expect(parent.retained).toBe(0);
  });

  it("answers that are not taken", () => {
    const { peer } = watched();
    for (let count = 0; count < 100; count++) peer.send(frame(PING, 0, 0, new Uint8Array(8)));
    expect(peer.connection.retained).toBeGreaterThanOrEqual(100 * 17);
    peer.take();
    expect(peer.connection.retained).toBe(0);
  });

  it("the table of HPACK, entry by entry", () => {
    const { peer, parent } = watched();
    // Literals with incremental indexing: a name of 1 and a value of 100 octets.
    const entry = [0x40, 1, 0x61, 100, ...new Array<number>(100).fill(0x62)];
    const lines = [...block(REQUEST), ...entry, ...entry];
    peer.send(frame(HEADERS, END_HEADERS | END_STREAM, 1, lines.slice(1)));
    peer.connection.sendResponse(1, { status: 204 });
    peer.connection.settled(1);
    peer.take();
    expect(peer.connection.retained).toBe(2 * (101 + objectOverheadBytes));
    expect(parent.retained).toBe(peer.connection.retained);
  });
});

describe("threat: H2-10 row: C2 whatever happens", () => {
  const stream = fc.constantFrom(1, 3, 5, 7);
  type Step = (peer: Peer, live: Set<number>) => readonly Heard[];
  const sent = (make: (id: number, size: number) => Uint8Array): fc.Arbitrary<Step> =>
    fc.tuple(stream, fc.nat(3_000)).map(
      ([id, size]): Step =>
        (peer) =>
          peer.send(make(id, size)),
    );
  const called = (call: (peer: Peer, id: number, size: number) => void): fc.Arbitrary<Step> =>
    fc.tuple(stream, fc.nat(100_000)).map(([id, size]): Step => (peer, live) => {
      if (live.has(id)) call(peer, id, size);
      return listen(peer.connection, peer.now);
    });
  const quietly = (call: () => void): void => {
    try {
      call();
    } catch {
      // Out of order: a misuse, which changes nothing.
    }
  };
  const step: fc.Arbitrary<Step> = fc.oneof(
    sent((id) => headers(id, POST, false)),
    sent((id) => headers(id, POST, true)),
    sent((id, size) => headers(id, [...POST, ["content-length", String(size)]], false)),
    sent((id, size) => headers(id, [...POST, ["x", "y".repeat(size)]], false)),
    sent((id, size) => frame(DATA, 0, id, new Uint8Array(size))),
    sent((id, size) => frame(DATA, END_STREAM, id, new Uint8Array(size))),
    sent((id) => frame(RST_STREAM, 0, id, word(CANCEL))),
    sent((id) => headers(id, [["x", "y"]], true)),
    sent((id, size) => frame(WINDOW_UPDATE, 0, id, word(size + 1))),
    sent((_, size) => frame(WINDOW_UPDATE, 0, 0, word(size + 1))),
    sent((_, size) => frame(SETTINGS, 0, 0, setting(4, size))),
    sent(() => frame(PING, 0, 0, new Uint8Array(8))),
    called((peer, id, size) => quietly(() => peer.connection.consumed(id, size % 5_000))),
    called((peer, id) => quietly(() => peer.connection.sendResponse(id, { status: 200 }, "hello"))),
    called((peer, id) =>
      quietly(() => peer.connection.sendHead(id, { status: 200, content: "stream" })),
    ),
    called((peer, id, size) =>
      quietly(() => void peer.connection.sendContent(id, new Uint8Array(size))),
    ),
    called((peer, id) => quietly(() => peer.connection.sendEnd(id))),
    called((peer, id) => peer.connection.reset(id, CANCEL)),
    called((peer) => void peer.take()),
    called((peer, id) => peer.connection.settled(id)),
  );

  /** At last, a frame that is not complete. */
  const cut: Step = (peer) =>
    peer.send(frame(SETTINGS, 0, 0, new Uint8Array(600)).subarray(0, 300));

  it("the ledger of the server is that of its connections, and nothing is left in the end", () => {
    let heads = 0;
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40, size: "max" }), (steps) => {
        const { peer, parent } = watched();
        const live = new Set<number>();
        const opened: Step[] = [1, 3].map((id) => () => peer.send(headers(id, POST, false)));
        for (const each of [...opened, ...steps, cut]) {
          peer.now += 10;
          for (const event of each(peer, live))
            if (!isViolation(event) && event.type === "request-head") {
              heads++;
              live.add(event.stream);
            }
          expect(parent.retained).toBe(peer.connection.retained);
          if (peer.connection.state === "closed") break;
        }
        for (const id of live) {
          peer.connection.reset(id, CANCEL);
          peer.connection.settled(id);
        }
        peer.take();
        listen(peer.connection, peer.now);
        // The table of HPACK is empty, since nothing was indexed.
        const { retained, state } = peer.connection;
        if (state === "closed") expect(retained).toBe(0);
        else {
          expect(retained).toBeGreaterThanOrEqual(291);
          expect(retained).toBeLessThanOrEqual(600);
        }
        peer.connection.abort();
        expect([peer.connection.retained, parent.retained]).toEqual([0, 0]);
      }),
      { numRuns: 1_000 },
    );
    expect(heads).toBeGreaterThan(1_000);
  });
});
