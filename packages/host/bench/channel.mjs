// A value goes from one task to another through a channel with room for 16.

import { nodeHost } from "@wirewall/host";
import { Channel, run } from "@wirewall/runtime";

export function create() {
  return {
    async batch(count) {
      let sum = 0;
      await run(nodeHost(), (cx) => {
        const channel = new Channel(16);
        cx.spawn(async (own) => {
          for (let n = 0; n < count; n++) await channel.send(own, 1);
        });
        cx.spawn(async (own) => {
          for (let n = 0; n < count; n++) sum += await channel.receive(own);
        });
      });
      return sum;
    },
  };
}
