// Pipelined load from a process of its own.

import { Child } from "../worker/child.mjs";

/** So many requests per write on so many connections for so many seconds. */
export function pipelined({ connections, depth, seconds, expected }) {
  const child = new Child("pipelined-load.mjs", "the load generator");
  return {
    async run(port, name) {
      const found = await child.ask("load", { port, connections, depth, seconds, expected });
      if (found.fault !== undefined) throw new Error(`${name}: ${found.fault}`);
      return found;
    },
    stop: () => child.stop(),
  };
}
