// Every flood against two servers: how it ended, what it cost, and what an innocent client on
// another connection saw of it.

import { Child } from "../worker/child.mjs";
import { watchMemory } from "../worker/watch-memory.mjs";
import { median } from "../statistics.mjs";

const MiB = 1_048_576;
const CALM_MS = 1_500;
const ERRORS = ["NO_ERROR", "PROTOCOL_ERROR", "INTERNAL_ERROR", "FLOW_CONTROL_ERROR"];
ERRORS[0x5] = "STREAM_CLOSED";
ERRORS[0x8] = "CANCEL";
ERRORS[0x9] = "COMPRESSION_ERROR";
ERRORS[0xb] = "ENHANCE_YOUR_CALM";

/** Figures of every flood and server, one line each. */
export async function runFloods({ names, servers, seconds, say }) {
  const figures = [];
  for (const name of names)
    for (const { url, name: server } of servers) {
      const value = await flood({ url, server, name, seconds });
      say(`${name}, ${server}: ${value}`);
      figures.push({ name: `${name}, ${server}`, value });
    }
  return figures;
}

async function flood({ url, server, name, seconds }) {
  const target = new Child("server.mjs", server, { execArgv: ["--expose-gc"] });
  const attacker = new Child("flood.mjs", "the attacker");
  const other = new Child("innocent.mjs", "the innocent client");
  try {
    const { port } = await target.ask("start", { url, options: {} });
    await other.ask("begin", { port });
    await new Promise((resolve) => setTimeout(resolve, CALM_MS));
    await other.ask("noted");
    await new Promise((resolve) => setTimeout(resolve, CALM_MS));
    const before = await other.ask("noted");
    const idle = await target.ask("memory");
    const watch = watchMemory(target);
    const seen = await attacker.ask("flood", { port, name, seconds });
    const during = await other.ask("noted");
    const peak = await watch.stop();
    await other.ask("finish");
    const { most, codes } = await target.ask("report");
    return lineOf({ seen, before, during, growth: (peak - idle) / MiB, most, codes });
  } finally {
    for (const child of [other, attacker, target]) child.stop();
  }
}

function lineOf({ seen, before, during, growth, most, codes }) {
  const { opened, frames, answers, ended, errors } = seen;
  const told = Object.entries(errors).map(([error, count]) => `${ERRORS[error] ?? error} ${count}`);
  const ends = ended === 0 ? "never ended" : `${ended} of ${opened} connections ended`;
  const calm = median(before.latencies);
  const busy = during.latencies.length === 0 ? "no answer" : `${ms(median(during.latencies))}`;
  return [
    told.length === 0 ? ends : `${ends} (${told.join(", ")})`,
    codes.length === 0 ? undefined : codes.join(" "),
    `${whole(frames)} frames sent, ${whole(answers)} answered`,
    `${most} handlers at once`,
    `+${growth.toFixed(0)} MiB`,
    `innocent ${ms(calm)} before, ${busy} during`,
    during.failures === 0 ? undefined : `${during.failures} innocent requests failed`,
  ]
    .filter((part) => part !== undefined)
    .join("; ");
}

const ms = (value) => `${value.toFixed(2)} ms`;
const whole = (value) => value.toLocaleString("en-US");
