// Three fixed places in each record of a log object of 1 MB.

import { packageVersion } from "../../../tools/bench/report.mjs";

const ours = new URL("fixed-paths.mjs", import.meta.url);
const peer = (name) => new URL(`../../../tools/bench/peers/${name}.mjs`, import.meta.url);

export const plan = {
  title: "fixed paths of a 1 MB log object, to JSON",
  kind: "tasks",
  unit: "us/record",
  rounds: 9,
  comparisons: [
    {
      peer: "@pinojs/redact",
      ours,
      theirs: peer("pinojs-redact"),
      goal: 1,
      version: () => packageVersion("@pinojs/redact"),
    },
    {
      peer: "fast-redact",
      ours,
      theirs: peer("fast-redact"),
      goal: 1,
      version: () => packageVersion("fast-redact"),
    },
  ],
};
