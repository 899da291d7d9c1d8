// How a task waits: in the order of arrival, and never past a cancel request. Who is cancelled leaves
// the queue, and what had been given to it goes to the next.

import type { Micros } from "@wirewall/trace";
import type { Access } from "./host.js";
import { Refused } from "./errors.js";
import type { Parked } from "./parked.js";
import { partyOf } from "./party.js";
import type { Task } from "./task.js";
import { Timer } from "./timers.js";

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
    party: partyOf(task),
    ...(reads === undefined ? undefined : { reads }),
    stops: () => task.mustStop,
  };
  return host.point(canGo === undefined ? op : { ...op, enabled: () => task.mustStop || canGo() });
}

/**
 * Before an operation: stops if that is due, tells the lab, and waits until it may act. Where queues are
 * real it may always, and waits in its queue.
 */
export function begin(
  task: Task,
  name: string,
  resource: string,
  access: Access,
  canGo?: () => boolean,
  reads?: readonly string[],
): Promise<void> | undefined {
  task.checkpoint();
  const guard = task.machine.isGuarded ? canGo : undefined;
  return announce(task, name, resource, access, guard, reads)?.then(() => task.stopIfDue());
}

/** Lets others run. */
export function pause(task: Task): Promise<void> {
  const { host } = task.machine;
  if (host.point !== undefined) return pauseInLab(task);
  return new Promise((resolve, reject) => {
    task.checkpoint();
    task.yields(new Turn(task, resolve, reject));
  });
}

class Turn implements Parked {
  readonly #task: Task;
  readonly #resolve: () => void;
  readonly #reject: (error: unknown) => void;

  constructor(task: Task, resolve: () => void, reject: (error: unknown) => void) {
    this.#task = task;
    this.#resolve = resolve;
    this.#reject = reject;
  }

  get isReady(): boolean {
    return true;
  }

  get stops(): boolean {
    return true;
  }

  resume(): void {
    goOn(this.#task, this.#resolve, this.#reject);
  }
}

/** Unless it has to stop instead. */
function goOn(task: Task, resolve: () => void, reject: (error: unknown) => void): void {
  try {
    task.stopIfDue();
    resolve();
  } catch (error) {
    reject(error);
  }
}

async function pauseInLab(task: Task): Promise<void> {
  task.checkpoint();
  await announce(task, "yield", `task:${task.id}`, "read");
  task.stopIfDue();
}

/** Many tasks sleep at once, so that a live one costs one object beside its promise. */
export function sleepUntil(task: Task, at: Micros): Promise<void> {
  const { host } = task.machine;
  if (host.point !== undefined) return sleepInLab(task, at);
  return new Promise((resolve, reject) => {
    task.checkpoint();
    task.park(new Sleeper(task, at, resolve, reject));
  });
}

class Sleeper extends Timer implements Parked {
  isReady = false;
  readonly #task: Task;
  readonly #resolve: () => void;
  readonly #reject: (error: unknown) => void;
  readonly #deadline: Timer | undefined;

  constructor(task: Task, at: Micros, resolve: () => void, reject: (error: unknown) => void) {
    super(at);
    this.#task = task;
    this.#resolve = resolve;
    this.#reject = reject;
    task.machine.timers.add(this);
    this.#deadline = task.deadlineTimer();
  }

  get stops(): boolean {
    return true;
  }

  fire(): void {
    this.isReady = true;
    this.#task.notify();
  }

  resume(): void {
    const { timers } = this.#task.machine;
    timers.clear(this);
    if (this.#deadline !== undefined) timers.clear(this.#deadline);
    goOn(this.#task, this.#resolve, this.#reject);
  }
}

async function sleepInLab(task: Task, at: Micros): Promise<void> {
  task.checkpoint();
  const { timers, host } = task.machine;
  const timer = timers.set(at, () => task.notify());
  try {
    await announce(task, "sleep", `timer:${task.id}`, "write", () => host.now() >= at);
    task.stopIfDue();
  } finally {
    timers.clear(timer);
  }
}

/** Waits until `isThere`; a cancel request that is not masked ends it too, unless it is drained. */
export function until(task: Task, isThere: () => boolean, stops = true): Promise<void> {
  return new Promise((resolve) => task.park(new Condition(task, isThere, stops, resolve)));
}

class Condition implements Parked {
  readonly stops: boolean;
  readonly #task: Task;
  readonly #isThere: () => boolean;
  readonly #resolve: () => void;
  readonly #timer: Timer | undefined;

  constructor(task: Task, isThere: () => boolean, stops: boolean, resolve: () => void) {
    this.#task = task;
    this.#isThere = isThere;
    this.stops = stops;
    this.#resolve = resolve;
    this.#timer = task.deadlineTimer();
  }

  get isReady(): boolean {
    return this.#isThere();
  }

  resume(): void {
    if (this.#timer !== undefined) this.#task.machine.timers.clear(this.#timer);
    this.#resolve();
  }
}

export interface WaitOptions {
  readonly need?: number;
  /** It waits no longer than until then. */
  readonly until?: Micros | undefined;
}

const AT_ANY_TIME: WaitOptions = {};

/** What the lab calls that it is the turn of a task. */
function turnOf(task: Task): string {
  return task.machine.host.point === undefined ? "" : `turn:${task.id}`;
}

/** One who waits in a queue. */
class Waiter implements Parked {
  readonly task: Task;
  readonly stops = true;
  /** How much it needs of what there is. */
  readonly need: number;
  isGranted = false;
  isLate = false;
  previous: Waiter | undefined = undefined;
  next: Waiter | undefined = undefined;
  readonly #queue: WaitQueue;
  readonly #resolve: () => void;
  readonly #reject: (error: unknown) => void;
  readonly #timer: Timer | undefined;
  readonly #patience: Timer | undefined;

  constructor(
    queue: WaitQueue,
    task: Task,
    { need = 1, until: at }: WaitOptions,
    resolve: () => void,
    reject: (error: unknown) => void,
  ) {
    this.#queue = queue;
    this.task = task;
    this.need = need;
    this.#resolve = resolve;
    this.#reject = reject;
    this.#timer = task.deadlineTimer();
    if (at !== undefined)
      this.#patience = task.machine.timers.set(at, () => {
        this.isLate = true;
        task.notify();
      });
  }

  get waitsFor(): string {
    return this.#queue.name;
  }

  get isReady(): boolean {
    return this.isGranted || this.isLate;
  }

  /** What was granted is had, also by one who was asked to stop meanwhile. */
  resume(): void {
    const { timers } = this.task.machine;
    if (this.#timer !== undefined) timers.clear(this.#timer);
    if (this.#patience !== undefined) timers.clear(this.#patience);
    if (this.isGranted) {
      this.#resolve();
      return;
    }
    this.#queue.leave(this);
    this.#queue.left?.();
    try {
      this.task.stopIfDue();
      throw new Refused("TIMED_OUT", `${this.#queue.name}: its turn did not come in time`);
    } catch (error) {
      this.#reject(error);
    }
  }
}

export class WaitQueue {
  /** What is waited for, in a trace. */
  readonly name: string;
  /** Somebody has left without a grant: whoever comes next may need less. */
  readonly left: (() => void) | undefined;
  #first: Waiter | undefined;
  #last: Waiter | undefined;
  #count = 0;

  constructor(name: string, left?: () => void) {
    this.name = name;
    this.left = left;
  }

  /** What the first needs; undefined if nobody waits. */
  get firstNeed(): number | undefined {
    return this.#first?.need;
  }

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
   * @throws Cancelled if the task has to stop before, Refused TIMED_OUT if its turn does not come
   *   in time; it has left the queue by then.
   */
  wait(task: Task, options: WaitOptions = AT_ANY_TIME): Promise<void> {
    return new Promise((resolve, reject) => {
      const waiter = new Waiter(this, task, options, resolve, reject);
      this.#add(waiter);
      if (task.machine.isTraced) task.told("checkpoint", { waits: this.name });
      const turn = announce(task, "turn", turnOf(task), "read", () => waiter.isReady);
      if (turn === undefined) task.park(waiter);
      else void turn.then(() => waiter.resume());
    });
  }

  /** Grants the first, if there is one. */
  grant(): boolean {
    const first = this.#first;
    if (first === undefined) return false;
    this.leave(first);
    first.isGranted = true;
    if (first.task.machine.isTraced) first.task.told("task_wake", { granted: true });
    first.task.machine.host.touch?.(turnOf(first.task), "write");
    first.task.notify();
    return true;
  }

  grantAll(): void {
    while (this.grant());
  }

  /** It waits no longer. */
  leave(waiter: Waiter): void {
    if (waiter.previous === undefined) this.#first = waiter.next;
    else waiter.previous.next = waiter.next;
    if (waiter.next === undefined) this.#last = waiter.previous;
    else waiter.next.previous = waiter.previous;
    waiter.previous = waiter.next = undefined;
    this.#count--;
  }

  #add(waiter: Waiter): void {
    waiter.previous = this.#last;
    if (this.#last === undefined) this.#first = waiter;
    else this.#last.next = waiter;
    this.#last = waiter;
    this.#count++;
  }
}
