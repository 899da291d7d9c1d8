// Slow heads by the thousand against the default limits.

import { limits } from "@wirewall/http1";
import { holdSlowHeads, tooFewFiles } from "../../../tools/bench/kinds/slow-heads.mjs";
import { exchange, expected } from "./hello.mjs";

const COUNT = 10_000;

export const plan = {
  title: `${COUNT} connections with heads that never end, serve()`,
  kind: "figures",
  lacking: () => tooFewFiles(COUNT),
  run: ({ say }) =>
    holdSlowHeads({
      url: exchange.href,
      expected,
      count: COUNT,
      deadlineMs: limits.resolve().headTimeoutMs,
      maxGrowthMiB: 150,
      say,
    }),
};
