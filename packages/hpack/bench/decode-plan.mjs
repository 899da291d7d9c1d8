// Both benches of decoding differ in their blocks alone.

import { packageVersion } from "../../../tools/bench/report.mjs";

const peer = (file) => new URL(`../../../tools/bench/peers/${file}`, import.meta.url);
const ours = new URL("block-decoder.mjs", import.meta.url);

export function decodePlan(encoder, inputs) {
  return {
    title: `header blocks of ${encoder}, per field, BlockDecoder`,
    kind: "codec",
    unit: "us/field",
    rounds: 15,
    inputs,
    comparisons: [
      {
        peer: "hpack.js",
        ours,
        theirs: peer("hpack.js.mjs"),
        goal: 6,
        version: () => packageVersion("hpack.js"),
      },
      {
        peer: "hpack",
        ours,
        theirs: peer("hpack.mjs"),
        goal: 4,
        version: () => packageVersion("hpack"),
      },
    ],
  };
}
