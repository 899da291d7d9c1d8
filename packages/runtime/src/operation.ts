// Own primitives: whatever tasks share and the lab is to try in every order.

import { taskOf, type Cx } from "./cx.js";
import type { Access } from "./host.js";
import { announce } from "./waiting.js";

/**
 * A point at which the task is about to do something; the caller then does it at once. Live it is a
 * checkpoint and nothing more, so `canGo` must not be relied on there.
 *
 * @throws Cancelled if the task has to stop here.
 */
export async function operation(
  cx: Cx,
  name: string,
  resource: string,
  access: Access,
  canGo?: () => boolean,
  reads?: readonly string[],
): Promise<void> {
  const task = taskOf(cx);
  task.checkpoint();
  const announced = announce(task, name, resource, access, canGo, reads);
  if (announced === undefined) return;
  await announced;
  task.stopIfDue();
}
