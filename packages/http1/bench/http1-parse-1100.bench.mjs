// A request of a browser against the parsers that Node programs use.

import { packageVersion } from "../../../tools/bench/report.mjs";

const peer = (file) => new URL(`../../../tools/bench/peers/${file}`, import.meta.url);
const ours = new URL("request-decoder.mjs", import.meta.url);

export const plan = {
  title: "requests of 1,100 bytes with 19 fields, RequestDecoder",
  kind: "codec",
  unit: "us/message",
  rounds: 15,
  inputs: new URL("request-1100.mjs", import.meta.url),
  comparisons: [
    {
      peer: "llhttp",
      ours,
      theirs: peer("llhttp.mjs"),
      goal: 1,
      version: () => `llhttp ${process.versions.llhttp}`,
    },
    {
      peer: "llhttp-wasm",
      ours,
      theirs: peer("llhttp-wasm.mjs"),
      version: () => `${packageVersion("undici")}, its SIMD build of llhttp`,
    },
    {
      peer: "http-parser-js",
      ours,
      theirs: peer("http-parser-js.mjs"),
      goal: 2.5,
      version: () => packageVersion("http-parser-js"),
    },
  ],
};
