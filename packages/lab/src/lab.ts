// Programs in the lab: run once by a seed, run in every order, or run again as they went before.

import type { Outcome } from "@wirewall/runtime";
import type { TraceEvent } from "@wirewall/trace";
import { exploreExecutions, type Exploration, type ExplorationOptions } from "./explore/explore.js";
import { LabExecution, type Judge, type LabProgram } from "./lab-execution.js";
import { Random } from "./random.js";

export interface LabOptions {
  readonly seed?: number;
  readonly maxSteps?: number;
  /** What is wrong with an outcome; without it everything but "ok" is. */
  readonly judge?: Judge;
}

export interface LabReport {
  readonly outcome: Outcome<unknown> | undefined;
  readonly violation: string | undefined;
  /** The task of each step. */
  readonly schedule: readonly string[];
  readonly events: readonly TraceEvent[];
}

/** Runs a program once; the seed chooses who goes on. */
export function runSeed(program: LabProgram, options: LabOptions = {}): Promise<LabReport> {
  const random = new Random(options.seed ?? 42);
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

/** A program failed in some order: which one, and how to see it again. */
export class ExplorationFailed extends Error {
  readonly exploration: Exploration;
  readonly schedule: readonly string[];

  constructor(exploration: Exploration, message: string, schedule: readonly string[]) {
    super(
      `${message}\n  after ${exploration.executions} orders; replay(program, "${schedule.join(" ")}".split(" "))`,
    );
    this.name = "ExplorationFailed";
    this.exploration = exploration;
    this.schedule = schedule;
  }
}

export type ExploreOptions = LabOptions & Omit<ExplorationOptions, "stopAtViolation">;

/** Runs a program in every order that makes a difference, and says what was found. */
export function search(program: LabProgram, options: ExploreOptions = {}): Promise<Exploration> {
  const { seed = 42, judge = onlyOk } = options;
  return exploreExecutions(() => new LabExecution(program, seed, false, judge), {
    ...options,
    stopAtViolation: true,
  });
}

/**
 * The same for a test: it passes if all orders hold.
 *
 * @throws ExplorationFailed with the shortest schedule that is needed to see it again.
 */
export async function explore(
  program: LabProgram,
  options: ExploreOptions = {},
): Promise<Exploration> {
  const found = await search(program, options);
  const [violation] = found.violations;
  if (violation === undefined) return found;
  const schedule = await shrink(program, violation.schedule, options);
  throw new ExplorationFailed(found, violation.message, schedule);
}

/** The shortest beginning of a schedule after which the program fails, however it goes on. */
export async function shrink(
  program: LabProgram,
  schedule: readonly string[],
  options: LabOptions = {},
): Promise<readonly string[]> {
  for (let length = 0; length < schedule.length; length++) {
    const shorter = schedule.slice(0, length);
    if ((await replay(program, shorter, options)).violation !== undefined) return shorter;
  }
  return schedule;
}

async function play(
  program: LabProgram,
  { seed = 42, maxSteps = 100_000, judge = onlyOk }: LabOptions,
  choose: (tasks: readonly string[]) => string | undefined,
): Promise<LabReport> {
  const execution = new LabExecution(program, seed, true, judge);
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
  return { outcome: execution.outcome, violation, schedule, events: execution.events };
}

function onlyOk(outcome: Outcome<unknown>): string | undefined {
  if (outcome.type === "ok") return undefined;
  if (outcome.type === "cancelled") return `cancelled: ${outcome.reason.kind}`;
  const { error } = outcome;
  return `${outcome.type}: ${error instanceof Error ? error.message : typeof error}`;
}
