// Every state that waits has a deadline (row: C3), in virtual time: what is due at its millisecond,
// and not one before.

import { ClientConnection, ServerConnection } from "@wirewall/http2";
import { describe, expect, it } from "vitest";
import { GET, POST, Peer, REQUEST, client, codes, headers, listen, server, taken } from "./peer.ts";
import * as raw from "./raw-frames.ts";

const { frame } = raw;
const ACK = frame(raw.SETTINGS, raw.ACK, 0);

/** Expects that the connection says that code when its deadline comes, and nothing before. */
function due(peer: Peer<ServerConnection | ClientConnection>, at: number, code: string): void {
  expect(peer.connection.deadline).toBe(at);
  peer.connection.expire(at - 1);
  expect(codes(listen(peer.connection, at - 1))).toEqual([]);
  peer.now = at;
  peer.connection.expire(at);
  expect(codes(listen(peer.connection, at))).toEqual([code]);
}

describe("RFC 9113 §3.4 the preface", () => {
  it("none", () => due(new Peer(new ServerConnection({ now: 7 })), 5_007, "timeout.preface"));

  it("half of it", () => {
    const peer = new Peer(new ServerConnection({ now: 0 }));
    peer.now = 3_000;
    peer.send(raw.PREFACE.subarray(0, 10));
    due(peer, 5_000, "timeout.preface");
  });

  it("the server's SETTINGS, awaited by a client", () =>
    due(new Peer(new ClientConnection({ now: 0 })), 5_000, "timeout.preface"));
});

describe("RFC 9113 §6.5.3 the acknowledgement of SETTINGS", () => {
  it("is due ten seconds after they were sent", () => due(client(), 10_000, "timeout.settings"));

  it("tells SETTINGS_TIMEOUT", () => {
    const peer = client();
    peer.connection.expire(10_000);
    listen(peer.connection, 10_000);
    expect(peer.errors().get(0)).toBe(0x4);
  });
});

describe("RFC 9113 §9.1 an idle connection", () => {
  it("ends a minute after its last stream, if it answers the PING between", () => {
    const peer = client();
    peer.send(ACK);
    peer.now = 1_000;
    peer.send(headers(1, REQUEST, true));
    peer.connection.sendResponse(1, { status: 200 });
    peer.connection.settled(1);
    peer.take();
    expect(peer.connection.deadline).toBe(31_000);
    peer.now = 31_000;
    peer.connection.expire(31_000);
    expect(peer.take().map(({ type }) => type)).toEqual([raw.PING]);
    peer.now = 31_500;
    peer.send(frame(raw.PING, raw.ACK, 0, new Uint8Array(8)));
    due(peer, 61_000, "timeout.idle");
  });
});

describe("RFC 9113 §6.7 PING", () => {
  it("asks after half a minute of silence, and ends ten seconds later", () => {
    const peer = client();
    peer.send(ACK, headers(1, REQUEST, true));
    peer.connection.expire(30_000);
    expect(peer.take().map(({ type }) => type)).toEqual([raw.PING]);
    // The stream awaits our own handler: it is nothing that the peer could be late with.
    due(peer, 40_000, "timeout.ping");
  });
});

describe("RFC 9113 §10.5 a stream without progress", () => {
  it("whose content does not come is reset, and the connection lives", () => {
    const peer = client();
    peer.send(ACK, headers(1, POST, false));
    peer.now = 29_000;
    peer.send(frame(raw.DATA, 0, 1, new Uint8Array(1)));
    peer.connection.consumed(1, 1);
    peer.now = 58_999;
    peer.connection.expire(58_999);
    peer.send(frame(raw.PING, 0, 0, new Uint8Array(8)));
    peer.take();
    peer.now = 59_000;
    peer.connection.expire(59_000);
    expect(codes(peer.send())).toEqual(["timeout.stall"]);
    expect(peer.errors().get(1)).toBe(raw.CANCEL);
    expect(peer.connection.state).toBe("open");
  });

  it("whose content is not read by its handler is not the peer's fault", () => {
    const peer = client();
    peer.send(ACK, headers(1, POST, false), frame(raw.DATA, 0, 1, new Uint8Array(10)));
    for (peer.now = 5_000; peer.now < 200_000; peer.now += 5_000) {
      peer.connection.expire(peer.now);
      peer.send(frame(raw.PING, raw.ACK, 0, new Uint8Array(8)));
      peer.take();
    }
    expect(peer.connection.state).toBe("open");
    expect(peer.connection.streamCount).toBe(1);
  });

  it("that waits for 100 Continue waits for us, and from then on for the peer", () => {
    const peer = client();
    peer.send(ACK, headers(1, [...POST, ["expect", "100-continue"]], false));
    const pass = (until: number): string[] => {
      const seen: string[] = [];
      for (; peer.now < until; peer.now += 1_000) {
        peer.connection.expire(peer.now);
        seen.push(...codes(peer.send(frame(raw.PING, raw.ACK, 0, new Uint8Array(8)))));
        peer.take();
      }
      return seen;
    };
    expect(pass(90_000)).toEqual([]);
    peer.connection.sendContinue(1);
    expect(pass(125_000)).toEqual(["timeout.stall"]);
  });
});

describe("RFC 9113 §6.8 a shutdown", () => {
  it("names the last stream after the peer has answered, and lets what runs end", () => {
    const peer = client();
    peer.send(ACK, headers(1, REQUEST, true));
    peer.connection.shutdown(0);
    const [goaway, ping] = peer.take();
    expect([goaway?.type, ping?.type]).toEqual([raw.GOAWAY, raw.PING]);
    expect([...(goaway?.payload ?? [])].slice(0, 4)).toEqual([0x7f, 0xff, 0xff, 0xff]);
    // Sent before the GOAWAY was read.
    expect(peer.send(headers(3, REQUEST, true)).map(({ type }) => type)).toEqual(["request-head"]);
    peer.send(frame(raw.PING, raw.ACK, 0, new Uint8Array(8)));
    const last = peer.take().find(({ type }) => type === raw.GOAWAY);
    expect([...(last?.payload ?? [])].slice(0, 4)).toEqual([0, 0, 0, 3]);
    expect(peer.send(headers(5, REQUEST, true))).toEqual([]);
    for (const id of [1, 3]) peer.connection.sendResponse(id, { status: 200 }, "done");
    expect(peer.connection.state).toBe("closed");
    expect(peer.take().filter(({ type }) => type === raw.DATA)).toHaveLength(2);
  });

  it("ends what is left when its time is over", () => {
    const peer = client();
    peer.send(ACK, headers(1, REQUEST, true));
    peer.connection.shutdown(0);
    peer.send(frame(raw.PING, raw.ACK, 0, new Uint8Array(8)));
    peer.take();
    due(peer, 30_000, "timeout.drain");
  });

  it("of a connection without streams is over at once", () => {
    const peer = client();
    peer.connection.shutdown(0);
    expect(peer.connection.state).toBe("closed");
    expect(peer.errors().get(0)).toBe(raw.NO_ERROR);
  });

  it("of a client takes no more requests and reads the responses that are due", () => {
    const peer = server();
    const id = peer.connection.sendRequest(GET);
    taken(peer.connection, 0);
    peer.connection.shutdown(0);
    expect(peer.connection.canOpen).toBe(false);
    const heard = peer.send(headers(id, [[":status", "200"]], true));
    expect(heard.map(({ type }) => type)).toEqual(["response-head"]);
    expect(peer.connection.state).toBe("closed");
  });
});
