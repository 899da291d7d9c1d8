// A program that is asked to stop at each of its points, in every order with what else it does.

import { valueOf } from "@wirewall/runtime";
import type { Exploration } from "./explore/explore.js";
import { explore, type ExploreOptions } from "./lab.js";
import type { LabProgram } from "./lab-execution.js";

/** Made anew for each run. */
export interface Cancellable {
  /** What is asked to stop. */
  readonly act: LabProgram;
  /** Runs when all has ended, and throws if something is held or lost. */
  readonly after?: LabProgram;
}

/**
 * Passes if the program never panics, and `after` never throws, whenever it is asked to stop.
 *
 * @throws ExplorationFailed with the shortest schedule that shows what is wrong.
 */
export function cancelEverywhere(
  make: () => Cancellable,
  options: ExploreOptions = {},
): Promise<Exploration> {
  return explore(async (cx) => {
    const { act, after } = make();
    const region = cx.region({ judged: true, onFailure: "collect" });
    const task = region.spawn((own) => own.withRegion({}, (inner, deep) => act(deep, inner)));
    region.spawn(async (own) => {
      await own.yield();
      task.cancel();
    });
    const outcome = await task.outcome();
    await region.close();
    if (outcome.type === "panicked") valueOf(outcome);
    if (after !== undefined) await cx.withRegion({}, (inner, deep) => after(deep, inner));
  }, options);
}
