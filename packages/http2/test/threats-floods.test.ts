// What is legal one time and an attack ten thousand times (RFC 9113 §10.5; row: C3). Bursts and
// rates are those of the specification; time stands still unless a test moves it.

import { describe, expect, it } from "vitest";
import { POST, REQUEST, client, codes, headers, type Heard } from "./peer.ts";
import * as raw from "./raw-frames.ts";

const { frame, word, setting } = raw;

interface Flood {
  readonly name: string;
  readonly code: string;
  /** How many pass at once. */
  readonly burst: number;
  readonly opens?: readonly Uint8Array[];
  readonly frame: Uint8Array;
}

const FLOODS: readonly Flood[] = [
  {
    name: "threat: H2-05 PING",
    code: "flood.pings",
    burst: 512,
    frame: frame(raw.PING, 0, 0, new Uint8Array(8)),
  },
  {
    name: "threat: H2-05 PING that answers nothing",
    code: "flood.pings",
    burst: 512,
    frame: frame(raw.PING, raw.ACK, 0, new Uint8Array(8)),
  },
  {
    name: "threat: H2-06 empty SETTINGS",
    code: "flood.settings",
    burst: 31,
    frame: frame(raw.SETTINGS, 0, 0),
  },
  {
    name: "threat: H2-06 SETTINGS with an entry",
    code: "flood.settings",
    burst: 31,
    frame: frame(raw.SETTINGS, 0, 0, setting(3, 100)),
  },
  {
    name: "threat: H2-05 PRIORITY",
    code: "flood.priority",
    burst: 512,
    frame: frame(raw.PRIORITY, 0, 1, [0, 0, 0, 3, 15]),
  },
  {
    name: "threat: H2-05 frames of unknown types",
    code: "flood.unknown",
    burst: 256,
    frame: frame(0x42, 0, 0, new Uint8Array(3)),
  },
  {
    name: "threat: H2-05 WINDOW_UPDATE",
    code: "flood.window-updates",
    burst: 1_024,
    frame: frame(raw.WINDOW_UPDATE, 0, 0, word(1)),
  },
  {
    name: "threat: H2-08 empty DATA",
    code: "flood.empty",
    burst: 100,
    opens: [headers(1, POST, false)],
    frame: frame(raw.DATA, 0, 1),
  },
  {
    name: "threat: H2-08 DATA of padding alone",
    code: "flood.empty",
    burst: 100,
    opens: [headers(1, POST, false)],
    frame: frame(raw.DATA, raw.PADDED, 1, [3, 0, 0, 0]),
  },
];

describe("floods end the connection, whether or not our answers are read", () => {
  for (const { name, code, burst, opens = [], frame: one } of FLOODS)
    for (const reads of [true, false])
      it(`${name}${reads ? "" : ", answers unread"}`, () => {
        const peer = client();
        peer.send(...opens);
        if (reads) peer.take();
        let sent = 0;
        let heard: Heard[] = [];
        while (sent < 50_000 && peer.connection.state === "open") {
          heard = peer.send(one);
          sent++;
          if (reads && sent % 50 === 0) peer.take();
        }
        expect(codes(heard)).toEqual([code]);
        expect(sent).toBe(burst + 1);
        expect(peer.errors().get(0)).toBe(raw.ENHANCE_YOUR_CALM);
        expect(peer.connection.retained).toBe(0);
      });

  it("tokens come back with time: what a peer may do for ever, it may", () => {
    const peer = client();
    for (let second = 0; second < 60; second++) {
      peer.now += 1_000;
      for (let at = 0; at < 64; at++) peer.send(frame(raw.PING, 0, 0, new Uint8Array(8)));
      peer.take();
    }
    expect(peer.connection.state).toBe("open");
  });
});

describe("threat: H2-01 rapid reset", () => {
  const pair = (id: number): Uint8Array[] => [
    headers(id, REQUEST, true),
    frame(raw.RST_STREAM, 0, id, word(raw.CANCEL)),
  ];

  it("20,000 pairs whose handlers do not end: at most maxConcurrentStreamCount of them run", () => {
    const peer = client();
    const seen: string[] = [];
    let most = 0;
    for (let at = 0; at < 20_000 && peer.connection.state === "open"; at++) {
      for (const event of peer.send(...pair(at * 2 + 1)))
        if (event.type === "violation") seen.push(...codes([event]));
      most = Math.max(most, peer.connection.liveCount);
    }
    expect(most).toBe(100);
    expect(new Set(seen)).toEqual(new Set(["stream.refused", "flood.own-resets"]));
    expect(peer.errors().get(0)).toBe(raw.ENHANCE_YOUR_CALM);
  });

  it("handlers that end at once: the budget of resets decides", () => {
    const peer = client();
    let pairs = 0;
    let heard: Heard[] = [];
    while (pairs < 20_000 && peer.connection.state === "open") {
      heard = peer.send(...pair(pairs * 2 + 1));
      peer.connection.settled(pairs * 2 + 1);
      pairs++;
    }
    expect(codes(heard)).toEqual(["flood.resets"]);
    expect(pairs).toBe(1_001);
  });

  it("a browser that gives up thirty requests a second lives", () => {
    const peer = client();
    for (let second = 0, id = 1; second < 120; second++) {
      peer.now += 1_000;
      for (let at = 0; at < 30; at++, id += 2) {
        peer.send(...pair(id));
        peer.connection.settled(id);
      }
      peer.take();
    }
    expect(peer.connection.state).toBe("open");
  });
});

describe("threat: H2-02 resets that the peer makes us send have a price", () => {
  const provoked: readonly (readonly [string, (id: number) => Uint8Array[]])[] = [
    [
      "a window that grows by nothing",
      (id) => [headers(id, POST, false), frame(raw.WINDOW_UPDATE, 0, id, word(0))],
    ],
    [
      "a window that overflows",
      (id) => [headers(id, POST, false), frame(raw.WINDOW_UPDATE, 0, id, word(0x7fff_ffff))],
    ],
    ["a pseudo-field that is none", (id) => [headers(id, [...REQUEST, [":x", "1"]], true)]],
    ["a field of HTTP/1.1", (id) => [headers(id, [...REQUEST, ["connection", "a"]], true)]],
    [
      "content after the end",
      (id) => [headers(id, REQUEST, true), frame(raw.DATA, 0, id, new Uint8Array(1))],
    ],
    [
      "a length that is not met",
      (id) => [
        headers(id, [...POST, ["content-length", "2"]], false),
        frame(raw.DATA, raw.END_STREAM, id, new Uint8Array(1)),
      ],
    ],
  ];
  for (const [name, frames] of provoked)
    it(name, () => {
      const peer = client();
      let streams = 0;
      let heard: Heard[] = [];
      while (streams < 10_000 && peer.connection.state === "open") {
        const id = streams * 2 + 1;
        heard = peer.send(...frames(id));
        peer.connection.settled(id);
        peer.take();
        streams++;
      }
      expect(codes(heard)).toContain("flood.own-resets");
      expect(streams).toBe(201);
    });
});

describe("threat: H2-08 tiny DATA costs until it is read", () => {
  it("unread it ends the connection, read it costs nothing", () => {
    const tiny = frame(raw.DATA, 0, 1, [0x61]);
    const unread = client();
    unread.send(headers(1, POST, false));
    let count = 0;
    let heard: Heard[] = [];
    while (count < 1_000 && unread.connection.state === "open") {
      heard = unread.send(tiny);
      count++;
    }
    expect(codes(heard)).toEqual(["flood.small-data"]);
    expect(count).toBe(Math.floor(25_600 / 255) + 1);

    const read = client();
    read.send(headers(1, POST, false));
    for (let at = 0; at < 5_000; at++) {
      read.send(tiny);
      read.connection.consumed(1, 1);
      read.take();
    }
    expect(read.connection.state).toBe("open");
  });
});
