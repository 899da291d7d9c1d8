// A step of a task in the lab, with all oracles, in random order.

import { runSeed } from "@wirewall/lab";

const TASKS = 8;

export function create() {
  return {
    async batch(count) {
      let steps = 0;
      const { outcome } = await runSeed(
        (cx) => {
          for (let task = 0; task < TASKS; task++)
            cx.spawn(async (own) => {
              while (steps < count) {
                steps++;
                await own.yield();
              }
            });
        },
        { maxSteps: 2 * count + 100 },
      );
      if (outcome?.type !== "ok") throw new Error("the program did not end");
      return steps;
    },
  };
}
