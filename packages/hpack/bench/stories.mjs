// Header blocks of one encoder, story by story. The first block of a story says so: a decoder of its
// own reads each of them.

import { readdirSync, readFileSync } from "node:fs";

/** At most so many blocks of each story: enough for its table to fill. */
const BLOCKS = 40;

export function storiesOf(encoder) {
  const folder = new URL(`../test/vectors/${encoder}/`, import.meta.url);
  return readdirSync(folder)
    .filter((file) => file.endsWith(".json"))
    .sort()
    .flatMap((file) => {
      const { cases } = JSON.parse(readFileSync(new URL(file, folder), "utf8"));
      return cases.slice(0, BLOCKS).map(({ wire }, at) => {
        const block = Buffer.from(wire, "hex");
        block.isFirst = at === 0;
        return block;
      });
    });
}
