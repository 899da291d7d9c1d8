// What could hurt a server or a client, in frames that both are sent.

import type { Codec } from "#laws";
import * as f from "./bytes.js";

type Shapes = Codec["shapes"];
type Floods = Codec["floods"];

/** Field sections and content behind a hello; `start` is the head of a message that has content. */
export function shapesOf(hello: Uint8Array, lines: f.Lines, stream: number): Shapes {
  const section = (more: f.Lines): Uint8Array =>
    f.bytes(hello, f.headers(stream, [...lines, ...more], 0));
  const start = f.bytes(hello, f.headers(stream, lines, 0));
  return [
    {
      name: "one long value",
      limits: f.raised,
      input: (size) => section([["a", "v".repeat(size)]]),
    },
    {
      name: "one long value that Huffman does not shorten",
      limits: f.raised,
      input: (size) => section([["a", "\u00ff".repeat(size / 2)]]),
    },
    {
      name: "one long name",
      limits: f.raised,
      input: (size) => section([["n".repeat(size), "v"]]),
    },
    {
      name: "many fields",
      limits: f.raised,
      input: (size) => section(many(size / 8, () => ["a", "b"])),
    },
    {
      name: "many fields with names of their own",
      limits: f.raised,
      input: (size) => section(many(size / 10, (place) => [`n${place.toString(36)}`, "v"])),
    },
    {
      name: "many fields by reference",
      limits: f.raised,
      // RFC 7541 §6.1: accept-encoding, of the static table.
      input: (size) => {
        const references = new Array<number>(size).fill(0x90);
        const flags = f.END_HEADERS;
        return f.bytes(
          hello,
          f.frame(f.HEADERS, flags, stream, [...f.block(lines), ...references]),
        );
      },
    },
    {
      name: "a block in many fragments",
      limits: f.raised,
      input: (size) => {
        const whole = f.block([...lines, ["a", "v".repeat(size)]]);
        const piece = 64;
        const parts: number[][] = [f.frame(f.HEADERS, 0, stream, whole.subarray(0, piece))];
        for (let at = piece; at < whole.length; at += piece) {
          const flags = at + piece < whole.length ? 0 : f.END_HEADERS;
          parts.push(f.frame(f.CONTINUATION, flags, stream, whole.subarray(at, at + piece)));
        }
        return f.bytes(hello, ...parts);
      },
    },
    {
      name: "content in frames of 256 bytes",
      input: (size) => {
        const data = f.frame(f.DATA, 0, stream, new Uint8Array(256));
        return f.bytes(start, ...new Array<number[]>(Math.ceil(size / 265)).fill(data));
      },
    },
    {
      name: "content in one frame",
      limits: f.raised,
      input: (size) => f.bytes(start, f.frame(f.DATA, f.END_STREAM, stream, new Uint8Array(size))),
    },
    {
      name: "padding",
      input: (size) => {
        const data = f.frame(f.DATA, f.PADDED, stream, [254, 1, ...new Uint8Array(254)]);
        const count = Math.min(90, Math.ceil(size / data.length));
        return f.bytes(start, ...new Array<number[]>(count).fill(data));
      },
    },
    {
      name: "a frame of a type that is not known",
      limits: f.raised,
      input: (size) => f.bytes(hello, f.frame(0xfa, 0xff, 0, new Uint8Array(size))),
    },
    {
      name: "SETTINGS with many entries",
      limits: { ...f.raised, maxSettingsEntryCount: 2_730 },
      input: (size) => {
        const entries = Math.min(2_700, Math.floor(size / 6));
        return f.bytes(hello, f.frame(f.SETTINGS, 0, 0, new Uint8Array(6 * entries)));
      },
    },
    {
      name: "PING",
      refused: true,
      input: (size) =>
        f.bytes(
          hello,
          f.row(size, () => f.frame(f.PING, 0, 0, new Uint8Array(8))),
        ),
    },
    {
      name: "WINDOW_UPDATE",
      refused: true,
      input: (size) =>
        f.bytes(
          start,
          f.row(size, () => f.frame(f.WINDOW_UPDATE, 0, stream, f.word(1))),
        ),
    },
  ];
}

/** What costs its sender nothing, without end. */
export function floodsOf(hello: Uint8Array, lines: f.Lines, stream: number): Floods {
  const flood = (name: string, item: readonly number[]): Floods[number] => ({
    name,
    prefix: f.bytes(hello, f.headers(stream, lines, 0)),
    item: Uint8Array.from(item),
  });
  const eight = new Uint8Array(8);
  return [
    flood("PING", f.frame(f.PING, 0, 0, eight)),
    flood("answers to PING that nobody sent", f.frame(f.PING, f.ACK, 0, eight)),
    flood("SETTINGS", f.frame(f.SETTINGS, 0, 0)),
    flood("acknowledgements of SETTINGS", f.frame(f.SETTINGS, f.ACK, 0)),
    flood("PRIORITY", f.frame(f.PRIORITY, 0, stream, [0, 0, 0, 0, 1])),
    flood("PRIORITY_UPDATE", f.frame(0x10, 0, 0, [...f.word(stream), 0x75, 0x3d, 0x31])),
    flood("unknown frames", f.frame(0xfa, 0, 0)),
    flood("GOAWAY", f.frame(f.GOAWAY, 0, 0, [...f.word(stream), ...f.word(0)])),
    flood("WINDOW_UPDATE", f.frame(f.WINDOW_UPDATE, 0, 0, f.word(1))),
    flood("empty DATA", f.frame(f.DATA, 0, stream)),
    flood("DATA of one byte", f.frame(f.DATA, 0, stream, [1])),
    flood("RST_STREAM", f.frame(f.RST_STREAM, 0, stream, f.word(8))),
    {
      name: "empty CONTINUATION",
      prefix: f.bytes(hello, f.frame(f.HEADERS, 0, stream)),
      item: Uint8Array.from(f.frame(f.CONTINUATION, 0, stream)),
    },
    {
      name: "CONTINUATION of one byte",
      prefix: f.bytes(hello, f.frame(f.HEADERS, 0, stream)),
      item: Uint8Array.from(f.frame(f.CONTINUATION, 0, stream, [0x82])),
      limits: { maxContinuationCount: 4_096 },
    },
  ];
}

function many(count: number, make: (place: number) => readonly [string, string]): f.Lines {
  return Array.from({ length: Math.ceil(count) }, (_, place) => make(place));
}
