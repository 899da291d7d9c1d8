// One run of a program: by a seed, or as it went before.

import type { IoGrants, Outcome } from "@wirewall/runtime";
import type { TraceEvent } from "@wirewall/trace";
import { Chaos, type ChaosPreset, type ChaosRates } from "./chaos.js";
import {
  FOREIGN_AWAIT,
  LabExecution,
  type AmbientGuard,
  type Blocking,
  type Judge,
  type LabProgram,
  type StepWatchdog,
} from "./lab-execution.js";
import type { Oracle } from "./oracles/oracle.js";
import { standardOracles, type OracleViolation } from "./oracles/standard.js";
import { Random } from "./random.js";
import { chooserOf, type Choose, type Strategy } from "./strategy.js";

export const DEFAULT_SEED = 42;
export const DEFAULT_STEPS = 100_000;
const FUTURELOCK_STEPS = 10_000;

export interface LabOptions {
  /** The module of the program and what it exports, such as `test/pool.lab.js#drain`. */
  readonly name?: string;
  readonly seed?: number;
  readonly maxSteps?: number;
  /** What is wrong with an outcome; without it everything but "ok" is. */
  readonly judge?: Judge;
  /** "guarded" if nothing is said; "queued" puts the queues of the primitives to the test. */
  readonly blocking?: Blocking;
  /** Faults that nobody planned for; what is then wrong is only a panic, or a broken rule. */
  readonly chaos?: ChaosPreset | ChaosRates;
  /** Who goes on where the seed chooses; "random" if nothing is said. */
  readonly strategy?: Strategy;
  /** Steps for which a task that holds something may not go on; 10,000 if nothing is said. */
  readonly futurelockSteps?: number;
  /** Finds the lines of a foreign await, such as `awaitTracer()` of `@wirewall/host`. */
  readonly awaits?: { begin(): () => readonly string[] };
  /** What the program may reach through its context; nothing if nothing is said. */
  readonly io?: IoGrants;
  /** Makes what is not the host's throw, such as `ambientGuard()` of `@wirewall/host`. */
  readonly guard?: AmbientGuard;
  /** Ends a step that does not return, such as `stepWatchdog()` of `@wirewall/host`. */
  readonly watchdog?: StepWatchdog;
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
  /** Where something is awaited that the lab does not know, or where a step was stopped, the innermost first. */
  readonly awaits: readonly string[];
}

/** Runs a program once; the seed chooses who goes on. */
export function runSeed(program: LabProgram, options: LabOptions = {}): Promise<LabReport> {
  const random = new Random(options.seed ?? DEFAULT_SEED);
  return play(program, options, chooserOf(options.strategy ?? "random", random));
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

/** Who is harmed may fail, and may not panic. */
function noPanic(outcome: Outcome<unknown>): string | undefined {
  return outcome.type === "panicked" ? onlyOk(outcome) : undefined;
}

/** Everything but "ok" is wrong. */
export function onlyOk(outcome: Outcome<unknown>): string | undefined {
  if (outcome.type === "ok") return undefined;
  if (outcome.type === "cancelled") return `cancelled: ${outcome.reason.kind}`;
  const { error } = outcome;
  return `${outcome.type}: ${error instanceof Error ? error.message : typeof error}`;
}

async function play(program: LabProgram, options: LabOptions, choose: Choose): Promise<LabReport> {
  const { maxSteps = DEFAULT_STEPS } = options;
  const execution = executionOf(program, options);
  const schedule: string[] = [];
  while (schedule.length < maxSteps) {
    const tasks = execution
      .pending()
      .filter(({ isEnabled }) => isEnabled)
      .map(({ task }) => task);
    const chosen = tasks.length === 0 ? undefined : choose(tasks, schedule.length);
    if (chosen === undefined) break;
    schedule.push(chosen);
    await execution.step(chosen);
  }
  const violation = await execution.finish();
  const { outcome, events, waiting } = execution;
  const oracleViolations = execution.broken();
  const isForeign = violation?.startsWith(FOREIGN_AWAIT) === true;
  const awaits = isForeign ? await linesOf(program, schedule, options) : execution.stuckLines;
  return { outcome, violation, oracleViolations, schedule, events, waiting, awaits };
}

export function executionOf(
  program: LabProgram,
  options: LabOptions,
  keepsEvents = true,
): LabExecution {
  const { seed = DEFAULT_SEED, chaos, guard, futurelockSteps = FUTURELOCK_STEPS } = options;
  return new LabExecution(program, {
    seed,
    judge: options.judge ?? (chaos === undefined ? onlyOk : noPanic),
    oracles: (options.oracles ?? standardOracles)(),
    keepsEvents,
    blocking: options.blocking,
    chaos: chaos === undefined ? undefined : new Chaos(chaos, seed),
    guard,
    watchdog: options.watchdog,
    io: options.io,
    futurelockSteps,
  });
}

/** The same run once more, whose last step is looked at. */
async function linesOf(
  program: LabProgram,
  schedule: readonly string[],
  options: LabOptions,
): Promise<readonly string[]> {
  const last = schedule.at(-1);
  if (options.awaits === undefined || last === undefined) return [];
  const execution = executionOf(program, options);
  for (const task of schedule.slice(0, -1)) await execution.step(task);
  const end = options.awaits.begin();
  await execution.step(last);
  return end();
}
