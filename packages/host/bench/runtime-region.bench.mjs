// A region with one finalizer, against Effect's scope.

import { packageVersion } from "../../../tools/bench/report.mjs";

const here = (name) => new URL(`${name}.mjs`, import.meta.url);

export const plan = {
  title: "a region that is opened, has a finalizer, and is closed",
  kind: "tasks",
  unit: "us/region",
  rounds: 15,
  comparisons: [
    {
      peer: "effect",
      ours: here("region"),
      theirs: here("../../../tools/bench/peers/effect-scope"),
      version: () => packageVersion("effect"),
    },
  ],
};
