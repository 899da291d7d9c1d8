// Rows H2-12 and H2-13 of the regression catalogue: types and flags that nobody knows, and every
// setting at the edges of its range (RFC 9113 §4.1, §5.5, §6.5.2; RFC 8441 §3).

import { isViolation, type Http2Violation } from "@wirewall/http2";
import { describe, expect, it } from "vitest";
import { client, codes, server, type Heard } from "./peer.ts";
import {
  ACK,
  ENHANCE_YOUR_CALM,
  FLOW_CONTROL_ERROR,
  PING,
  PROTOCOL_ERROR,
  SETTINGS,
  frame,
  setting,
} from "./raw-frames.ts";
import { KINDS, RIGHT, c, errorOf, everyKind, fateOf, type Fate } from "./fates.ts";

describe("threat: H2-12 RFC 9113 §4.1, §5.5 types and flags that are not known", () => {
  /** 0x10 is PRIORITY_UPDATE (RFC 9218 §7.1). */
  const UNKNOWN = Array.from({ length: 246 }, (_, at) => at + 10).filter((type) => type !== 0x10);

  it("every unknown type, with all flags, on each kind of stream, changes nothing", () => {
    const peer = everyKind();
    for (const type of UNKNOWN)
      for (let flags = 0; flags < 256; flags++)
        for (const stream of Object.values(KINDS)) {
          peer.now += 1_000;
          const heard = peer.send(
            frame(type, flags, stream, [flags]),
            frame(PING, 0, 0, [0, 0, 0, 0, 0, 0, type, flags]),
          );
          if (heard.length > 0)
            expect([type, flags, stream, heard]).toEqual([type, flags, stream, []]);
          const answers = peer.take().filter((each) => each.type === PING && each.flags === ACK);
          if (answers.length !== 1) expect([type, flags, stream, answers]).toEqual([]);
        }
    expect(peer.connection.state).toBe("open");
  });

  it("each of them costs a token", () => {
    for (const type of [0x0a, 0x0b, 0x0c, 0x0d, 0x0e, 0x0f, 0xff]) {
      const peer = client();
      let count = 0;
      let heard: Heard[] = [];
      for (; heard.length === 0 && count < 1_000; count++) heard = peer.send(frame(type, 0, 0, []));
      expect(codes(heard)).toEqual(["flood.unknown"]);
      expect(count).toBe(257);
      expect(peer.errors().get(0)).toBe(ENHANCE_YOUR_CALM);
    }
  });

  it("every known type, with all flags, on each kind of stream: events or one refusal", () => {
    for (const [, type, , payload] of RIGHT)
      for (let flags = 0; flags < 256; flags++)
        for (const stream of Object.values(KINDS)) {
          const peer = everyKind();
          const heard = peer.send(frame(type, flags, stream, payload));
          const refused = heard.filter(isViolation);
          expect(refused.length).toBeLessThanOrEqual(1);
          if (refused[0]?.scope !== "connection") continue;
          expect(peer.connection.retained).toBeGreaterThanOrEqual(0);
          expect(peer.errors().get(0)).toBe(errorOf(refused[0]));
          expect(peer.send(frame(PING, 0, 0, new Uint8Array(8)))).toEqual([]);
          expect(peer.take()).toEqual([]);
        }
  });
});

describe("threat: H2-13 RFC 9113 §6.5.2, RFC 8441 §3 every setting at the edges of its range", () => {
  const MAX = 0xffff_ffff;
  const range = c("settings.value", PROTOCOL_ERROR);
  const window = c("settings.value", FLOW_CONTROL_ERROR);
  const rows: readonly (readonly [string, number, number, Fate])[] = [
    ["HEADER_TABLE_SIZE", 1, 0, "fine"],
    ["HEADER_TABLE_SIZE", 1, 4_096, "fine"],
    ["HEADER_TABLE_SIZE", 1, MAX, "fine"],
    ["ENABLE_PUSH", 2, 0, "fine"],
    ["ENABLE_PUSH", 2, 1, "fine"],
    ["ENABLE_PUSH", 2, 2, range],
    ["ENABLE_PUSH", 2, MAX, range],
    ["MAX_CONCURRENT_STREAMS", 3, 0, "fine"],
    ["MAX_CONCURRENT_STREAMS", 3, MAX, "fine"],
    ["INITIAL_WINDOW_SIZE", 4, 0, "fine"],
    ["INITIAL_WINDOW_SIZE", 4, 0x7fff_ffff, "fine"],
    ["INITIAL_WINDOW_SIZE", 4, 0x8000_0000, window],
    ["INITIAL_WINDOW_SIZE", 4, MAX, window],
    ["MAX_FRAME_SIZE", 5, 0, range],
    ["MAX_FRAME_SIZE", 5, 16_383, range],
    ["MAX_FRAME_SIZE", 5, 16_384, "fine"],
    ["MAX_FRAME_SIZE", 5, 16_777_215, "fine"],
    ["MAX_FRAME_SIZE", 5, 16_777_216, range],
    ["MAX_FRAME_SIZE", 5, MAX, range],
    ["MAX_HEADER_LIST_SIZE", 6, 0, "fine"],
    ["MAX_HEADER_LIST_SIZE", 6, MAX, "fine"],
    ["ENABLE_CONNECT_PROTOCOL", 8, 0, "fine"],
    ["ENABLE_CONNECT_PROTOCOL", 8, 1, "fine"],
    ["ENABLE_CONNECT_PROTOCOL", 8, 2, range],
    ["ENABLE_CONNECT_PROTOCOL", 8, MAX, range],
    ["NO_RFC7540_PRIORITIES", 9, 0, "fine"],
    ["NO_RFC7540_PRIORITIES", 9, 1, "fine"],
    ["an unknown one", 0x0a0a, MAX, "fine"],
  ];

  it.each(rows)("to a server: %s (%i) = %i", (_, id, value, fate) => {
    expect(fateOf(client(), frame(SETTINGS, 0, 0, setting(id, value)))).toEqual(fate);
  });

  it.each(rows)("to a client: %s (%i) = %i", (name, id, value, fate) => {
    const peer = server();
    const heard = peer.send(frame(SETTINGS, 0, 0, setting(id, value)));
    const refused = heard.find((event): event is Http2Violation => isViolation(event));
    // §8.4: a server may not ask for push.
    const wanted = name === "ENABLE_PUSH" && value === 1 ? range : fate;
    if (wanted === "fine") expect(refused).toBeUndefined();
    else
      expect([refused?.scope, refused?.code, refused && errorOf(refused)]).toEqual([
        wanted[0],
        `http2.${wanted[1]}`,
        wanted[2],
      ]);
  });

  it("none is applied if one is out of range", () => {
    const peer = client();
    const heard = peer.send(frame(SETTINGS, 0, 0, [...setting(3, 7), ...setting(5, 0)]));
    expect(heard.map(({ type }) => type)).toEqual(["violation"]);
    expect(peer.take().filter(({ type, flags }) => type === SETTINGS && flags === ACK)).toEqual([]);
  });
});
