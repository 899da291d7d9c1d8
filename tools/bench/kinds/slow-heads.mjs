// Ten thousand connections whose heads never end: what they cost, when they end, and whether others
// are served meanwhile.

import { readFileSync } from "node:fs";
import { Child } from "../worker/child.mjs";
import { watchMemory } from "../worker/watch-memory.mjs";
import { median } from "../statistics.mjs";

const MiB = 1_048_576;
const SPARE_FILES = 500;

/** Why so many connections cannot be opened here, or undefined. */
export function tooFewFiles(count) {
  if (process.platform !== "linux") return undefined;
  const [, , hard] = /Max open files\s+(\S+)\s+(\S+)/.exec(
    readFileSync("/proc/self/limits", "utf8"),
  ) ?? [undefined, "0", "0"];
  if (hard === "unlimited" || Number(hard) >= count + SPARE_FILES) return undefined;
  return `${count} connections need a limit of ${count + SPARE_FILES} open files, here it is ${hard} (ulimit -n)`;
}

/** Holds them, and says what came of it. */
export async function holdSlowHeads({ url, expected, count, deadlineMs, maxGrowthMiB, say }) {
  const server = new Child("server.mjs", "wirewall", { execArgv: ["--expose-gc"] });
  const slow = new Child("slow-heads.mjs", "the slow connections");
  const fresh = new Child("fresh-requests.mjs", "the fresh requests");
  try {
    const { port } = await server.ask("start", { url, options: {} });
    await fresh.ask("begin", { port, expected });
    await new Promise((resolve) => setTimeout(resolve, 2_000));
    const idle = await server.ask("memory");
    const watch = watchMemory(server);
    const addresses =
      process.platform === "linux"
        ? Array.from({ length: 8 }, (_, at) => `127.0.0.${at + 2}`)
        : ["127.0.0.1"];
    say(`opening ${count} connections`);
    const began = performance.now();
    const open = await slow.ask("open", { port, count, addresses });
    const openedMs = performance.now() - began;
    say(`${open} are open after ${Math.round(openedMs)} ms`);
    const ended = await slow.ask("ended");
    const { latencies, failures } = await fresh.ask("finish");
    const peak = await watch.stop();
    return figuresOf({
      ended,
      open,
      idle,
      peak,
      latencies,
      failures,
      count,
      deadlineMs,
      maxGrowthMiB,
    });
  } finally {
    for (const child of [slow, fresh, server]) child.stop();
  }
}

function figuresOf({
  ended,
  open,
  idle,
  peak,
  latencies,
  failures,
  count,
  deadlineMs,
  maxGrowthMiB,
}) {
  const refused = ended.filter(({ status }) => status === 408);
  const faults = ended.filter(({ fault }) => fault !== undefined);
  const early = refused.filter(({ answeredMs }) => answeredMs < deadlineMs - 100);
  const lateness = refused.map(({ answeredMs }) => answeredMs - deadlineMs);
  const growth = (peak - idle) / MiB;
  const sorted = [...latencies].sort((left, right) => left - right);
  return [
    { name: "connections open at once", value: open, goal: goal(`${count}`, open === count) },
    {
      name: "ended with 408",
      value: refused.length,
      goal: goal(`${count}`, refused.length === count),
    },
    { name: "socket errors", value: faults.length },
    { name: "408 more than 100 ms before the deadline", value: early.length },
    { name: "408 after the deadline, median", value: median([...lateness, 0]), unit: "ms" },
    { name: "408 after the deadline, latest", value: Math.max(0, ...lateness), unit: "ms" },
    {
      name: "growth of resident memory, highest",
      value: growth,
      unit: "MiB",
      goal: goal(`<= ${maxGrowthMiB}`, growth <= maxGrowthMiB),
    },
    { name: "fresh requests answered", value: latencies.length },
    {
      name: "fresh requests failed",
      value: failures.length,
      goal: goal("0", failures.length === 0 && latencies.length > 0),
    },
    { name: "fresh requests, median", value: median([...latencies, 0]), unit: "ms" },
    {
      name: "fresh requests, 99 of 100 within",
      value: sorted[Math.floor(sorted.length * 0.99)] ?? 0,
      unit: "ms",
    },
  ];
}

function goal(text, met) {
  return { text, met };
}
