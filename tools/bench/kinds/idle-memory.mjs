// Memory per idle connection: a fresh process each time, some connections to warm it up, collect,
// read; many more connections with one request each, collect, read; the difference per connection.

import { pairedRounds } from "../rounds.mjs";
import { Child } from "../worker/child.mjs";

const WARM = 50;
const MORE = 1_000;

/** KiB of resident memory per idle connection, per round and variant. */
export function runIdleMemory(bench, variants, rounds, say) {
  const measured = variants.map(({ url, name }) => ({
    name,
    measure: () => idleKiB(url, name, bench.plan),
  }));
  return pairedRounds(measured, rounds, say);
}

async function idleKiB(url, name, plan) {
  const { warm = WARM, more = MORE, expected, clients: kind = "idle-connections.mjs" } = plan;
  const server = new Child("server.mjs", name, { execArgv: ["--expose-gc"] });
  const clients = new Child(kind, "the connections");
  try {
    const { port } = await server.ask("start", { url, options: {} });
    await clients.ask("open", { port, count: warm, expected });
    const before = await server.ask("memory");
    await clients.ask("open", { port, count: more, expected });
    const after = await server.ask("memory");
    const open = await clients.ask("count");
    if (open !== warm + more)
      throw new Error(`${name}: ${warm + more - open} of ${warm + more} connections were closed`);
    return (after - before) / more / 1_024;
  } finally {
    clients.stop();
    server.stop();
  }
}
