// hpack.js as a second reader of blocks.

import hpack, { type Decompressor } from "hpack.js";
import type { Pair } from "../blocks.js";

export interface PeerRead {
  readonly fields: readonly Pair[];
  /** Names of the fields that are never indexed. */
  readonly never: readonly string[];
  /** Why it refused the block. */
  readonly refusal: string | undefined;
}

/** `maxBytes` is the setting. It reads blocks on and on, as a connection does. */
export function decompressor(maxBytes = 4_096): Decompressor {
  return hpack.decompressor.create({ table: { maxSize: maxBytes } });
}

export function readWithHpackJs(peer: Decompressor, block: Uint8Array): PeerRead {
  let refusal: string | undefined;
  try {
    peer.write(Buffer.from(block));
    peer.execute();
  } catch (error) {
    refusal = error instanceof Error ? error.message : String(error);
  }
  const fields: Pair[] = [];
  const never: string[] = [];
  for (let field = peer.read(); field !== null; field = peer.read()) {
    fields.push([field.name, field.value]);
    if (field.neverIndex) never.push(field.name);
  }
  return { fields, never, refusal };
}
