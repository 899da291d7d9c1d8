// A region owns tasks, child regions, finalizers and obligations, and is closed only when none of them
// is left. Nothing can be detached from it.
//
//   open → closing → draining → finalizing → closed

import type { TraceKind, TraceValue } from "@wirewall/trace";
import type { Budget } from "./budget.js";
import { meet } from "./budget.js";
import { makeCx, type Cx } from "./cx.js";
import { LimitReached, RuntimeError } from "./errors.js";
import { noGrants, type IoGrants } from "./io-grants.js";
import type { Machine } from "./machine.js";
import { Cancelled, joinOutcome, type Outcome } from "./outcome.js";
import { cancelKinds, reasonOf, strengthen, type CancelReason } from "./reason.js";
import { limitsOf } from "./task-trace.js";
import { Task, type Body } from "./task.js";
import { until } from "./waiting.js";

export type RegionState = "open" | "closing" | "draining" | "finalizing" | "closed";
export type FailurePolicy = "failFast" | "collect";
export type LeakResponse = "fail" | "log" | "silent" | "recover";

export interface RegionLimits {
  readonly maxTasks?: number;
  readonly maxChildren?: number;
  readonly maxObligations?: number;
  /** While the heap of the whole process is larger, no task is started; asked of the host before each. */
  readonly maxHeapBytes?: number;
}

export interface RegionOptions {
  readonly budget?: Partial<Budget>;
  readonly limits?: RegionLimits;
  /** What it may reach; without it what the region around it may. */
  readonly io?: IoGrants;
  readonly onFailure?: FailurePolicy;
  /** Whoever opened it looks at each outcome itself. */
  readonly judged?: boolean;
  readonly onLeak?: LeakResponse;
  /** From so many leaks on the response is another one. */
  readonly escalation?: { readonly threshold: number; readonly to: LeakResponse };
}

type Finalizer = (cx: Cx) => Promise<void> | void;

export class RegionScope {
  readonly machine: Machine;
  readonly parent: RegionScope | undefined;
  /** The task that opened it, and closes it. */
  readonly owner: Task | undefined;
  /** The region that its owner had opened before. */
  readonly outer: RegionScope | undefined;
  readonly options: RegionOptions;
  readonly budget: Budget;
  readonly io: IoGrants;
  state: RegionState = "open";
  reason: CancelReason | undefined;
  taskCount = 0;
  childCount = 0;
  obligationCount = 0;
  readonly #index: number;
  #id: string | undefined;
  #indices = 0;
  #first: Task | undefined;
  #children: Set<RegionScope> | undefined;
  #finalizers: Finalizer[] | undefined;
  #leaks = 0;
  #outcome: Outcome<void> = { type: "ok", value: undefined };
  #idle: Task | undefined;
  /** Lab only: what has ended in it, which its close comes after. */
  #endedInLab: string[] | undefined;
  /** Called at its end, where no task waits for that. */
  #ended: (() => void) | undefined;

  constructor(
    machine: Machine,
    parent: RegionScope | undefined,
    owner: Task | undefined,
    options: RegionOptions,
    budget: Budget,
  ) {
    this.machine = machine;
    this.parent = parent;
    this.owner = owner;
    const { io } = options;
    const held = parent?.io;
    this.io = io === undefined ? (held ?? noGrants) : (held?.within(io) ?? io);
    this.options = options;
    this.budget = parent === undefined ? budget : meet(parent.budget, budget);
    this.#index = parent === undefined ? 0 : parent.takeIndex();
    parent?.adopt(this);
    this.outer = owner?.opened;
    if (owner !== undefined) owner.opened = this;
    if (machine.isTraced)
      machine.emit("region_open", this.id, owner?.id, {
        ...limitsOf(this.budget),
        siblings: (parent?.childCount ?? 1) - 1,
      });
  }

  get id(): string {
    return (this.#id ??= this.parent === undefined ? "0" : `${this.parent.id}.${this.#index}`);
  }

  get isQuiet(): boolean {
    return this.taskCount === 0 && this.childCount === 0;
  }

  *tasks(): IterableIterator<Task> {
    for (let task = this.#first; task !== undefined; task = task.next) yield task;
  }

  children(): Iterable<RegionScope> {
    return this.#children ?? [];
  }

  takeIndex(): number {
    return this.#indices++;
  }

  /**
   * Starts a task. Its body never runs before this returns, unless that is asked for.
   *
   * @throws RuntimeError REGION_CLOSED unless the region is open, LIMIT_REACHED over `maxTasks` or
   *   `maxHeapBytes`, UNSUPPORTED for the latter where the host cannot tell.
   */
  spawn(
    body: Body<unknown>,
    options?: { readonly budget?: Partial<Budget> },
    isAtOnce = false,
  ): Task {
    if (this.state !== "open")
      throw new RuntimeError("REGION_CLOSED", `region ${this.id} is closed`);
    const { limits } = this.options;
    if (limits !== undefined) this.#admit(limits);
    const budget =
      options?.budget === undefined
        ? this.budget
        : meet(this.budget, { ...this.budget, ...options.budget });
    const task = new Task(this, this.#indices++, body, budget);
    this.taskCount++;
    const first = this.#first;
    if (first !== undefined) {
      task.next = first;
      first.previous = task;
    }
    this.#first = task;
    if (isAtOnce) task.begin();
    else task.start();
    return task;
  }

  #admit({ maxTasks, maxHeapBytes }: RegionLimits): void {
    if (maxTasks !== undefined && this.taskCount >= maxTasks)
      throw new LimitReached("tasks", maxTasks, this.taskCount);
    if (maxHeapBytes === undefined) return;
    const live = this.machine.host.heapBytes?.();
    if (live === undefined)
      throw new RuntimeError("UNSUPPORTED", "maxHeapBytes: the host does not know its heap");
    if (live > maxHeapBytes) throw new LimitReached("heapBytes", maxHeapBytes, live);
  }

  /** Runs when the region closes, last in first out, whatever became of its tasks. */
  addFinalizer(run: Finalizer): void {
    if (this.state !== "open")
      throw new RuntimeError("REGION_CLOSED", `region ${this.id} is closed`);
    const finalizer = (this.#finalizers ??= []).push(run);
    this.#told("checkpoint", { finalizer, state: "added" });
  }

  /** A task that is still running may open regions, also where its own takes on no more tasks. */
  adopt(child: RegionScope): void {
    if (this.state === "finalizing" || this.state === "closed")
      throw new RuntimeError("REGION_CLOSED", `region ${this.id} is closed`);
    const max = this.options.limits?.maxChildren;
    if (max !== undefined && this.childCount >= max)
      throw new LimitReached("children", max, this.childCount);
    this.childCount++;
    (this.#children ??= new Set()).add(child);
    if (this.reason !== undefined) child.reason = this.reason;
  }

  /** Asks everything in it to stop: itself first, then what is below. */
  requestCancel(reason: CancelReason): void {
    if (this.state === "closed") return;
    const stronger = this.reason === undefined ? reason : strengthen(this.reason, reason);
    const isNews = stronger !== this.reason;
    this.reason = stronger;
    this.machine.host.touch?.(`region:${this.id}`, "write");
    if (!isNews) return;
    this.#told("cancel_request", {
      reason: reason.kind,
      severity: cancelKinds[reason.kind].severity,
    });
    this.#cancelAll(reason);
    this.#told("cancel_drain", {});
  }

  #cancelAll(reason: CancelReason): void {
    for (let task = this.#first; task !== undefined; task = task.next) task.requestCancel(reason);
    if (this.#children === undefined) return;
    const below = reasonOf({
      kind: "parentCancelled",
      originRegion: this.id,
      at: reason.at,
      cause: reason,
    });
    for (const child of this.#children) child.requestCancel(below);
  }

  /** From now on nothing is taken on. */
  beginClose(reason?: CancelReason): void {
    if (this.state === "open") {
      this.state = "closing";
      this.#told("region_close_begin", {});
      // What no task closes is closed by this.
      if (this.#children !== undefined)
        for (const child of this.#children)
          if (child.owner === undefined) child.endWhenQuiet(undefined);
    }
    if (reason !== undefined) this.requestCancel(reason);
  }

  taskDone(done: Task, outcome: Outcome<unknown>): void {
    if (done.previous === undefined) this.#first = done.next;
    else done.previous.next = done.next;
    if (done.next !== undefined) done.next.previous = done.previous;
    done.previous = done.next = undefined;
    this.taskCount--;
    if (this.machine.host.point !== undefined) (this.#endedInLab ??= []).push(`task:${done.id}`);
    if (outcome.type !== "ok") this.#failed(done, outcome);
    this.#left();
  }

  childDone(child: RegionScope): void {
    this.childCount--;
    if (this.machine.host.point !== undefined) {
      this.machine.host.touch?.(`region:${child.id}`, "write");
      (this.#endedInLab ??= []).push(`region:${child.id}`);
    }
    this.#children?.delete(child);
    this.#left();
  }

  /** No task closes it: it ends by itself once nothing is left in it. */
  endWhenQuiet(ended: (() => void) | undefined): void {
    if (this.state === "closed") {
      ended?.();
      return;
    }
    this.beginClose();
    this.state = "draining";
    if (ended !== undefined) this.#ended = ended;
    this.#left();
  }

  /** Something has left it, perhaps the last. */
  #left(): void {
    if (!this.isQuiet) return;
    if (this.#idle !== undefined) this.#idle.notify();
    else if (this.owner === undefined && this.state === "draining") {
      this.#closed();
      this.#ended?.();
    }
  }

  #closed(): void {
    if (this.reason !== undefined && this.#outcome.type === "ok")
      this.#outcome = { type: "cancelled", reason: this.reason };
    this.state = "closed";
    this.#told("region_close_complete", { outcome: this.#outcome.type });
    this.parent?.childDone(this);
  }

  leakResponse(isFailing: boolean): LeakResponse {
    const { onLeak = "fail", escalation } = this.options;
    this.#leaks++;
    const response =
      escalation !== undefined && this.#leaks >= Math.max(1, escalation.threshold)
        ? escalation.to
        : onLeak;
    return response === "fail" && isFailing ? "log" : response;
  }

  /** Waits until nothing is left in it, runs its finalizers, and says what became of all. */
  async close(closer: Task, reason?: CancelReason): Promise<Outcome<void>> {
    if (this.state === "closed") return this.#outcome;
    this.beginClose(reason);
    await this.#drain(closer);
    this.state = "finalizing";
    await closer.masked(() => this.#finalize(closer));
    if (closer.opened === this) closer.opened = this.outer;
    this.#closed();
    return this.#outcome;
  }

  /** A cancel request of its closer reaches the region, and is put off until all has ended. */
  async #drain(closer: Task): Promise<void> {
    const { host } = this.machine;
    if (!this.isQuiet) this.state = "draining";
    if (host.point !== undefined) {
      const resource = `region:${this.id}`;
      const enabled = (): boolean => this.isQuiet;
      await host.point({
        task: closer.id,
        name: "region.close",
        resource,
        access: "read",
        enabled,
      });
      for (const ended of this.#endedInLab ?? []) host.touch?.(ended, "read");
      return;
    }
    this.#idle = closer;
    await until(closer, () => this.isQuiet, false);
    this.#idle = undefined;
  }

  async #finalize(closer: Task): Promise<void> {
    for (let run = this.#finalizers?.pop(); run !== undefined; run = this.#finalizers?.pop()) {
      const finalizer = (this.#finalizers?.length ?? 0) + 1;
      this.#told("checkpoint", { finalizer, state: "begun" });
      try {
        await run(makeCx(closer, this));
      } catch (error) {
        this.#outcome = joinOutcome(this.#outcome, thrownBy(error));
      }
      this.#told("checkpoint", { finalizer, state: "ended" });
    }
  }

  #told(kind: TraceKind, data: Readonly<Record<string, TraceValue>>): void {
    if (this.machine.isTraced) this.machine.emit(kind, this.id, undefined, data);
  }

  #failed(task: Task, outcome: Outcome<unknown>): void {
    const isOwnFault = outcome.type === "err" || outcome.type === "panicked";
    if (this.options.judged === true) return;
    // What was cancelled because of a failure does not hide it.
    const isEcho = outcome.type === "cancelled" && this.#outcome.type === "err";
    if (isEcho) return;
    if (isOwnFault || this.reason !== undefined)
      this.#outcome = joinOutcome(this.#outcome, outcome as Outcome<void>);
    if (!isOwnFault || this.options.onFailure === "collect") return;
    this.requestCancel(task.reason("failFast"));
  }
}

/** What a finalizer threw counts, and stops no other. */
function thrownBy(error: unknown): Outcome<void> {
  return error instanceof Cancelled
    ? { type: "cancelled", reason: error.reason }
    : { type: "panicked", error };
}
