// What has bounds of bytes, objects and time (RFC 9113 §10.5; row: C3): field blocks, windows, output
// that is not read, and what is left after the end.

import { objectOverheadBytes } from "@wirewall/limits";
import { describe, expect, it } from "vitest";
import { POST, Peer, REQUEST, client, codes, headers, server, type Heard } from "./peer.ts";
import * as raw from "./raw-frames.ts";

const { frame, word, setting } = raw;

describe("threat: H2-03 a field block has bounds of bytes, of frames and of time", () => {
  const open = (peer: Peer, flags = 0): Heard[] =>
    peer.send(frame(raw.HEADERS, flags, 1, raw.block(REQUEST)));

  it("a mebibyte of it", () => {
    const peer = client();
    open(peer);
    let heard: Heard[] = [];
    let bytes = 0;
    while (bytes < 1_048_576 && peer.connection.state === "open") {
      heard = peer.send(frame(raw.CONTINUATION, 0, 1, new Uint8Array(16_384)));
      bytes += 16_384;
    }
    expect(codes(heard)).toEqual(["continuation.flood"]);
    expect(bytes).toBeLessThanOrEqual(4 * 65_536);
    expect(peer.connection.retained).toBe(0);
  });

  it("10,000 empty frames", () => {
    const peer = client();
    open(peer);
    let heard: Heard[] = [];
    let count = 0;
    while (count < 10_000 && peer.connection.state === "open") {
      heard = peer.send(frame(raw.CONTINUATION, 0, 1));
      count++;
    }
    expect(codes(heard)).toEqual(["continuation.flood"]);
    expect(count).toBe(33);
  });

  it("half of it, and then silence", () => {
    const peer = client();
    peer.now = 1_000;
    open(peer);
    expect(peer.connection.deadline).toBe(6_000);
    peer.connection.expire(5_999);
    expect(peer.connection.state).toBe("open");
    peer.connection.expire(6_000);
    expect(codes(peer.send())).toEqual(["timeout.continuation"]);
  });
});

describe("threat: H2-04 windows that make us dribble", () => {
  it("one octet at a time ends the connection before a mebibyte has left", () => {
    const peer = client();
    peer.send(frame(raw.SETTINGS, 0, 0, setting(4, 0)), headers(1, REQUEST, true));
    peer.connection.sendResponse(1, { status: 200 }, new Uint8Array(1_048_576));
    let frames = peer.take().filter(({ type }) => type === raw.DATA).length;
    let grants = 0;
    let heard: Heard[] = [];
    while (grants < 100_000 && peer.connection.state === "open") {
      heard = peer.send(frame(raw.WINDOW_UPDATE, 0, 1, word(1)));
      frames += peer.take().filter(({ type }) => type === raw.DATA).length;
      heard = [...heard, ...peer.send()];
      grants++;
    }
    expect(["flood.dribble", "flood.window-updates"]).toContain(codes(heard)[0]);
    expect(frames).toBeLessThanOrEqual(1_024);
  });

  it("a window of one octet that is opened once a second is served", () => {
    const peer = client();
    peer.send(frame(raw.SETTINGS, 0, 0, setting(4, 1)), headers(1, REQUEST, true));
    peer.connection.sendResponse(1, { status: 200 }, "hello");
    let content = "";
    for (let second = 0; second < 6; second++) {
      for (const { type, payload } of peer.take())
        if (type === raw.DATA) content += String.fromCharCode(...payload);
      peer.now += 1_000;
      peer.send(frame(raw.WINDOW_UPDATE, 0, 1, word(1)));
    }
    expect(content).toBe("hello");
  });
});

describe("threat: H2-07 a peer that does not read", () => {
  it("output is bounded, its senders wait, and the connection ends at the deadline", () => {
    const peer = client();
    peer.send(
      frame(raw.SETTINGS, raw.ACK, 0),
      frame(raw.SETTINGS, 0, 0, setting(4, 0x7fff_ffff)),
      frame(raw.WINDOW_UPDATE, 0, 0, word(0x7000_0000)),
    );
    let accepted = 0;
    for (let id = 1; id < 100; id += 2) {
      peer.send(headers(id, REQUEST, true));
      peer.connection.sendHead(id, { status: 200, content: "stream" });
      while (peer.connection.sendContent(id, new Uint8Array(16_384))) accepted += 16_384;
    }
    expect(accepted).toBeLessThanOrEqual(1_048_576);
    const { maxRetainedBytes, streamStallTimeoutMs } = peer.connection.limits;
    expect(peer.connection.retained).toBeLessThan(maxRetainedBytes);
    // The driver takes what fits into the socket, and it never leaves.
    expect(peer.connection.takeOutput(peer.now)).toBeDefined();
    peer.connection.expire(peer.now + streamStallTimeoutMs);
    expect(codes(peer.send())).toEqual(["timeout.stall"]);
    expect(peer.connection.retained).toBe(0);
  });

  it("a stream whose window stays closed ends at the deadline, and no other does", () => {
    const peer = client();
    peer.send(
      frame(raw.SETTINGS, raw.ACK, 0),
      frame(raw.SETTINGS, 0, 0, setting(4, 0)),
      headers(1, REQUEST, true),
    );
    peer.connection.sendResponse(1, { status: 200 }, "hello");
    peer.take();
    const stall = peer.connection.limits.streamStallTimeoutMs;
    peer.now = stall - 5_000;
    peer.send(headers(3, REQUEST, true));
    peer.now = stall;
    peer.connection.expire(peer.now);
    const heard = peer.send();
    expect(heard).toMatchObject([{ code: "http2.timeout.stall", stream: 1 }]);
    expect(peer.errors()).toEqual(new Map([[1, raw.CANCEL]]));
    expect(peer.connection.state).toBe("open");
  });
});

describe("threat: H2-09 after the end nothing lives, and nothing is looked at", () => {
  const fatal: readonly (readonly [string, Uint8Array])[] = [
    ["frame.size", frame(raw.PING, 0, 0, new Uint8Array(20_000))],
    ["frame.length", frame(raw.PING, 0, 0, new Uint8Array(7))],
    ["frame.stream", frame(raw.DATA, 0, 0, new Uint8Array(1))],
    ["stream.idle", frame(raw.RST_STREAM, 0, 9, word(0))],
    ["push.refused", frame(raw.PUSH_PROMISE, raw.END_HEADERS, 1, word(2))],
    ["settings.value", frame(raw.SETTINGS, 0, 0, setting(5, 0))],
    ["continuation.sequence", frame(raw.CONTINUATION, 0, 1)],
  ];
  for (const [code, bytes] of fatal)
    it(code, () => {
      const peer = client();
      peer.send(headers(1, POST, false), frame(raw.DATA, 0, 1, new Uint8Array(1_000)));
      expect(codes(peer.send(bytes))).toEqual([code]);
      const { connection } = peer;
      expect([connection.state, connection.retained, connection.deadline]).toEqual([
        "closed",
        0,
        undefined,
      ]);
      expect(peer.take().map(({ type }) => type)).toEqual([raw.GOAWAY]);
      expect(peer.send(headers(3, REQUEST, true))).toEqual([]);
      expect(peer.take()).toEqual([]);
      expect(connection.retained).toBe(0);
    });
});

describe("threat: H2-11 calls at any time", () => {
  it("every verb may be called while events are being pulled, and changes nothing that is wrong", () => {
    const peer = client();
    const { connection } = peer;
    connection.receive(
      raw.joined([
        headers(1, POST, false),
        frame(raw.DATA, 0, 1, new Uint8Array(10)),
        headers(3, REQUEST, true),
        frame(raw.DATA, raw.END_STREAM, 1, new Uint8Array(10)),
      ]),
      1,
    );
    const types: string[] = [];
    for (let event = connection.next(1); event !== undefined; event = connection.next(1)) {
      types.push(event.type);
      connection.receive(frame(raw.PING, 0, 0, new Uint8Array(8)), 1);
      if (event.type === "content") connection.consumed(1, event.bytes.length);
      if (event.type === "request-head" && event.stream === 3)
        connection.sendResponse(3, { status: 200 }, "hello");
      connection.takeOutput(1);
      connection.outputSent(1);
      connection.ping(1);
      connection.settled(3);
      void [connection.deadline, connection.retained, connection.queuedBytes];
    }
    expect(types).toEqual(["request-head", "content", "request-head", "content", "end"]);
    expect(connection.state).toBe("open");
  });
});

describe("what a client is flooded with ends its connection as well", () => {
  it("interim responses without end", () => {
    const peer = server();
    const id = peer.connection.sendRequest({
      method: "GET",
      scheme: "https",
      authority: "a",
      path: "/",
      content: "none",
    });
    peer.take();
    let heard: Heard[] = [];
    let count = 0;
    while (count < 10_000 && peer.connection.state === "open") {
      heard = peer.send(headers(id, [[":status", "103"]], false));
      count++;
    }
    expect(codes(heard)).toEqual(["flood.empty"]);
    expect(count).toBe(101);
  });

  it("PING, SETTINGS and unknown frames", () => {
    for (const one of [
      frame(raw.PING, 0, 0, new Uint8Array(8)),
      frame(raw.SETTINGS, 0, 0),
      frame(0x42, 0, 0),
    ]) {
      const peer = server();
      for (let at = 0; at < 50_000 && peer.connection.state === "open"; at++) {
        peer.send(one);
        peer.take();
      }
      expect(peer.connection.state).toBe("closed");
    }
  });
});

describe("heads that wait are charged by their fields", () => {
  it("24 KB of references on many streams hold what they expand to, within the cap", () => {
    const peer = client();
    // :authority as a literal that enters no table, since it would push the large entry out.
    const line = [0x82, 0x87, 0x84, 0x01, 1, 0x61];
    const value = "v".repeat(4_000);
    const bomb = [0x40, 1, 0x78, 0x7f, 0xa1, 0x1e, ...new TextEncoder().encode(value)];
    peer.send(frame(raw.HEADERS, raw.END_HEADERS | raw.END_STREAM, 1, [...line, ...bomb]));
    const references = new Array<number>(15).fill(0xbe);
    let heads = 0;
    for (let id = 3; id < 199 && peer.connection.state === "open"; id += 2)
      heads += peer
        .send(frame(raw.HEADERS, raw.END_HEADERS | raw.END_STREAM, id, [...line, ...references]))
        .filter(({ type }) => type === "request-head").length;
    expect(heads).toBe(98);
    const { retained, limits } = peer.connection;
    expect(retained).toBeGreaterThanOrEqual(98 * 15 * objectOverheadBytes);
    expect(retained).toBeLessThan(limits.maxRetainedBytes);
  });
});
