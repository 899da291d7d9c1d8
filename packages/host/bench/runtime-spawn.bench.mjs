// What it costs that a task has an owner: spawn and await, against an await alone and other runtimes.

import { packageVersion } from "../../../tools/bench/report.mjs";

const peer = (name) => new URL(`../../../tools/bench/peers/${name}.mjs`, import.meta.url);
const ours = new URL("spawn.mjs", import.meta.url);

export const plan = {
  title: "spawn and await of a task that does nothing",
  kind: "tasks",
  unit: "us/task",
  rounds: 15,
  comparisons: [
    { peer: "await", ours, theirs: peer("await"), goal: 1 / 4.5 },
    {
      peer: "effect",
      ours,
      theirs: peer("effect"),
      goal: 10,
      version: () => packageVersion("effect"),
    },
    {
      peer: "effection",
      ours,
      theirs: peer("effection"),
      goal: 200,
      version: () => packageVersion("effection"),
    },
  ],
};
