// A response that is sent again and again leaves as the bytes it had before, unless what they meant
// has changed: the table of the peer, the list, or what may be indexed.

import { Fields } from "@wirewall/fields";
import { BlockDecoder } from "@wirewall/hpack";
import { describe, expect, it } from "vitest";
import { REQUEST, client, headers, type Peer } from "./peer.ts";
import { HEADERS, SETTINGS, frame, setting, type RawFrame } from "./raw-frames.ts";

const fields = new Fields([
  ["x-token", "secret"],
  ["content-type", "text/plain"],
]);

/** Answers a request on that stream; the head that leaves. */
function answer(peer: Peer, stream: number, sensitive?: readonly string[]): RawFrame {
  peer.send(headers(stream, REQUEST, true));
  peer.connection.sendResponse(stream, { status: 200, fields, sensitive }, "hello");
  peer.connection.settled(stream);
  const head = peer.take().find(({ type }) => type === HEADERS);
  if (head === undefined) throw new Error("no head was sent");
  return head;
}

describe("a response that is sent again", () => {
  it("RFC 7541 §4.2 begins with the size update that is owed after SETTINGS", () => {
    const peer = client();
    const decoder = new BlockDecoder();
    const read = ({ payload }: RawFrame): unknown => {
      const lines: (readonly [string, string])[] = [];
      const sink = { field: (name: string, value: string) => void lines.push([name, value]) };
      const refused = decoder.decode(payload, 0, payload.length, 0, sink);
      return refused?.code ?? lines;
    };
    const first = read(answer(peer, 1));
    expect(read(answer(peer, 3))).toEqual(first);
    expect(read(answer(peer, 5))).toEqual(first);
    peer.send(frame(SETTINGS, 0, 0, setting(1, 0)));
    peer.take();
    decoder.setMaxTableBytes(0);
    const head = answer(peer, 7);
    expect((head.payload[0] ?? 0) & 0xe0).toBe(0x20);
    expect(read(head)).toEqual(first);
  });

  it("threat: HP-07 is written anew where a name is sensitive now", () => {
    const peer = client();
    const decoder = new BlockDecoder();
    const never = ({ payload }: RawFrame): string[] => {
      const names: string[] = [];
      decoder.decode(payload, 0, payload.length, 0, {
        field: (name, _value, _mark, neverIndexed) => {
          if (neverIndexed) names.push(name);
        },
      });
      return names;
    };
    for (const stream of [1, 3, 5]) expect(never(answer(peer, stream))).toEqual([]);
    expect(never(answer(peer, 7, ["x-token"]))).toEqual(["x-token"]);
  });
});
