// BlockDecoder as a connection holds it, default limits, fields collected in a flat list.

import { BlockDecoder } from "@wirewall/hpack";

export function create() {
  let decoder;
  let flat = [];
  const sink = {
    field(name, value) {
      flat.push(name, value);
    },
  };
  const variant = {
    count: 0,
    feed(block) {
      if (block.isFirst) decoder = new BlockDecoder();
      flat = [];
      const violation = decoder.decode(block, 0, block.length, 0, sink);
      if (violation !== undefined) throw new Error(`wirewall: ${violation.code}`);
      variant.count += flat.length / 2;
      return flat.length + flat[flat.length - 1].length;
    },
    read: () => flat,
  };
  return variant;
}
