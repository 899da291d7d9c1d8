// Asynchronous work, many times one after the other: each variant in a process of its own, in turns.

import { pairedRounds } from "../rounds.mjs";
import { Child } from "../worker/child.mjs";

const ROUND_MS = 200;

/** Microseconds of CPU time per piece of work, per round and variant. */
export async function runTasks(_bench, variants, rounds, say) {
  const children = variants.map(({ name }) => new Child("tasks.mjs", name));
  try {
    for (const [at, child] of children.entries()) {
      await child.ask("load", { url: variants[at].url });
      await child.ask("measure", 2 * ROUND_MS);
    }
    return await pairedRounds(
      children.map((child, at) => ({
        name: variants[at].name,
        measure: () => child.ask("measure", ROUND_MS),
      })),
      rounds,
      say,
    );
  } finally {
    for (const child of children) child.stop();
  }
}
