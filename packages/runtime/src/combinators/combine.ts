// Several branches as one. None of these returns while a branch that it started is running: who loses
// is asked to stop, and is waited for.

import type { Cx, TaskHandle } from "../cx.js";
import { taskOf } from "../cx.js";
import { Refused, RuntimeError } from "../errors.js";
import { joinOutcome, severityOf, valueOf, type Outcome } from "../outcome.js";
import type { CancelReason } from "../reason.js";
import { Task, type Body } from "../task.js";
import { announce, until } from "../waiting.js";

/** Waits for all, whatever becomes of them, and folds what did. */
export async function joinAll<T>(cx: Cx, bodies: readonly Body<T>[]): Promise<T[]> {
  const outcomes = await settleAll(cx, bodies);
  const all: T[] = [];
  let folded: Outcome<unknown> = { type: "ok", value: undefined };
  for (const outcome of outcomes) {
    folded = joinOutcome(folded, outcome);
    if (outcome.type === "ok") all.push(outcome.value);
  }
  valueOf(folded);
  return all;
}

/** The outcomes of all, in order. */
export function settleAll<T>(cx: Cx, bodies: readonly Body<T>[]): Promise<Outcome<T>[]> {
  return inRegion(cx, async (inner) => {
    const tasks = bodies.map((body) => inner.spawn(body));
    return outcomesOf(inner, tasks);
  });
}

/** The first to complete wins; the others are asked to stop, and a panic of theirs surfaces. */
export async function race<T>(cx: Cx, bodies: readonly Body<T>[]): Promise<T> {
  if (bodies.length === 0) throw new RangeError("bodies: expected at least one");
  return valueOf(await raceOutcome(cx, bodies));
}

/**
 * The value if it comes in time.
 *
 * @throws Cancelled with the kind "timeout" if it does not; what ran has ended by then.
 */
export async function timeout<T>(cx: Cx, ms: number, body: Body<T>): Promise<T> {
  const asker = taskOf(cx);
  const outcome = await inRegion(cx, async (inner) => {
    const task = inner.spawn(body);
    const timer = inner.spawn((own) => own.sleep(ms));
    // A timer that ends before its time must not let the task go on for ever.
    watch([timer], ({ type }) => {
      if (type === "ok" || !isAsked(task)) cancelOf(task, asker.reason("timeout"));
    });
    const [first] = await outcomesOf(inner, [task]);
    cancelOf(timer, asker.reason("raceLost"));
    await outcomesOf(inner, [timer]);
    return first as Outcome<T>;
  });
  return valueOf(outcome);
}

/** One after the other until one is ok. */
export async function firstOk<T>(cx: Cx, bodies: readonly Body<T>[]): Promise<T> {
  const errors: unknown[] = [];
  for (const body of bodies) {
    cx.checkpoint();
    const [outcome] = await settleAll(cx, [body]);
    if (outcome?.type === "ok") return outcome.value;
    if (outcome?.type === "cancelled" || outcome?.type === "panicked") return valueOf(outcome);
    errors.push(outcome?.error);
  }
  throw new NoneOk(errors);
}

/** None of the tries of `firstOk` was ok. */
export class NoneOk extends Refused {
  readonly errors: readonly unknown[];

  constructor(errors: readonly unknown[]) {
    super("NONE_OK", `firstOk: none of ${errors.length} was ok`);
    this.errors = errors;
  }
}

export class InsufficientSuccesses extends Refused {
  readonly required: number;
  readonly total: number;
  readonly achieved: number;
  readonly errors: readonly unknown[];

  constructor(required: number, total: number, achieved: number, errors: readonly unknown[]) {
    super("INSUFFICIENT_SUCCESSES", `quorum: ${achieved} of ${required} among ${total}`);
    this.required = required;
    this.total = total;
    this.achieved = achieved;
    this.errors = errors;
  }
}

/** Goes on as soon as `required` are ok, or cannot be; the others are asked to stop. */
export async function quorum<T>(
  cx: Cx,
  required: number,
  bodies: readonly Body<T>[],
): Promise<T[]> {
  const total = bodies.length;
  if (!Number.isSafeInteger(required) || required < 1 || required > total)
    throw new RuntimeError("INVALID_QUORUM", `quorum: expected 1 to ${total}`);
  const own = taskOf(cx);
  const outcomes = await inRegion(cx, async (inner) => {
    const done: Outcome<T>[] = [];
    const tasks = bodies.map((body) => inner.spawn(body));
    let ok = 0;
    const isDecided = (): boolean => ok >= required || done.length - ok > total - required;
    watch(tasks, (outcome) => {
      if (isDecided()) return;
      done.push(outcome);
      if (outcome.type === "ok") ok++;
      own.notify();
    });
    await decided(own, "quorum", tasks, isDecided);
    const isWon = ok >= required;
    for (const task of tasks) cancelOf(task, own.reason("raceLost"));
    const all = await outcomesOf(inner, tasks);
    return isWon ? done : all;
  });
  const values = outcomes.flatMap((outcome) => (outcome.type === "ok" ? [outcome.value] : []));
  const panic = outcomes.find((outcome) => outcome.type === "panicked");
  if (panic !== undefined) valueOf(panic);
  if (values.length >= required) return values.slice(0, required);
  const errors = outcomes.flatMap((outcome) => (outcome.type === "err" ? [outcome.error] : []));
  throw new InsufficientSuccesses(required, total, values.length, errors);
}

/** Starts a second try if the first takes long; the first to complete wins. */
export function hedge<T>(cx: Cx, delayMs: number, primary: Body<T>, backup: Body<T>): Promise<T> {
  return race(cx, [
    primary,
    async (own) => {
      await own.sleep(delayMs);
      return backup(own);
    },
  ]);
}

/** `release` runs exactly once if `acquire` gave something, on every path, and is not cut short. */
export async function bracket<R, T>(
  cx: Cx,
  acquire: (cx: Cx) => Promise<R> | R,
  use: (cx: Cx, resource: R) => Promise<T> | T,
  release: (cx: Cx, resource: R) => Promise<void> | void,
): Promise<T> {
  const resource = await acquire(cx);
  try {
    return await use(cx, resource);
  } finally {
    await cx.mask(() => release(cx, resource));
  }
}

async function raceOutcome<T>(cx: Cx, bodies: readonly Body<T>[]): Promise<Outcome<T>> {
  const own = taskOf(cx);
  return inRegion(cx, async (inner) => {
    let winner: Outcome<T> | undefined;
    const tasks = bodies.map((body) => inner.spawn(body));
    watch(tasks, (outcome) => {
      winner ??= outcome;
      own.notify();
    });
    await decided(own, "race", tasks, () => winner !== undefined);
    for (const task of tasks) cancelOf(task, own.reason("raceLost"));
    const all = await outcomesOf(inner, tasks);
    const panic = all.find((outcome) => severityOf(outcome) === 3);
    return panic ?? winner ?? (all[0] as Outcome<T>);
  });
}

/** A region of its own, whose failures are looked at here. */
async function inRegion<T>(cx: Cx, run: (inner: Cx) => Promise<T>): Promise<T> {
  const own = taskOf(cx);
  let joined = "";
  try {
    return await cx.withRegion({ onFailure: "collect", judged: true }, (region, inner) => {
      joined = region.id;
      return run(inner);
    });
  } finally {
    own.told("checkpoint", { joined });
  }
}

/** Waits for all of them; a cancel request of the waiting task reaches them by their region. */
async function outcomesOf<T>(cx: Cx, tasks: readonly TaskHandle<T>[]): Promise<Outcome<T>[]> {
  const own = taskOf(cx);
  const outcomes: Outcome<T>[] = [];
  await own.masked(async () => {
    for (const task of tasks) outcomes.push(await task.outcome());
  });
  return outcomes;
}

function watch<T>(tasks: readonly TaskHandle<T>[], tell: (outcome: Outcome<T>) => void): void {
  for (const task of tasks)
    if (task instanceof Task) task.watch({ tell: (outcome) => tell(outcome as Outcome<T>) });
}

async function decided(
  own: Task,
  name: string,
  tasks: readonly TaskHandle<unknown>[],
  isDecided: () => boolean,
): Promise<void> {
  const [first = "", ...others] = tasks.map(({ id }) => `task:${id}`);
  const announced = announce(own, name, first, "read", isDecided, others);
  if (announced !== undefined) await announced;
  else await until(own, isDecided);
}

function isAsked(handle: TaskHandle<unknown>): boolean {
  return handle instanceof Task && handle.cancellation !== undefined;
}

function cancelOf(handle: TaskHandle<unknown>, reason: CancelReason): void {
  if (handle instanceof Task) handle.requestCancel(reason);
}
