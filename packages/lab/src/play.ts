// One run of a program: by a seed, or as it went before.

import type { Outcome } from "@wirewall/runtime";
import type { TraceEvent } from "@wirewall/trace";
import { LabExecution, type Judge, type LabProgram } from "./lab-execution.js";
import type { Oracle } from "./oracles/oracle.js";
import { standardOracles, type OracleViolation } from "./oracles/standard.js";
import { Random } from "./random.js";

export const DEFAULT_SEED = 42;
export const DEFAULT_STEPS = 100_000;

export interface LabOptions {
  /** The module of the program and what it exports, such as `test/pool.lab.js#drain`. */
  readonly name?: string;
  readonly seed?: number;
  readonly maxSteps?: number;
  /** What is wrong with an outcome; without it everything but "ok" is. */
  readonly judge?: Judge;
  /** Made anew for each run; without it all that need to know nothing of the program. */
  readonly oracles?: () => readonly Oracle[];
}

export interface LabReport {
  readonly outcome: Outcome<unknown> | undefined;
  readonly violation: string | undefined;
  /** The rules of the runtime that were broken. */
  readonly oracleViolations: readonly OracleViolation[];
  /** The task of each step. */
  readonly schedule: readonly string[];
  readonly events: readonly TraceEvent[];
  /** Who waited at the end, and for what. */
  readonly waiting: readonly string[];
}

/** Runs a program once; the seed chooses who goes on. */
export function runSeed(program: LabProgram, options: LabOptions = {}): Promise<LabReport> {
  const random = new Random(options.seed ?? DEFAULT_SEED);
  return play(program, options, (tasks) => tasks[random.below(tasks.length)]);
}

/**
 * Runs a program as it went before: by the schedule as long as that lasts and can be followed, then
 * whoever comes first.
 */
export function replay(
  program: LabProgram,
  schedule: readonly string[],
  options: LabOptions = {},
): Promise<LabReport> {
  let at = 0;
  return play(program, options, (tasks) => {
    const wanted = schedule[at++];
    return wanted !== undefined && tasks.includes(wanted) ? wanted : tasks[0];
  });
}

/** Runs seeds until one fails; the number of those that did not. */
export async function sweep(
  program: LabProgram,
  seeds: number,
  options: LabOptions = {},
): Promise<{ readonly passed: number; readonly failure: LabReport | undefined }> {
  for (let seed = 0; seed < seeds; seed++) {
    const report = await runSeed(program, { ...options, seed });
    if (report.violation !== undefined) return { passed: seed, failure: report };
  }
  return { passed: seeds, failure: undefined };
}

/** Everything but "ok" is wrong. */
export function onlyOk(outcome: Outcome<unknown>): string | undefined {
  if (outcome.type === "ok") return undefined;
  if (outcome.type === "cancelled") return `cancelled: ${outcome.reason.kind}`;
  const { error } = outcome;
  return `${outcome.type}: ${error instanceof Error ? error.message : typeof error}`;
}

async function play(
  program: LabProgram,
  options: LabOptions,
  choose: (tasks: readonly string[]) => string | undefined,
): Promise<LabReport> {
  const { seed = DEFAULT_SEED, maxSteps = DEFAULT_STEPS, judge = onlyOk } = options;
  const oracles = (options.oracles ?? standardOracles)();
  const execution = new LabExecution(program, { seed, judge, oracles, keepsEvents: true });
  const schedule: string[] = [];
  while (schedule.length < maxSteps) {
    const tasks = execution
      .pending()
      .filter(({ isEnabled }) => isEnabled)
      .map(({ task }) => task);
    const chosen = tasks.length === 0 ? undefined : choose(tasks);
    if (chosen === undefined) break;
    schedule.push(chosen);
    await execution.step(chosen);
  }
  const violation = await execution.finish();
  const { outcome, events, waiting } = execution;
  const oracleViolations = execution.broken();
  return { outcome, violation, oracleViolations, schedule, events, waiting };
}
