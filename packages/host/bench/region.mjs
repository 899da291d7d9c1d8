// A region is opened, runs a finalizer, and is closed.

import { nodeHost } from "@wirewall/host";
import { run } from "@wirewall/runtime";

export function create() {
  return {
    async batch(count) {
      let sum = 0;
      await run(nodeHost(), async (cx) => {
        for (let n = 0; n < count; n++)
          await cx.withRegion({}, (region) =>
            region.defer(() => {
              sum++;
            }),
          );
      });
      return sum;
    },
  };
}
