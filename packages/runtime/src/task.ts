// A task: a plain async function that its region owns. It runs when it is dispatched and until it
// waits at a primitive; what it waits for, or a cancel request, wakes it.
//
//   created → running → cancelRequested → cancelling → finalizing → completed

import type { TraceKind, TraceValue } from "@wirewall/trace";
import { outcomeOfError, outcomeOfValue, type Cancellation } from "./attribution.js";
import { exhaustedBy, type Budget } from "./budget.js";
import { Cx, makeCx } from "./cx.js";
import { RuntimeError } from "./errors.js";
import type { Machine } from "./machine.js";
import { leakAll, type Obligation } from "./obligation.js";
import { Cancelled, type Outcome } from "./outcome.js";
import type { Parked } from "./parked.js";
import { partyOf } from "./party.js";
import { Reaction, type Observer } from "./reaction.js";
import { cancelKinds, isStronger, reasonOf, type CancelReason } from "./reason.js";
import type { RegionScope } from "./region.js";
import { CANCEL, NOWHERE, READY, TIMED, type Runnable } from "./scheduler.js";
import { cameOf, limitsOf, tellAck, tellEnd, tellRequest, type Came } from "./task-trace.js";
import type { Timer } from "./timers.js";

export type TaskState =
  "created" | "running" | "cancelRequested" | "cancelling" | "finalizing" | "completed";

export type Body<T> = (cx: Cx) => Promise<T> | T;

const IDLE = 0;
const POLLING = 1;
const NOTIFIED = 2;

const MAX_MASK_DEPTH = 64;

export class Task implements Runnable, PromiseLike<unknown> {
  readonly region: RegionScope;
  readonly index: number;
  priority: number;
  lane: number = NOWHERE;
  behind: Runnable | undefined = undefined;
  state: TaskState = "created";
  budget: Budget;
  pollsLeft: number;
  costLeft: number | undefined;
  maskDepth = 0;
  cancellation: Cancellation | undefined;
  /** Siblings in the region. */
  previous: Task | undefined;
  next: Task | undefined;
  /** The innermost region that it has opened and not closed. */
  opened: RegionScope | undefined;
  held: Obligation | undefined;
  /** Aborts the signal that somebody looked at. */
  onCancel: ((reason: CancelReason) => void) | undefined;
  #body: Body<unknown> | undefined;
  #outcome: Outcome<unknown> | undefined;
  #wake = IDLE;
  #parked: Parked | undefined;
  #observers: Observer | Observer[] | undefined;

  constructor(region: RegionScope, index: number, body: Body<unknown>, budget: Budget) {
    this.region = region;
    this.index = index;
    this.budget = budget;
    this.priority = budget.priority;
    this.pollsLeft = budget.pollQuota;
    this.costLeft = budget.costQuota;
    this.#body = body;
  }

  get machine(): Machine {
    return this.region.machine;
  }

  /** Its path from the root, such as `0.2.1`. */
  get id(): string {
    return `${this.region.id}.${this.index}`;
  }

  get isDone(): boolean {
    return this.state === "completed";
  }

  get waitsFor(): string | undefined {
    return this.#parked?.waitsFor;
  }

  /** It has to throw at the next point that is not masked. */
  get mustStop(): boolean {
    return this.cancellation !== undefined && this.maskDepth === 0;
  }

  /** Puts it into the queue for the first time. */
  start(): void {
    const { host } = this.machine;
    if (this.machine.isTraced) this.told("task_spawn", limitsOf(this.budget));
    if (host.point === undefined) this.#enqueue();
    else
      void host
        .point({
          task: this.id,
          name: "task.start",
          resource: `task:${this.id}`,
          access: "write",
          party: partyOf(this),
        })
        .then(() => this.dispatch());
  }

  /** Takes its first steps now. */
  begin(): void {
    if (this.machine.host.point !== undefined) {
      this.start();
      return;
    }
    if (this.machine.isTraced) {
      this.told("task_spawn", limitsOf(this.budget));
      this.told("task_schedule", { lane: READY });
    }
    this.dispatch();
  }

  dispatch(): void {
    this.pollsLeft--;
    this.#wake = POLLING;
    if (this.machine.isTraced) this.told("task_poll", { polls: this.pollsLeft });
    const parked = this.#parked;
    if (parked !== undefined) {
      if (!this.#mayGo(parked)) {
        this.#wake = IDLE;
        return;
      }
      this.#parked = undefined;
      parked.resume();
      return;
    }
    const body = this.#body;
    if (body === undefined) return;
    this.#body = undefined;
    if (this.cancellation !== undefined) {
      this.#complete({ type: "cancelled", reason: this.cancellation.reason }, "skipped");
      return;
    }
    this.state = "running";
    try {
      const result = body(makeCx(this, this.region));
      if (isPromiseLike(result))
        result.then(
          (value) => this.#returned(value),
          (error: unknown) => this.#threw(error),
        );
      else this.#returned(result);
    } catch (error) {
      this.#threw(error);
    }
  }

  /** It goes on when it is woken and what it waits for is there, which may be now. */
  park(parked: Parked): void {
    if (this.#mayGo(parked)) {
      parked.resume();
      return;
    }
    this.#wake = IDLE;
    this.#parked = parked;
    if (this.machine.isTraced) this.told("task_yield", { ready: this.#mayGo(parked) });
  }

  /** It comes again after those that wait. */
  yields(parked: Parked): void {
    this.#wake = IDLE;
    this.#parked = parked;
    if (this.machine.isTraced) this.told("task_yield", { ready: false });
    this.#enqueue();
  }

  /** Something that it may wait for has happened. */
  notify(): void {
    if (this.state === "completed") return;
    if (this.#wake === POLLING) {
      this.#wake = NOTIFIED;
      return;
    }
    if (this.#parked === undefined) return;
    if (this.machine.host.point === undefined) this.#enqueue();
    else this.dispatch();
  }

  /**
   * Asks it to stop. True the first time; later requests can only strengthen the reason.
   */
  requestCancel(reason: CancelReason): boolean {
    this.machine.host.touch?.(`task:${this.id}`, "write");
    if (this.state === "completed") return false;
    const { cancellation } = this;
    if (cancellation !== undefined) {
      if (isStronger(reason, cancellation.reason)) {
        cancellation.reason = reason;
        cancellation.epoch++;
        if (this.machine.isTraced) tellRequest(this, cancellation);
        if (cancellation.isAcknowledged)
          this.pollsLeft = Math.min(this.pollsLeft, cancelKinds[reason.kind].cleanupPolls);
      }
      return false;
    }
    const wasEarly = this.state === "created";
    this.cancellation = { reason, epoch: 1, isAcknowledged: false, wasEarly };
    if (!wasEarly) this.state = "cancelRequested";
    this.priority = Math.max(this.priority, cancelKinds[reason.kind].cleanupPriority);
    if (this.machine.isTraced) tellRequest(this, this.cancellation);
    this.onCancel?.(reason);
    for (let region = this.opened; region !== undefined; region = region.outer)
      region.requestCancel(
        reasonOf({
          kind: "parentCancelled",
          originRegion: this.region.id,
          at: reason.at,
          cause: reason,
        }),
      );
    this.notify();
    return true;
  }

  /** Throws Cancelled if it has to stop here, and spends a poll of its cleanup if that runs. */
  checkpoint(): void {
    if (this.cancellation === undefined) {
      const kind = exhaustedBy(
        this.budget,
        this.pollsLeft,
        this.costLeft,
        this.budget.deadline === undefined ? 0 : this.machine.host.now(),
      );
      if (kind === undefined) return;
      if (this.machine.isTraced) this.told("budget_exhausted", { budget: kind });
      this.requestCancel(this.reason(kind));
    }
    this.stopIfDue();
  }

  /** Acknowledges a request, where nothing masks it. */
  stopIfDue(): void {
    const { cancellation } = this;
    if (cancellation === undefined) return;
    if (this.maskDepth > 0) {
      if (cancellation.isAcknowledged && this.pollsLeft <= 0)
        throw new RuntimeError("CLEANUP_EXHAUSTED", "no poll is left for cleaning up");
      return;
    }
    if (!cancellation.isAcknowledged) {
      cancellation.isAcknowledged = true;
      this.state = "cancelling";
      this.pollsLeft = cancelKinds[cancellation.reason.kind].cleanupPolls;
      if (this.machine.isTraced) tellAck(this, cancellation, false);
    }
    throw new Cancelled(cancellation.reason);
  }

  /** Runs with cancellation put off until it returns. */
  async masked<R>(run: () => Promise<R> | R): Promise<R> {
    if (this.maskDepth >= MAX_MASK_DEPTH)
      throw new RuntimeError("MASK_DEPTH", `mask: at most ${MAX_MASK_DEPTH} deep`);
    this.#mask(1);
    try {
      return await run();
    } finally {
      this.#mask(-1);
    }
  }

  /** A reason of that kind which this task gives itself. */
  reason(kind: CancelReason["kind"], message?: string): CancelReason {
    const { region, machine } = this;
    return reasonOf({
      kind,
      originRegion: region.id,
      originTask: this.id,
      at: machine.host.now(),
      message,
    });
  }

  /** The timer that wakes it when its time is over, if that is limited. */
  deadlineTimer(): Timer | undefined {
    const { deadline } = this.budget;
    if (deadline === undefined || this.cancellation !== undefined) return undefined;
    return this.machine.timers.set(deadline, () => {
      this.requestCancel(this.reason("deadline"));
    });
  }

  told(kind: TraceKind, data: Readonly<Record<string, TraceValue>>): void {
    if (this.machine.isTraced) this.machine.emit(kind, this.region.id, this.id, data);
  }

  /** What became of it; never throws. */
  outcome(): Promise<Outcome<unknown>> {
    const known = this.#outcome;
    return known === undefined
      ? new Promise((resolve) => this.observe({ tell: resolve }))
      : Promise.resolve(known);
  }

  observe(observer: Observer): void {
    const { host } = this.machine;
    if (host.point === undefined) this.#observe(observer);
    else
      void host
        .point({
          task: "",
          name: "task.join",
          resource: `task:${this.id}`,
          access: "read",
          enabled: () => this.#outcome !== undefined,
        })
        .then(() => this.#observe(observer));
  }

  /** Tells once the outcome is known, without a word to the lab: whoever asks announces that itself. */
  watch(observer: Observer): void {
    this.#observe(observer);
  }

  // oxlint-disable-next-line unicorn/no-thenable -- a handle is awaited
  then<A = unknown, B = never>(
    onValue?: ((value: unknown) => A | PromiseLike<A>) | null,
    onError?: ((error: unknown) => B | PromiseLike<B>) | null,
  ): PromiseLike<A | B> {
    const reaction = new Reaction<A, B>(onValue, onError);
    this.observe(reaction);
    return reaction;
  }

  /** The outcome if it is known. */
  get known(): Outcome<unknown> | undefined {
    return this.#outcome;
  }

  cancel(message?: string, kind: CancelReason["kind"] = "user"): boolean {
    return this.requestCancel(this.reason(kind, message));
  }

  #mask(change: number): void {
    this.maskDepth += change;
    if (this.machine.isTraced) this.told("checkpoint", { mask: this.maskDepth });
  }

  #observe(observer: Observer): void {
    const outcome = this.#outcome;
    if (outcome !== undefined) observer.tell(outcome);
    else if (this.#observers === undefined) this.#observers = observer;
    else if (Array.isArray(this.#observers)) this.#observers.push(observer);
    else this.#observers = [this.#observers, observer];
  }

  #mayGo(parked: Parked): boolean {
    return parked.isReady || (parked.stops && this.mustStop);
  }

  #enqueue(): void {
    const lane =
      this.cancellation !== undefined ? CANCEL : this.budget.deadline === undefined ? READY : TIMED;
    if (this.machine.isTraced) this.told("task_schedule", { lane });
    this.machine.scheduler.schedule(this, lane);
  }

  #returned(value: unknown): void {
    this.#complete(outcomeOfValue(value, this.cancellation), "value");
  }

  #threw(error: unknown): void {
    const { cancellation } = this;
    const outcome = outcomeOfError(error, cancellation, () => this.reason("user", "external"));
    this.#complete(outcome, cameOf(error));
  }

  /** `came` says in a trace how its body ended, where it ran. */
  #complete(plain: Outcome<unknown>, came: Came): void {
    let outcome = plain;
    if (this.cancellation !== undefined) this.state = "finalizing";
    if (this.held !== undefined) outcome = leakAll(this, outcome);
    this.state = "completed";
    this.#outcome = outcome;
    const { machine } = this;
    if (machine.isTraced) tellEnd(this, outcome, came);
    machine.host.touch?.(`task:${this.id}`, "write");
    const observers = this.#observers;
    this.#observers = undefined;
    if (Array.isArray(observers)) for (const observer of observers) observer.tell(outcome);
    else observers?.tell(outcome);
    this.region.taskDone(this, outcome);
  }
}

function isPromiseLike(value: unknown): value is PromiseLike<unknown> {
  return typeof value === "object" && value !== null && "then" in value;
}
