// RFC 9113 §6.7: questions are answered, answers are awaited; and §8.1.1: an end between messages.

import { describe, expect, it } from "vitest";
import { REQUEST, client, codes, headers, listen } from "./peer.ts";
import { ACK, DATA, PING, frame } from "./raw-frames.ts";

const EIGHT = [1, 2, 3, 4, 5, 6, 7, 8];

describe("row: C3 RFC 9113 §6.7 PING", () => {
  it("a question of theirs is answered with its data, also while ours is open", () => {
    const peer = client();
    peer.connection.ping(0);
    expect(peer.take().map(({ type, flags }) => [type, flags])).toEqual([[PING, 0]]);
    expect(peer.send(frame(PING, 0, 0, EIGHT))).toEqual([]);
    const [answer] = peer.take();
    expect([answer?.type, answer?.flags, [...(answer?.payload ?? [])]]).toEqual([PING, ACK, EIGHT]);
    expect(peer.send(frame(PING, ACK, 0, EIGHT)).map(({ type }) => type)).toEqual(["pong"]);
  });

  it("an answer to nothing is not answered, and costs a token", () => {
    const peer = client();
    for (let count = 0; count < 512; count++)
      expect(peer.send(frame(PING, ACK, 0, EIGHT))).toEqual([]);
    expect(peer.take()).toEqual([]);
    expect(codes(peer.send(frame(PING, ACK, 0, EIGHT)))).toEqual(["flood.pings"]);
  });
});

describe("row: C3 the end of the input", () => {
  it("between frames and messages is none of a message", () => {
    const peer = client();
    peer.send(headers(1, REQUEST, true));
    peer.connection.end(0);
    expect(codes(listen(peer.connection))).toEqual([]);
  });

  it.each([
    ["a frame header", frame(PING, 0, 0, EIGHT).subarray(0, 5)],
    ["a payload", frame(PING, 0, 0, EIGHT).subarray(0, 12)],
    ["content", frame(DATA, 0, 1, EIGHT).subarray(0, 12)],
  ])("inside of %s cuts it off", (_, cut) => {
    const peer = client();
    peer.send(headers(1, REQUEST, false), cut);
    peer.connection.end(0);
    expect(codes(listen(peer.connection))).toEqual(["body.truncated"]);
  });
});
