import { BlockDecoder, BlockEncoder } from "@wirewall/hpack";

/** Reads blocks of one connection and writes their fields again, for another one. */
export function example(blocks: Iterable<Uint8Array>): (Uint8Array | string)[] {
  const decoder = new BlockDecoder({ limits: { maxHeaderCount: 16 } });
  const encoder = new BlockEncoder();
  const out: (Uint8Array | string)[] = [];
  for (const block of blocks) {
    encoder.begin();
    const violation = decoder.decode(block, 0, block.length, 0, {
      field: (name, value, _mark, neverIndexed) => encoder.field(name, value, neverIndexed),
    });
    const written = encoder.finish().slice();
    out.push(violation === undefined ? written : violation.code);
    if (violation?.scope === "connection") break;
  }
  return out;
}
