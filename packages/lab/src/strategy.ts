// Who goes on, where not every order can be tried.

import type { Random } from "./random.js";

export type Strategy = "random" | "pct";

/** Chooses one of those who can go on. */
export type Choose = (tasks: readonly string[], step: number) => string | undefined;

/** Points at which the most urgent task becomes the least urgent. */
const CHANGES = 2;
/** Steps within which they lie. */
const EXPECTED_STEPS = 1_000;

export function chooserOf(strategy: Strategy, random: Random): Choose {
  return strategy === "pct" ? byPriority(random) : (tasks) => tasks[random.below(tasks.length)];
}

/**
 * Every task has a random priority, and the highest goes on until it cannot, but for a few points at
 * which it is put last (probabilistic concurrency testing, Burckhardt et al., 2010): a fault that needs
 * three orders of steps is met with a known probability, however many other steps there are.
 */
function byPriority(random: Random): Choose {
  const priorities = new Map<string, number>();
  const changes = new Map<number, number>();
  for (let change = 0; change < CHANGES; change++)
    changes.set(random.below(EXPECTED_STEPS), -1 - change);
  return (tasks, step) => {
    let chosen: string | undefined;
    let most = -Infinity;
    for (const task of tasks) {
      let priority = priorities.get(task);
      if (priority === undefined) priorities.set(task, (priority = random.below(2 ** 30)));
      if (priority > most) [chosen, most] = [task, priority];
    }
    const lowered = changes.get(step);
    if (chosen !== undefined && lowered !== undefined) priorities.set(chosen, lowered);
    return chosen;
  };
}
