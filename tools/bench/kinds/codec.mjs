// Codecs, each in a process of its own: the processes take turns, and only one of them works.

import { pairedRounds } from "../rounds.mjs";
import { Child } from "../worker/child.mjs";

const ROUND_MS = 250;
const WARM_UP_MS = 500;

/** Microseconds of CPU time per message, per round and variant. */
export async function runCodec(bench, variants, rounds, say) {
  const { inputs, roundMs = ROUND_MS } = bench.plan;
  const children = variants.map(({ name }) => new Child("codec.mjs", name));
  try {
    let expected;
    for (const [at, child] of children.entries()) {
      const read = await child.ask("load", { url: variants[at].url, inputs: inputs.href });
      expected ??= read;
      if (read.digest !== expected.digest)
        throw new Error(
          `${variants[at].name} does not read what ${variants[0].name} reads: ` +
            `${read.first} instead of ${expected.first}`,
        );
    }
    for (const child of children) await child.ask("measure", Math.min(WARM_UP_MS, roundMs * 2));
    return await pairedRounds(
      children.map((child, at) => ({
        name: variants[at].name,
        measure: () => child.ask("measure", roundMs),
      })),
      rounds,
      say,
    );
  } finally {
    for (const child of children) child.stop();
  }
}
