// The capability context: the first argument of whatever a task does. It cannot be made by anybody
// else, grants only what its row says, and is dead once its region has closed.

import { remainingMs, type Budget } from "./budget.js";
import { RuntimeError } from "./errors.js";
import { Cancelled, DomainError, valueOf, type Outcome } from "./outcome.js";
import type { Host } from "./host.js";
import type { IoToken } from "./io-grants.js";
import type { CancelReason } from "./reason.js";
import { RegionScope, type RegionOptions } from "./region.js";
import {
  drainProgressOf,
  snapshotOf,
  type DrainProgress,
  type RegionSnapshot,
} from "./snapshot.js";
import type { Body, Task } from "./task.js";
import { Scope } from "./scope.js";
import { pause, sleepUntil } from "./waiting.js";

export type Capability = "spawn" | "time" | "random" | "io" | "remote";

const BITS: Readonly<Record<Capability, number>> = {
  spawn: 1,
  time: 2,
  random: 4,
  io: 8,
  remote: 16,
};
const ALL = 31;

/** Tells the copies of this package apart. */
const COPY: symbol = Symbol.for("@wirewall/runtime.copy");
const TOKEN = {};

/** @internal */
export let makeCx: (task: Task, region: RegionScope) => Cx;
/**
 * The task of a context.
 *
 * @internal
 * @throws RuntimeError FORGED_CX, FOREIGN_CX or CX_CLOSED.
 */
export let taskOf: (cx: unknown) => Task;

export class Cx<C extends Capability = Capability> {
  /** For the compiler alone: a context with more stands for one with less, never the other way. */
  declare protected readonly row: { readonly [K in C]: true };
  readonly #task: Task;
  readonly #region: RegionScope;
  readonly #bits: number;
  #signal: AbortController | undefined;

  static {
    makeCx = (task, region) => new Cx(MAKER, task, region, ALL);
    taskOf = (cx) => {
      if (typeof cx !== "object" || cx === null || !(#task in cx)) throw notGenuine(cx);
      return cx.#live();
    };
  }

  /** @internal */
  constructor(maker: object, task: Task, region: RegionScope, bits: number) {
    if (maker !== MAKER) throw new RuntimeError("FORGED_CX", "cx: only the runtime makes them");
    this.#task = task;
    this.#region = region;
    this.#bits = bits;
  }

  /** The path of its task. */
  get task(): string {
    return this.#live().id;
  }

  get budget(): Budget {
    return this.#live().budget;
  }

  get cancelReason(): CancelReason | undefined {
    return this.#live().cancellation?.reason;
  }

  /** A pure look: nothing is acknowledged. */
  isCancelRequested(): boolean {
    return this.#live().cancellation !== undefined;
  }

  /** @throws Cancelled if the task has to stop here. */
  checkpoint(): void {
    this.#live().checkpoint();
  }

  /** Lets others run. */
  yield(): Promise<void> {
    return pause(this.#live());
  }

  /** Waits for so many milliseconds. */
  sleep(this: Cx<"time">, ms: number): Promise<void> {
    const cx = this as Cx;
    const task = cx.#granted("time");
    if (!(ms >= 0)) throw new RangeError("ms: expected a number from 0");
    return sleepUntil(task, task.machine.host.now() + Math.round(ms * 1_000));
  }

  /** Runs with cancellation put off, also where it was acknowledged already: for cleaning up. */
  mask<R>(run: () => Promise<R> | R): Promise<R> {
    return this.#live().masked(run);
  }

  /** Ends the task with an error that it foresees. */
  fail(error: DomainError | string): never {
    throw typeof error === "string" ? new DomainError(error) : error;
  }

  /** Microseconds on the host's clock. */
  now(this: Cx<"time">): number {
    return (this as Cx).#granted("time").machine.host.now();
  }

  /** Milliseconds until the deadline, if there is one. */
  remainingMs(this: Cx<"time">): number | undefined {
    const task = (this as Cx).#granted("time");
    return remainingMs(task.budget, task.machine.host.now());
  }

  /** From 0 to below 1, with 53 bits of the host's entropy. */
  random(this: Cx<"random">): number {
    const bytes = new Uint8Array(8);
    (this as Cx).#granted("random").machine.host.fillRandom(bytes);
    const view = new DataView(bytes.buffer);
    return (view.getUint32(0) * 0x20_0000 + (view.getUint32(4) >>> 11)) / 2 ** 53;
  }

  fill(this: Cx<"random">, bytes: Uint8Array): void {
    (this as Cx).#granted("random").machine.host.fillRandom(bytes);
  }

  /** Starts a task in the region of this context. */
  spawn<T>(
    this: Cx<"spawn">,
    body: Body<T>,
    options?: { readonly budget?: Partial<Budget> },
  ): TaskHandle<T> {
    const cx = this as Cx;
    cx.#granted("spawn");
    return cx.#region.spawn(body, options) as TaskHandle<unknown> as TaskHandle<T>;
  }

  /** Opens a region that has to be closed by this task; `await using` does. */
  region(this: Cx<"spawn">, options: RegionOptions = {}): Region {
    const cx = this as Cx;
    const task = cx.#granted("spawn");
    const scope = new RegionScope(task.machine, cx.#region, task, options, {
      ...cx.#region.budget,
      ...options.budget,
    });
    return new Region(scope, task, makeCx(task, scope));
  }

  /** A region below this one for what comes from outside; it has to be closed. */
  scope(this: Cx<"spawn" | "io">, options?: RegionOptions): Scope {
    const cx = this as Cx;
    cx.#granted("spawn");
    cx.#granted("io");
    return new Scope(cx.#region).scope(options);
  }

  /** What the platform gives, for packages that do input and output. */
  host(this: Cx<"io">): Host {
    return (this as Cx).#granted("io").machine.host;
  }

  /**
   * What the token stands for, as far as this region may reach it.
   *
   * @throws RuntimeError CAP_DENIED if it was not granted.
   */
  io<T>(this: Cx<"io">, token: IoToken<T>): T {
    const cx = this as Cx;
    cx.#granted("io");
    return cx.#region.io.get(token);
  }

  /** Opens a region, runs in it, and closes it: an error that leaves it cancels what is in it. */
  async withRegion<R>(
    this: Cx<"spawn">,
    options: RegionOptions,
    run: (region: Region, cx: Cx) => Promise<R> | R,
  ): Promise<R> {
    const region = (this as Cx).region(options);
    const task = (this as Cx).#task;
    let value: R;
    try {
      value = await run(region, region.cx);
    } catch (error) {
      const kind = error instanceof Cancelled ? "linkedExit" : "failFast";
      await region.close(error instanceof Cancelled ? error.reason : task.reason(kind));
      throw error;
    }
    valueOf(await region.close());
    return value;
  }

  /** Spends so much, or nothing and says false. */
  consumeCost(count: number): boolean {
    const task = this.#live();
    const left = task.costLeft;
    if (left === undefined) return true;
    const granted = left >= count;
    if (granted) task.costLeft = left - count;
    if (task.machine.isTraced)
      task.told("checkpoint", { cost: count, granted, left: task.costLeft ?? 0 });
    return granted;
  }

  /** Aborts with the task's reason; made on the first look. */
  get signal(): AbortSignal {
    const task = this.#live();
    if (this.#signal === undefined) {
      const controller = new AbortController();
      this.#signal = controller;
      if (task.cancellation !== undefined) controller.abort(task.cancellation.reason);
      else task.onCancel = (reason) => controller.abort(reason);
    }
    return this.#signal.signal;
  }

  /** The same context with less. */
  narrow<D extends C>(...capabilities: readonly D[]): Cx<D> {
    let bits = 0;
    for (const capability of capabilities) bits |= BITS[capability];
    return new Cx<D>(MAKER, this.#live(), this.#region, bits & this.#bits);
  }

  #live(): Task {
    if (this.#region.state === "closed" || this.#task.isDone)
      throw new RuntimeError("CX_CLOSED", "cx: its region has closed");
    return this.#task;
  }

  #granted(capability: Capability): Task {
    if ((this.#bits & BITS[capability]) === 0)
      throw new RuntimeError("CAP_DENIED", `cx: ${capability} was not granted`);
    const task = this.#live();
    const { machine } = task;
    if (machine.isTraced)
      machine.emit("checkpoint", this.#region.id, task.id, { uses: capability, row: this.#bits });
    return task;
  }
}

/** What a spawner has of a task. */
export interface TaskHandle<T> extends PromiseLike<T> {
  readonly id: string;
  readonly isDone: boolean;
  outcome(): Promise<Outcome<T>>;
  /** Asks it to stop; false if it was asked before. */
  cancel(message?: string, kind?: CancelReason["kind"]): boolean;
}

/** A region that a task has opened. */
export class Region {
  readonly #scope: RegionScope;
  readonly #owner: Task;
  readonly cx: Cx;

  /** @internal */
  constructor(scope: RegionScope, owner: Task, cx: Cx) {
    this.#scope = scope;
    this.#owner = owner;
    this.cx = cx;
  }

  get id(): string {
    return this.#scope.id;
  }

  get state(): RegionScope["state"] {
    return this.#scope.state;
  }

  spawn<T>(body: Body<T>, options?: { readonly budget?: Partial<Budget> }): TaskHandle<T> {
    return this.#scope.spawn(body, options) as TaskHandle<unknown> as TaskHandle<T>;
  }

  /** Runs when the region closes, last in first out. */
  defer(run: (cx: Cx) => Promise<void> | void): void {
    this.#scope.addFinalizer(run);
  }

  /** What is in it right now. */
  snapshot(): RegionSnapshot {
    return snapshotOf(this.#scope);
  }

  /** How far it is on its way to its end. */
  drainProgress(): DrainProgress {
    return drainProgressOf(this.#scope);
  }

  cancel(message?: string): void {
    this.#scope.requestCancel(this.#owner.reason("user", message));
  }

  /** Waits until nothing is left in it. */
  close(reason?: CancelReason): Promise<Outcome<void>> {
    return this.#scope.close(this.#owner, reason);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    valueOf(await this.close());
  }

  /** An abort of the signal is a request of kind "user"; the listener goes with the region. */
  linkSignal(signal: AbortSignal): void {
    const abort = (): void => this.#scope.requestCancel(this.#owner.reason("user", "signal"));
    if (signal.aborted) {
      abort();
      return;
    }
    signal.addEventListener("abort", abort, { once: true });
    this.#scope.addFinalizer(() => signal.removeEventListener("abort", abort));
  }
}

const MAKER = {};
Object.defineProperty(Cx.prototype, COPY, { value: TOKEN });
Object.freeze(Cx.prototype);

function notGenuine(value: unknown): RuntimeError {
  const prototype: unknown =
    typeof value === "object" && value !== null ? Object.getPrototypeOf(value) : undefined;
  const copy =
    typeof prototype === "object" && prototype !== null
      ? Object.getOwnPropertyDescriptor(prototype, COPY)?.value
      : undefined;
  return copy !== undefined && copy !== TOKEN
    ? new RuntimeError("FOREIGN_CX", "cx: it is of another copy of @wirewall/runtime")
    : new RuntimeError("FORGED_CX", "cx: it was not made by the runtime");
}
