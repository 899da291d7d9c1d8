// Every block of the stories decodes to its fields; written again by our encoder, they are read the
// same by our decoder and by hpack.js.

import { BlockDecoder, BlockEncoder } from "@wirewall/hpack";
import { describe, expect, it } from "vitest";
import { read } from "./blocks.ts";
import { decompressor, readWithHpackJs } from "./laws/hpack-js.ts";
import { ENCODERS, storiesOf } from "./stories.ts";

/** More than any story needs. */
const SETTING = 1_048_576;
const limits = { maxTableBytes: SETTING };

describe.each(ENCODERS)("row: C2 stories of %s", (writer) => {
  const stories = storiesOf(writer);

  it("are all there", () => {
    const most = { nghttp2: 32, "go-hpack": 32, "nghttp2-change-table-size": 31 }[writer];
    expect(stories).toHaveLength(most);
    expect(stories.every(({ blocks }) => blocks.length > 0)).toBe(true);
  });

  it.each(stories)("$name decodes", ({ blocks }) => {
    const decoder = new BlockDecoder({ limits });
    for (const { wire, fields, tableBytes } of blocks) {
      if (tableBytes !== undefined) decoder.setMaxTableBytes(tableBytes);
      const result = read(decoder, wire);
      expect(result.violation).toBeUndefined();
      expect(result.fields).toEqual(fields);
    }
  });

  it.each(stories)("$name is written again", ({ blocks }) => {
    const encoder = new BlockEncoder({ limits });
    const decoder = new BlockDecoder({ limits });
    const peer = decompressor(SETTING);
    peer.updateTableSize(4_096);
    for (const { fields, tableBytes } of blocks) {
      if (tableBytes !== undefined) {
        encoder.setMaxTableBytes(tableBytes);
        decoder.setMaxTableBytes(tableBytes);
      }
      encoder.begin();
      for (const [name, value] of fields) encoder.field(name, value);
      const block = encoder.finish();
      const ours = read(decoder, block);
      expect(ours.violation).toBeUndefined();
      expect(ours.fields).toEqual(fields);
      const theirs = readWithHpackJs(peer, block);
      expect(theirs).toEqual({ fields, never: ours.never, refusal: undefined });
      expect(encoder.tableBytes).toBe(decoder.tableBytes);
    }
  });
});
