// Requests by a `fetch`, 16 at a time, of a server in another process.

import { fork } from "node:child_process";
import { fileURLToPath } from "node:url";

const AT_ONCE = 16;
const server = fileURLToPath(new URL("fetch-upstream.mjs", import.meta.url));

/** `make` is told the origin and gives a fetch. */
export async function fetching(make) {
  const child = fork(server);
  process.once("exit", () => child.kill());
  const port = await new Promise((resolve) => child.once("message", resolve));
  const origin = `http://127.0.0.1:${port}`;
  const send = make(origin);
  return {
    async batch(count) {
      let left = count;
      let done = 0;
      const work = async () => {
        while (left-- > 0) {
          const response = await send(`${origin}/items?n=${left}`);
          if ((await response.text()).length === 100) done++;
        }
      };
      await Promise.all(Array.from({ length: AT_ONCE }, work));
      return done;
    },
  };
}
