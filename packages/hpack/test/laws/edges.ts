// Every limit of blocks, as an input that reaches it exactly.

import type { Edge } from "#laws";
import { bytes, codedString, ENTRY, GET, integer, literalOf, repeated, string } from "./shapes.js";

export const edges: readonly Edge[] = [
  {
    kind: "count",
    limit: "maxTableBytes",
    max: 100,
    code: "hpack.size-update.range",
    unnamed: true,
    input: (count) => bytes([...integer(count, 5, 0x20), GET]),
  },
  {
    kind: "count",
    limit: "maxHeaderListBytes",
    max: 300,
    code: "hpack.list.bytes",
    input: (count) => bytes(literalOf(count - 33)),
  },
  {
    kind: "count",
    limit: "maxHeaderListBytes",
    of: "in references",
    max: 300,
    code: "hpack.list.bytes",
    // Four fields of 33, and what is left.
    input: (count) => bytes([...ENTRY, 0xbe, 0xbe, 0xbe, ...literalOf(count - 4 * 33 - 33)]),
  },
  {
    kind: "count",
    limit: "maxHeaderListBytes",
    of: "in empty fields",
    max: 256,
    code: "hpack.list.bytes",
    input: (count) => bytes([...repeated(6, [0, 0, 0]), 0, 0, ...string(count - 7 * 32, 0x76)]),
  },
  {
    kind: "count",
    limit: "maxHeaderCount",
    max: 5,
    code: "hpack.list.count",
    input: (count) => bytes(repeated(count, [GET])),
  },
  {
    kind: "count",
    limit: "maxHeaderCount",
    of: "empty fields",
    max: 3,
    code: "hpack.list.count",
    input: (count) => bytes(repeated(count, [0, 0, 0])),
  },
  {
    kind: "count",
    limit: "maxStringBytes",
    max: 70,
    code: "hpack.string.bytes",
    input: (count) => bytes(literalOf(count)),
  },
  {
    kind: "count",
    limit: "maxStringBytes",
    of: "a name in code",
    max: 72,
    code: "hpack.string.bytes",
    // Eight codes of 0 in five octets, then the rest of them.
    input: (count) => bytes([0, ...zeros(count), 0]),
  },
  {
    kind: "count",
    limit: "maxBlockBytes",
    max: 256,
    code: "hpack.block.bytes",
    input: (count) => bytes(literalOf(count - 5)),
  },
  {
    kind: "count",
    limit: "maxSizeUpdateCount",
    max: 2,
    code: "hpack.size-update.count",
    input: (count) => bytes([...repeated(count, [0x20]), GET]),
  },
  {
    kind: "count",
    limit: "maxIntegerBytes",
    max: 3,
    code: "hpack.integer.overflow",
    unnamed: true,
    input: (count) => bytes([0x3f, ...repeated(count - 1, [0x80]), 0, GET]),
  },
];

/** So many times 0, whose code is five zeros, padded with ones. */
function zeros(count: number): number[] {
  const octets = Math.ceil((count * 5) / 8);
  const padding = octets * 8 - count * 5;
  const all = codedString(octets, 0);
  all[all.length - 1] = 2 ** padding - 1;
  return all;
}
