// Runs one bench: leaves out what cannot run here, and turns costs per round into ratios.

import { runCodec } from "./kinds/codec.mjs";
import { runIdleMemory } from "./kinds/idle-memory.mjs";
import { runServers } from "./kinds/servers.mjs";
import { runTasks } from "./kinds/tasks.mjs";
import { missing } from "./programs.mjs";
import { lowest, median, ratios, spread } from "./statistics.mjs";

const KINDS = {
  codec: runCodec,
  "idle-memory": runIdleMemory,
  servers: runServers,
  tasks: runTasks,
};

/** Rounds that a figure needs to be quoted. */
export const LEAST_ROUNDS = 7;

/**
 * What came out: `comparisons` with their ratios or `figures` without a peer, what was `skipped`
 * and why, and the `failure` if there was one.
 */
export async function runBench(bench, options, note) {
  const { name, plan } = bench;
  const result = { bench, comparisons: [], figures: undefined, skipped: [], failure: undefined };
  const lacking = missing(plan.needs ?? []) ?? plan.lacking?.();
  if (lacking !== undefined) {
    result.skipped.push({ peer: undefined, reason: lacking });
    return result;
  }
  const say = (text) => note(`${name}: ${text}`);
  try {
    if (plan.kind === "figures") {
      result.figures = await plan.run({ say, seconds: options.seconds });
      return result;
    }
    const comparisons = [];
    for (const comparison of plan.comparisons) {
      if (options.peer !== undefined && comparison.peer !== options.peer) continue;
      const reason = missing(comparison.needs ?? []);
      if (reason === undefined) comparisons.push(comparison);
      else result.skipped.push({ peer: comparison.peer, reason });
    }
    const rounds = options.rounds ?? plan.rounds ?? LEAST_ROUNDS;
    const runs = [];
    for (let repeat = 0; repeat < options.repeat && comparisons.length > 0; repeat++) {
      if (options.repeat > 1) say(`run ${repeat + 1} of ${options.repeat}`);
      runs.push(await runOnce(bench, comparisons, rounds, say));
    }
    for (let at = 0; runs.length > 0 && at < comparisons.length; at++)
      result.comparisons.push({
        ...lowest(runs.map((run) => run[at])),
        medians: runs.map((run) => run[at].ratio.median),
      });
  } catch (error) {
    result.failure = error instanceof Error ? error.message : String(error);
  }
  return result;
}

async function runOnce(bench, comparisons, rounds, say) {
  const variants = variantsOf(comparisons);
  const costs = await KINDS[bench.plan.kind](bench, variants, rounds, say);
  return comparisons.map((comparison) => {
    const ours = costs[variants.findIndex(({ url }) => url === comparison.ours.href)];
    const theirs = costs[variants.findIndex(({ url }) => url === comparison.theirs.href)];
    return {
      comparison,
      rounds,
      ratio: spread(ratios(ours, theirs)),
      ours: median(ours),
      theirs: median(theirs),
      date: new Date().toISOString(),
    };
  });
}

/** Each module once, though several comparisons may name it. */
function variantsOf(comparisons) {
  const variants = new Map();
  for (const { ours, theirs, peer, oursName = "wirewall" } of comparisons) {
    if (!variants.has(ours.href)) variants.set(ours.href, { url: ours.href, name: oursName });
    if (!variants.has(theirs.href)) variants.set(theirs.href, { url: theirs.href, name: peer });
  }
  return [...variants.values()];
}
