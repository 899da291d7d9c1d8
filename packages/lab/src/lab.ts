// Programs in every order, for tests: what fails is cut to what is needed, kept, and told with the
// command that shows it again.

import { exploreExecutions, type Exploration, type ExplorationOptions } from "./explore/explore.js";
import { LabExecution, type LabProgram } from "./lab-execution.js";
import { standardOracles } from "./oracles/standard.js";
import { makeCrashPack, packText, type PackStore } from "./packs/crash-pack.js";
import { DEFAULT_SEED, onlyOk, replay, type LabOptions } from "./play.js";
import { shellWord } from "./shell-word.js";

export type SearchOptions = LabOptions & Omit<ExplorationOptions, "stopAtViolation">;

export interface ExploreOptions extends SearchOptions {
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
  const { seed = DEFAULT_SEED, judge = onlyOk, oracles = standardOracles } = options;
  return exploreExecutions(
    () =>
      new LabExecution(program, {
        seed,
        judge,
        oracles: oracles(),
        keepsEvents: false,
        blocking: options.blocking,
      }),
    { ...options, stopAtViolation: true },
  );
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
  const command = await commandFor(program, schedule, options);
  throw new ExplorationFailed(found, violation.message, schedule, command);
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
