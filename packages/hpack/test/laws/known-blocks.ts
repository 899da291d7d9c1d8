// Blocks that are known to be good or bad, one for each rule of RFC 7541; vectors of the laws.

import type { Vector } from "#laws";
import { coded, hex, huffman, indexed, integer, literal, plain, sizeUpdate } from "../blocks.js";
import { ENCODERS, storiesOf } from "../stories.js";

const GET = indexed(2);

const good: Readonly<Record<string, readonly number[]>> = {
  "no field": [],
  "C.2.1": hex("400a637573746f6d2d6b65790d637573746f6d2d686561646572"),
  "C.2.2": hex("040c2f73616d706c652f70617468"),
  "C.2.3": hex("100870617373776f726406736563726574"),
  "C.3.1": hex("828684410f7777772e6578616d706c652e636f6d"),
  "C.4.1": hex("828684418cf1e3c2e5f23a6ba0ab90f4ff"),
  "C.6.1": hex(
    "488264025885aec3771a4b6196d07abe941054d444a8200595040b8166e082a62d1bff6e919d29ad171863c78f0b97c8e9ae82ae43d3",
  ),
  "all static entries": Array.from({ length: 61 }, (_, at) => indexed(at + 1)).flat(),
  "an entry and references to it": [...literal("incremental", "a", "b"), 0xbe, 0xbe],
  "a name of the dynamic table": [
    ...literal("incremental", "a", "b"),
    ...literal("without", 62, "c"),
  ],
  "an entry larger than the table": literal("incremental", "a", "v".repeat(4_100)),
  "one size update": [...sizeUpdate(0), ...GET],
  "two size updates": [...sizeUpdate(0), ...sizeUpdate(4_096), ...GET],
  "size updates alone": sizeUpdate(100),
  "an integer with zeros at its end": [0x3f, 0x80, 0x80, 0x00, ...GET],
  "an empty string in code": [0, 0x80, 0x80],
  "every octet": [
    0,
    0,
    ...plain(String.fromCharCode(...Array.from({ length: 256 }, (_, at) => at))),
  ],
  "octets in code": [0, 0, ...coded("\0\x16\xff\x80~")],
};

const bad: Readonly<Record<string, readonly number[]>> = {
  "index 0": indexed(0),
  "an index behind the table": indexed(62),
  "an index far behind the table": indexed(2 ** 31 - 1),
  "a name behind the table": literal("incremental", 62, ""),
  "an evicted entry": [
    ...literal("incremental", "a", ""),
    ...literal("incremental", "b", "v".repeat(4_063)),
    ...indexed(63),
  ],
  "an integer of six octets": [0xff, 0x80, 0x80, 0x80, 0x80, 0x80, 0x00],
  "an integer beyond 2^31": [0x7f, 0xff, 0xff, 0xff, 0xff, 0x7f],
  "an integer that is cut off": [0xff, 0x80],
  "no value": [0, ...plain("a")],
  "no name": [0x40],
  "a string that is cut off": [0, 0, 2, 0x61],
  "a string of 2 GB": [0, 0, ...integer(2 ** 31 - 1, 7)],
  "a size update after a field": [...GET, ...sizeUpdate(0)],
  "a third size update": [...sizeUpdate(0), ...sizeUpdate(0), ...sizeUpdate(0)],
  "a size update over the setting": sizeUpdate(4_097),
  EOS: [0, 0, 0x84, 0xff, 0xff, 0xff, 0xff],
  "padding of eight bits": [0, 0, ...integer(2, 7, 0x80), 0x1f, 0xff],
  "padding of zeros": [0, 0, ...integer(1, 7, 0x80), ...huffman("a", "000")],
  "padding alone": [0, 0, 0x81, 0xff],
};

export function knownBlocks(): Vector[] {
  return [...vectorsOf(good, true), ...vectorsOf(bad, false), ...firstOfStories()];
}

function vectorsOf(blocks: typeof good, accept: boolean): Vector[] {
  return Object.entries(blocks).map(([name, octets]) => ({
    name,
    bytes: Uint8Array.from(octets),
    accept,
  }));
}

/** The first blocks of stories, which need no block before them. */
function firstOfStories(): Vector[] {
  return ENCODERS.slice(0, 2).flatMap((encoder) =>
    storiesOf(encoder)
      .slice(0, 20)
      .flatMap(({ name, blocks: [block] }) =>
        block === undefined ? [] : [{ name, bytes: block.wire, accept: true }],
      ),
  );
}
