// The decoder of one block with the shapes and floods that could hurt it. Runs in an empty realm,
// too.

import { Decoder } from "@wirewall/hpack";
import type { Codec } from "#laws";
import { bytes, codedString, ENTRY, GET, integer, raised, repeated, string } from "./shapes.js";

/** The table's setting is its limit, as it is once a connection has agreed on it. */
export const create: Codec["create"] = (options = {}) => {
  const tableBytes = options.limits?.["maxTableBytes"];
  return new Decoder(tableBytes === undefined ? options : { ...options, tableBytes });
};

const NEVER = [0x10, 1, 0x61, 1, 0x62];

export const shapes: Codec["shapes"] = [
  {
    name: "references to the static table",
    limits: raised,
    input: (size) => bytes(repeated(size, [GET])),
  },
  {
    name: "references to one large entry",
    limits: raised,
    input: (size) => bytes([0x40, 1, 0x61, ...string(200, 0x76), ...repeated(size, [0xbe])]),
  },
  {
    name: "entries that evict one another",
    limits: raised,
    input: (size) => bytes(repeated(size / 4, ENTRY)),
  },
  {
    name: "entries too large for the table",
    limits: { ...raised, maxTableBytes: 64 },
    input: (size) => bytes(repeated(size / 64, [0x40, 1, 0x61, ...string(60, 0x76)])),
  },
  { name: "secrets", limits: raised, input: (size) => bytes(repeated(size / 5, NEVER)) },
  {
    name: "empty literals",
    limits: raised,
    input: (size) => bytes(repeated(size / 3, [0, 0, 0])),
  },
  {
    name: "one long name",
    limits: raised,
    input: (size) => bytes([0, ...string(size, 0x6e), 0]),
  },
  {
    name: "one long value of bytes beyond ASCII",
    limits: raised,
    input: (size) => bytes([0, 0, ...string(size, 0xe9)]),
  },
  {
    name: "the shortest codes",
    limits: raised,
    input: (size) => bytes([0, 0, ...codedString(size - (size % 5), 0)]),
  },
  {
    name: "the longest codes",
    limits: raised,
    // Four times the thirty bits of LF make fifteen octets.
    input: (size) => bytes([0, 0, ...coded(size, LINE_FEEDS)]),
  },
  {
    name: "codes beyond ASCII",
    limits: raised,
    // Twice the twenty bits of 0x80 make five octets.
    input: (size) => bytes([0, 0, ...coded(size, [0xff, 0xfe, 0x6f, 0xff, 0xe6])]),
  },
  {
    name: "short strings in code",
    limits: raised,
    input: (size) => bytes(repeated(size / 5, [0, 0x81, 0x1f, 0x81, 0x1f])),
  },
  {
    name: "codes that end nowhere",
    refused: true,
    input: (size) => bytes([0, 0, ...codedString(size, 0xff)]),
  },
  {
    name: "size updates",
    refused: true,
    input: (size) => bytes(repeated(size, [0x20])),
  },
  {
    name: "zeros at the end of an integer",
    refused: true,
    input: (size) => bytes([0x3f, ...repeated(size, [0x80])]),
  },
];

export const floods: Codec["floods"] = [
  { name: "references without end", prefix: bytes([]), item: bytes([GET]) },
  { name: "entries without end", prefix: bytes([]), item: bytes(ENTRY) },
  {
    name: "entries without end, limits raised",
    prefix: bytes([]),
    item: bytes(ENTRY),
    limits: raised,
  },
  { name: "size updates without end", prefix: bytes([]), item: bytes([0x20]) },
  { name: "an integer without end", prefix: bytes([0x3f]), item: bytes([0x80]) },
  {
    name: "a string without end",
    prefix: bytes([0, 0, 0x7f, 0xff, 0xff, 0x7f]),
    item: bytes([0x76]),
  },
];

const LINE_FEEDS = [255, 255, 255, 243, 255, 255, 255, 207, 255, 255, 255, 63, 255, 255, 252];

/** About so many octets of whole codes. */
function coded(size: number, codes: readonly number[]): number[] {
  const octets = repeated(Math.floor(size / codes.length), codes);
  return [...integer(octets.length, 7, 0x80), ...octets];
}
