// What the lab may do to a task, to put a program to the test.

import type { Party } from "./host.js";
import type { Task } from "./task.js";

export function partyOf(task: Task): Party {
  return {
    harm(how) {
      if (task.isDone) return;
      task.told("chaos", { how });
      if (how === "cancel") task.cancel("chaos");
      else if (how === "wake") task.notify();
      else if (task.cancellation === undefined) task.pollsLeft = 0;
    },
    get holds() {
      return heldBy(task);
    },
  };
}

/** The kinds of the obligations that a task has not resolved. */
export function heldBy(task: Task): readonly string[] {
  const kinds: string[] = [];
  for (let one = task.held; one !== undefined; one = one.next) kinds.push(one.kind);
  return kinds;
}
