// How a task waits: in the order of arrival, and never past a cancel request. Who is cancelled leaves
// the queue, and what had been given to it goes to the next.

import type { Micros } from "@wirewall/trace";
import type { Access } from "./host.js";
import type { Task } from "./task.js";

/** Lab only: tells what is about to be done, and waits until it may. */
export function announce(
  task: Task,
  name: string,
  resource: string,
  access: Access,
  canGo?: () => boolean,
  reads?: readonly string[],
): Promise<void> | undefined {
  const { host } = task.machine;
  if (host.point === undefined) return undefined;
  const op = {
    task: task.id,
    name,
    resource,
    access,
    ...(reads === undefined ? undefined : { reads }),
    stops: () => task.mustStop,
  };
  return host.point(canGo === undefined ? op : { ...op, enabled: () => task.mustStop || canGo() });
}

/** Lets others run. */
export async function pause(task: Task): Promise<void> {
  task.checkpoint();
  const announced = announce(task, "yield", `task:${task.id}`, "read");
  if (announced !== undefined) await announced;
  else {
    task.yields();
    await task.park();
  }
  task.stopIfDue();
}

export async function sleepUntil(task: Task, at: Micros): Promise<void> {
  task.checkpoint();
  const { timers, host } = task.machine;
  let isOver = false;
  const timer = timers.set(at, () => {
    isOver = true;
    task.notify();
  });
  try {
    const announced = announce(task, "sleep", `timer:${task.id}`, "write", () => host.now() >= at);
    if (announced !== undefined) await announced;
    else await until(task, () => isOver);
    task.stopIfDue();
  } finally {
    timers.clear(timer);
  }
}

/** Waits until `isThere`; a cancel request that is not masked ends it too. */
export async function until(task: Task, isThere: () => boolean): Promise<void> {
  if (isThere()) return;
  const timer = task.deadlineTimer();
  try {
    while (!isThere() && !task.mustStop) await task.park();
  } finally {
    if (timer !== undefined) task.machine.timers.clear(timer);
  }
}

/** One who waits in a queue. */
export class Waiter {
  readonly task: Task;
  isGranted = false;
  previous: Waiter | undefined;
  next: Waiter | undefined;

  constructor(task: Task) {
    this.task = task;
  }
}

export class WaitQueue {
  #first: Waiter | undefined;
  #last: Waiter | undefined;
  #count = 0;

  get count(): number {
    return this.#count;
  }

  /** Those who will not leave it for a cancel request. */
  get liveCount(): number {
    let count = 0;
    for (let one = this.#first; one !== undefined; one = one.next) if (!one.task.mustStop) count++;
    return count;
  }

  /**
   * Waits in turn until granted.
   *
   * @throws Cancelled if the task has to stop before; it has left the queue by then.
   */
  async wait(task: Task): Promise<void> {
    const waiter = new Waiter(task);
    this.#add(waiter);
    await until(task, () => waiter.isGranted);
    if (waiter.isGranted) return;
    this.#remove(waiter);
    task.stopIfDue();
  }

  /** Grants the first, if there is one. */
  grant(): boolean {
    const first = this.#first;
    if (first === undefined) return false;
    this.#remove(first);
    first.isGranted = true;
    first.task.notify();
    return true;
  }

  grantAll(): void {
    while (this.grant());
  }

  #add(waiter: Waiter): void {
    waiter.previous = this.#last;
    if (this.#last === undefined) this.#first = waiter;
    else this.#last.next = waiter;
    this.#last = waiter;
    this.#count++;
  }

  #remove(waiter: Waiter): void {
    if (waiter.previous === undefined) this.#first = waiter.next;
    else waiter.previous.next = waiter.next;
    if (waiter.next === undefined) this.#last = waiter.previous;
    else waiter.next.previous = waiter.previous;
    waiter.previous = waiter.next = undefined;
    this.#count--;
  }
}
