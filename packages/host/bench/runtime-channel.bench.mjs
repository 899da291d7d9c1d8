// What it costs that no value is in the air when a task stops: a channel, against Effect's queue.

import { packageVersion } from "../../../tools/bench/report.mjs";

const here = (name) => new URL(`${name}.mjs`, import.meta.url);

export const plan = {
  title: "a value through a channel between two tasks",
  kind: "tasks",
  unit: "us/value",
  rounds: 15,
  comparisons: [
    {
      peer: "effect",
      ours: here("channel"),
      theirs: here("../../../tools/bench/peers/effect-queue"),
      version: () => packageVersion("effect"),
    },
  ],
};
