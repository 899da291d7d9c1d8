// A promise of somebody else as something that a task can wait for.

import { taskOf, type Cx } from "./cx.js";
import type { Task } from "./task.js";
import { announce, until } from "./waiting.js";

/**
 * Waits for a promise that the runtime did not make. A cancel request ends the wait, and what the promise
 * stands for goes on without it. In the lab the promise has to be settled by another task's step, or
 * by time.
 *
 * @param resource what settles it in the lab, such as `connection:3`.
 * @throws Cancelled, or whatever the promise is rejected with.
 */
export async function fromPromise<T>(
  cx: Cx,
  promise: PromiseLike<T>,
  resource = "foreign",
): Promise<T> {
  const task = taskOf(cx);
  task.checkpoint();
  const settled = new Settled<T>(task, promise);
  const isSettled = (): boolean => settled.isSettled;
  const announced = announce(task, "await", resource, "write", isSettled);
  if (announced === undefined) await until(task, isSettled);
  else await announced;
  if (!settled.isSettled) task.stopIfDue();
  return promise;
}

class Settled<T> {
  isSettled = false;

  constructor(task: Task, promise: PromiseLike<T>) {
    const settle = (): void => {
      this.isSettled = true;
      if (task.machine.host.point === undefined) task.notify();
    };
    promise.then(settle, settle);
  }
}
