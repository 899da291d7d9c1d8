// A short request against the parsers that Node programs use.

import { packageVersion } from "../../../tools/bench/report.mjs";

const peer = (file) => new URL(`../../../tools/bench/peers/${file}`, import.meta.url);
const ours = new URL("request-decoder.mjs", import.meta.url);

export const plan = {
  title: "requests of 194 bytes with 5 fields, RequestDecoder",
  kind: "codec",
  unit: "us/message",
  rounds: 15,
  inputs: new URL("request-194.mjs", import.meta.url),
  comparisons: [
    {
      peer: "llhttp",
      ours,
      theirs: peer("llhttp.mjs"),
      goal: 1.5,
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

      version: () => packageVersion("http-parser-js"),
    },
  ],
};
