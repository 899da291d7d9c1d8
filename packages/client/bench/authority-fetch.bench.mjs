// A fetch that judges, resolves and pins, against one that does not: CPU time of the asking process.

import { packageVersion } from "../../../tools/bench/report.mjs";

export const plan = {
  title: "fetch of 100 bytes, 16 at a time",
  kind: "tasks",
  unit: "us/request",
  rounds: 9,
  comparisons: [
    {
      peer: "undici",
      ours: new URL("authority-fetch.mjs", import.meta.url),
      theirs: new URL("../../../tools/bench/peers/undici-fetch.mjs", import.meta.url),
      goal: 0.9,
      version: () => packageVersion("undici"),
    },
  ],
};
