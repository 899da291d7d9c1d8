// The package hpack: pairs of a name and a value.

import Hpack from "hpack";

export function create() {
  let decoder;
  let flat = [];
  const variant = {
    count: 0,
    feed(block) {
      if (block.isFirst) decoder = new Hpack();
      flat = [];
      for (const [name, value] of decoder.decode(block)) flat.push(name, value);
      variant.count += flat.length / 2;
      return flat.length + flat[flat.length - 1].length;
    },
    read: () => flat,
  };
  return variant;
}
