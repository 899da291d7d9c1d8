// hpack.js, which spdy-transport uses: a stream of fields as objects.

import hpack from "hpack.js";

export function create() {
  let decoder;
  let flat = [];
  const variant = {
    count: 0,
    feed(block) {
      if (block.isFirst) decoder = hpack.decompressor.create({ table: { size: 4_096 } });
      flat = [];
      decoder.write(block);
      decoder.execute();
      for (let field = decoder.read(); field !== null; field = decoder.read())
        flat.push(field.name, field.value);
      variant.count += flat.length / 2;
      return flat.length + flat[flat.length - 1].length;
    },
    read: () => flat,
  };
  return variant;
}
