// The runtime on Node: a task is spawned and awaited.

import { nodeHost } from "@wirewall/host";
import { run, valueOf } from "@wirewall/runtime";

const work = async () => 1;

export function create() {
  return {
    async batch(count) {
      const outcome = await run(nodeHost(), async (cx) => {
        let sum = 0;
        for (let n = 0; n < count; n++) sum += await cx.spawn(work);
        return sum;
      });
      return valueOf(outcome);
    },
  };
}
