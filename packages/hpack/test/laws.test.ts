// Registers the decoder of blocks with the laws (tools/laws), with two peers.

import { limits, type FieldEvent, type HpackLimits } from "@wirewall/hpack";
import { describe, expect, it } from "vitest";
import { describeLaws, oneReadingLaw, type Subject } from "#laws";
import * as codec from "./laws/block.codec.js";
import { roundTrip } from "./laws/blocks-round-trip.js";
import { edges } from "./laws/edges.js";
import { knownBlocks } from "./laws/known-blocks.js";
import { blockOctets } from "./laws/octets.js";
import { hpack, hpackJs } from "./laws/peers.js";
import { literal } from "./blocks.js";

const subject: Subject = {
  name: "hpack Decoder",
  owner: "hpack",
  codec,
  module: new URL("./laws/block.codec.ts", import.meta.url),
  vectors: knownBlocks(),
  arbitrary: blockOctets.map((octets) => Uint8Array.from(octets)),
  limits,
  bound: (values) => boundOf(values as HpackLimits),
  ceiling: (values) => boundOf(values as HpackLimits),
  maxEventsPerByte: 1,
  edges,
  edgesElsewhere: {},
  roundTrip,
  peer: hpackJs,
  names: {
    input: (name) => Uint8Array.from(literal("incremental", name, "value")),
    value: "value",
    read: (events, name) =>
      (events as readonly FieldEvent[]).find((event) => event.name === name)?.value,
  },
};

describeLaws(subject);

describe("row: C2 the package hpack", () => {
  it("reads every block that we accept in the same way", () => {
    expect(oneReadingLaw({ ...subject, peer: hpack })).toEqual([]);
  });
});

/** A block that waits for its end, in a buffer that at most doubled, or its fields; and the table. */
function boundOf(values: HpackLimits): number {
  const { maxBlockBytes, maxHeaderListBytes, maxHeaderCount, maxTableBytes } = values;
  const table = maxTableBytes + (maxTableBytes / 32) * 128;
  const waiting = 2 * maxBlockBytes + 256;
  return table + Math.max(waiting, maxHeaderListBytes + 128 * maxHeaderCount);
}
