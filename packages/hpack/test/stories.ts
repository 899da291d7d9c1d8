// The stories of hpack-test-case: blocks that one connection sees one after the other, and the
// fields that they stand for.

import { readdirSync, readFileSync } from "node:fs";
import type { Pair } from "./blocks.ts";

export interface StoryBlock {
  readonly wire: Uint8Array;
  readonly fields: readonly Pair[];
  /** A new SETTINGS_HEADER_TABLE_SIZE, which the encoder was told before the block. */
  readonly tableBytes: number | undefined;
}

export interface Story {
  readonly name: string;
  readonly blocks: readonly StoryBlock[];
}

interface Case {
  readonly wire: string;
  readonly headers: readonly Readonly<Record<string, string>>[];
  readonly header_table_size?: number;
}

export const ENCODERS = ["nghttp2", "go-hpack", "nghttp2-change-table-size"] as const;

export function storiesOf(encoder: (typeof ENCODERS)[number]): Story[] {
  const folder = new URL(`vectors/${encoder}/`, import.meta.url);
  return readdirSync(folder)
    .sort()
    .map((name) => {
      const text = readFileSync(new URL(name, folder), "utf8");
      const { cases } = JSON.parse(text) as { readonly cases: readonly Case[] };
      return { name: `${encoder}/${name}`, blocks: cases.map(blockOf) };
    });
}

function blockOf({ wire, headers, header_table_size: tableBytes }: Case): StoryBlock {
  return {
    wire: new Uint8Array(Buffer.from(wire, "hex")),
    fields: headers.flatMap((header) => Object.entries(header)),
    tableBytes,
  };
}
