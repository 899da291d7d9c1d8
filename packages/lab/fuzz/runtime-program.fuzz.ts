// Invariant: a program over the primitives, in whatever order and whatever harm is done to it, loses and leaks nothing, ends, breaks no
// rule of the oracles, and goes the same way again.

import { Determinism, judgeTrace, runSeed } from "@wirewall/lab";
import { randomProgram, WORDS, type Plan, type Word } from "../test/random-program.js";

const CHAOS = [undefined, "light", "heavy"] as const;
const MOST_TASKS = 6;
const MOST_WORDS = 6;

export async function fuzz(data: Uint8Array): Promise<void> {
  if (data.length < 3) return;
  const seed = (data[0] ?? 0) * 256 + (data[1] ?? 0);
  const plan = planOf(data.subarray(2));
  const chaos = CHAOS[seed % CHAOS.length];
  const blocking = seed % 2 === 0 ? "guarded" : "queued";
  const options = { seed, blocking, ...(chaos === undefined ? undefined : { chaos }) } as const;
  const report = await runSeed(randomProgram(plan), options);
  const [broken] = report.oracleViolations;
  const violation = report.violation ?? broken?.message;
  if (violation !== undefined) throw new Error(`${JSON.stringify(plan)} ${seed}: ${violation}`);
  const again = await runSeed(randomProgram(plan), options);
  const [difference] = judgeTrace(again.events, [new Determinism(report.events)]);
  if (difference !== undefined) throw new Error(`it goes another way: ${difference.message}`);
}

/** A byte is a word, and 255 begins the next task. */
function planOf(data: Uint8Array): Plan {
  const tasks: Word[][] = [[]];
  for (const byte of data) {
    const last = tasks.at(-1) ?? [];
    if (byte === 255) {
      if (tasks.length === MOST_TASKS) break;
      tasks.push([]);
    } else if (last.length < MOST_WORDS) last.push(WORDS[byte % WORDS.length] ?? "sleep");
  }
  return tasks;
}
