// What the lab may do to a task, to put a program to the test.

import type { Party } from "./host.js";
import type { Task } from "./task.js";

export function partyOf(task: Task): Party {
  return new TaskParty(task);
}

/** One is made for each operation that is announced, so that it is as small as can be. */
class TaskParty implements Party {
  readonly #task: Task;

  constructor(task: Task) {
    this.#task = task;
  }

  harm(how: "cancel" | "exhaust" | "wake"): void {
    const task = this.#task;
    if (task.isDone) return;
    task.told("chaos", { how });
    if (how === "cancel") task.cancel("chaos");
    else if (how === "wake") task.notify();
    else if (task.cancellation === undefined) task.pollsLeft = 0;
  }

  get holds(): readonly string[] {
    return heldBy(this.#task);
  }
}

/** The kinds of the obligations that a task has not resolved. */
export function heldBy(task: Task): readonly string[] {
  const kinds: string[] = [];
  for (let one = task.held; one !== undefined; one = one.next) kinds.push(one.kind);
  return kinds;
}
