// Large contents over one connection of HTTP/2: the two servers take turns within each round, and
// the other side does as little as it can.

import { median } from "../statistics.mjs";
import { Child } from "../worker/child.mjs";
import { watchMemory } from "../worker/watch-memory.mjs";

const MiB = 1_048_576;

/** Figures of both directions: throughput, its ratio per round, CPU time, and memory over idle. */
export async function runTransfers({ servers, mebibytes, rounds, goals, say }) {
  const figures = [];
  for (const direction of ["download", "upload"]) {
    const found = await transfers({ servers, mebibytes, rounds, direction, say });
    figures.push(...figuresOf(direction, found, goals));
  }
  return figures;
}

async function transfers({ servers, mebibytes, rounds, direction, say }) {
  const running = [];
  const other = new Child("raw-transfer.mjs", "the other side");
  try {
    for (const { url, name } of servers) {
      const child = new Child("server.mjs", name, { execArgv: ["--expose-gc"] });
      const { port } = await child.ask("start", { url, options: { mebibytes } });
      running.push({ name, child, port, speeds: [], cpu: [], growth: 0 });
    }
    for (let round = 0; round <= rounds; round++)
      for (const server of running) {
        const idle = await server.child.ask("memory");
        const before = await server.child.ask("cpu");
        const watch = watchMemory(server.child);
        const bytes = mebibytes * MiB;
        const ms = await other.ask(direction, { port: server.port, bytes });
        const speed = mebibytes / (ms / 1_000);
        const peak = await watch.stop();
        const cpu = ((await server.child.ask("cpu")) - before) / mebibytes;
        if (round === 0) continue;
        server.speeds.push(speed);
        server.cpu.push(cpu);
        server.growth = Math.max(server.growth, (peak - idle) / MiB);
        say(`${direction} ${round}/${rounds}, ${server.name}: ${speed.toFixed(0)} MiB/s`);
      }
    return running.map(({ name, speeds, cpu, growth }) => ({ name, speeds, cpu, growth }));
  } finally {
    other.stop();
    for (const { child } of running) child.stop();
  }
}

function figuresOf(direction, [ours, theirs], { ratio, growthMiB }) {
  const ratios = ours.speeds.map((speed, round) => speed / theirs.speeds[round]);
  const middle = median(ratios);
  const spread = `${middle.toFixed(2)} [${Math.min(...ratios).toFixed(2)}-${Math.max(...ratios).toFixed(2)}]`;
  return [
    { name: `${direction}: throughput, ${ours.name}`, value: median(ours.speeds), unit: "MiB/s" },
    {
      name: `${direction}: throughput, ${theirs.name}`,
      value: median(theirs.speeds),
      unit: "MiB/s",
    },
    {
      name: `${direction}: ratio`,
      value: spread,
      goal: { text: String(ratio), met: middle >= ratio },
    },
    { name: `${direction}: CPU time, ${ours.name}`, value: median(ours.cpu), unit: "us/MiB" },
    { name: `${direction}: CPU time, ${theirs.name}`, value: median(theirs.cpu), unit: "us/MiB" },
    {
      name: `${direction}: resident memory over idle, highest`,
      value: ours.growth,
      unit: "MiB",
      goal: { text: `<= ${growthMiB}`, met: ours.growth <= growthMiB },
    },
    {
      name: `${direction}: the same, ${theirs.name}`,
      value: theirs.growth,
      unit: "MiB",
    },
  ];
}
