// Programs in every order, for tests: what fails is cut to what is needed, kept, and told with the
// command that shows it again.

import { exploreExecutions, type Exploration, type ExplorationOptions } from "./explore/explore.js";
import { STUCK_STEP, type LabExecution, type LabProgram } from "./lab-execution.js";
import { makeCrashPack, packText, type PackOptions, type PackStore } from "./packs/crash-pack.js";
import { DEFAULT_SEED, executionOf, replay, type LabOptions } from "./play.js";
import { shellWord } from "./shell-word.js";

/** What the seed chooses has no place where everything is tried. */
export type SearchOptions = Omit<LabOptions, "chaos" | "strategy"> &
  Omit<ExplorationOptions, "stopAtViolation">;

export interface ExploreOptions extends SearchOptions, PackOptions {
  /** Where what is needed to see a failure again is kept. */
  readonly packs?: PackStore;
}

/** A program failed in some order: which one, and how to see it again. */
export class ExplorationFailed extends Error {
  readonly exploration: Exploration;
  readonly schedule: readonly string[];

  constructor(
    exploration: Exploration,
    failure: string,
    schedule: readonly string[],
    replayCommand: string,
  ) {
    super(`${failure}\n  after ${exploration.executions} orders; ${replayCommand}`);
    this.name = "ExplorationFailed";
    this.exploration = exploration;
    this.schedule = schedule;
  }
}

/** Runs a program in every order that makes a difference, and says what was found. */
export function search(program: LabProgram, options: SearchOptions = {}): Promise<Exploration> {
  return exploreExecutions(() => executionOf(program, options, false), allOrders(options));
}

function allOrders(options: SearchOptions): ExplorationOptions {
  return { ...options, stopAtViolation: true };
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
  let last: LabExecution | undefined;
  const found = await exploreExecutions(
    () => (last = executionOf(program, options, false)),
    allOrders(options),
  );
  const [violation] = found.violations;
  if (violation === undefined) return found;
  // Each run of it would have to be stopped again.
  const isStuck = violation.message.startsWith(STUCK_STEP);
  const schedule = isStuck
    ? violation.schedule
    : await shrink(program, violation.schedule, options);
  const command = await commandFor(program, schedule, options);
  const lines = (last?.stuckLines ?? []).map((line) => `\n    ${line}`).join("");
  throw new ExplorationFailed(found, `${violation.message}${lines}`, schedule, command);
}

/**
 * What of a schedule is needed for the program to fail as it did: its shortest beginning, and of that
 * whatever can be left out, in ever smaller pieces (Zeller and Hildebrandt, 2002). Where the schedule
 * says nothing, whoever comes first goes on.
 */
export async function shrink(
  program: LabProgram,
  schedule: readonly string[],
  options: LabOptions = {},
): Promise<readonly string[]> {
  const violationOf = async (choices: readonly string[]): Promise<string | undefined> =>
    (await replay(program, choices, options)).violation;
  const wanted = await violationOf(schedule);
  const fails = async (choices: readonly string[]): Promise<boolean> =>
    (await violationOf(choices)) === wanted;
  if (wanted === undefined) return schedule;
  let length = 0;
  while (length < schedule.length && !(await fails(schedule.slice(0, length)))) length++;
  let kept = schedule.slice(0, length);
  let tries = MOST_TRIES;
  for (let size = kept.length >> 1; size > 0; size >>= 1)
    for (let at = 0; at + size <= kept.length && tries > 0; tries--) {
      const shorter = [...kept.slice(0, at), ...kept.slice(at + size)];
      if (await fails(shorter)) kept = shorter;
      else at += size;
    }
  return kept;
}

/** Runs that leaving out may take. */
const MOST_TRIES = 500;

/** One line that shows it again: of a shell if the program has a name, else of a test. */
async function commandFor(
  program: LabProgram,
  schedule: readonly string[],
  options: ExploreOptions,
): Promise<string> {
  const { name, seed = DEFAULT_SEED, packs } = options;
  if (packs !== undefined) {
    const pack = await makeCrashPack(program, schedule, options, packs);
    packs.save(packs.pathOf(pack.fingerprint), packText(pack, packs.sha256));
    return pack.replayCommand;
  }
  if (name === undefined) return `replay(program, "${schedule.join(" ")}".split(" "))`;
  const choices = schedule.length === 0 ? "" : ` --schedule ${schedule.join(",")}`;
  const blocking = options.blocking === "queued" ? " --blocking queued" : "";
  return `wirewall lab replay ${shellWord(name)} --seed ${seed}${blocking}${choices}`;
}
