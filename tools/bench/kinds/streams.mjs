// Large contents through a gateway whose receiver is slower than its sender: how much memory it
// takes over idle, and how much CPU time per MiB.

import { Child } from "../worker/child.mjs";
import { watchMemory } from "../worker/watch-memory.mjs";

const MiB = 1_048_576;
const WARM_REQUESTS = 500;
const STREAM_MS = 300_000;

/** One way: `"down"` to a slow client, or `"up"` to a slow upstream. */
export async function streamThrough({ url, way, count, pace, maxGrowthMiB, say }) {
  const upstream = new Child("stream-upstream.mjs", "the upstream");
  const gateway = new Child("server.mjs", "wirewall", { execArgv: ["--expose-gc"] });
  const client = new Child("stream-client.mjs", "the client");
  try {
    const { port: behind } = await upstream.ask("start");
    const { port } = await gateway.ask("start", { url, options: { upstream: behind } });
    await client.ask("warm", { port, requests: WARM_REQUESTS });
    await upstream.ask("pace", way === "up" ? pace : 0);
    const idle = await gateway.ask("memory");
    const cpu = await gateway.ask("cpu");
    const watch = watchMemory(gateway);
    say(`${way}: ${count / MiB} MiB at ${pace / MiB} MiB/s`);
    const ms = await client.ask(way, { port, count, pace }, STREAM_MS);
    const peak = await watch.stop();
    const spent = (await gateway.ask("cpu")) - cpu;
    if (way === "up") {
      const received = await upstream.ask("received");
      if (received !== count) throw new Error(`the upstream got ${received} of ${count} bytes`);
    }
    const growth = (peak - idle) / MiB;
    return [
      { name: `${way}: sent and received`, value: count / MiB, unit: "MiB" },
      {
        name: `${way}: resident memory over idle, highest`,
        value: growth,
        unit: "MiB",
        goal: { text: `<= ${maxGrowthMiB}`, met: growth <= maxGrowthMiB },
      },
      {
        name: `${way}: throughput, set by the receiver`,
        value: count / MiB / (ms / 1_000),
        unit: "MiB/s",
      },
      { name: `${way}: CPU time of the gateway`, value: spent / (count / MiB), unit: "us/MiB" },
    ];
  } finally {
    for (const child of [client, gateway, upstream]) child.stop();
  }
}
