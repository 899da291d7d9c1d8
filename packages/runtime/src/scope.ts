// A region that no task has opened: what comes from outside, a connection or a request, is begun in it,
// and it ends by itself once it was closed and nothing of it is left.

import { defaultBudget, type Budget } from "./budget.js";
import type { TaskHandle } from "./cx.js";
import type { Host, Micros } from "./host.js";
import { Machine } from "./machine.js";
import { reasonOf, type CancelKind } from "./reason.js";
import { RegionScope, type RegionOptions } from "./region.js";
import { snapshotOf, type RegionSnapshot } from "./snapshot.js";
import type { Body } from "./task.js";
import type { SecurityKind, TraceValue } from "@wirewall/trace";

/** Whoever begins something looks at its outcome. */
const JUDGED: RegionOptions = { judged: true, onFailure: "collect" };

export class Scope {
  readonly #region: RegionScope;

  /** @internal */
  constructor(region: RegionScope) {
    this.#region = region;
  }

  get id(): string {
    return this.#region.id;
  }

  /** On the clock of its host. */
  get now(): Micros {
    return this.#region.machine.host.now();
  }

  get isClosed(): boolean {
    return this.#region.state === "closed";
  }

  /** A scope in this one. */
  scope(options: RegionOptions = JUDGED): Scope {
    const region = this.#region;
    return new Scope(new RegionScope(region.machine, region, undefined, options, region.budget));
  }

  /**
   * Runs a task whose first steps are taken before this returns: whoever calls is not a task itself,
   * but the platform that tells of an event. In the lab it begins when it is chosen.
   *
   * @throws RuntimeError REGION_CLOSED once it was closed.
   */
  begin<T>(body: Body<T>, options?: { readonly budget?: Partial<Budget> }): TaskHandle<T> {
    return this.#region.spawn(body, options, true) as TaskHandle<unknown> as TaskHandle<T>;
  }

  /** Asks all that is in it to stop. */
  cancel(kind: CancelKind, message?: string): void {
    const { id: originRegion, machine } = this.#region;
    const at = machine.host.now();
    this.#region.requestCancel(reasonOf({ kind, originRegion, at, message }));
  }

  /** Takes on nothing more; `ended` is called once nothing of it is left, which may be at once. */
  close(ended?: () => void): void {
    this.#region.endWhenQuiet(ended);
  }

  /** Something that was refused, for the trace: codes and counts, never what a peer has said. */
  tell(kind: SecurityKind, data: Readonly<Record<string, TraceValue>>): void {
    const { machine, id } = this.#region;
    if (machine.isTraced) machine.emit(kind, id, undefined, data);
  }

  snapshot(): RegionSnapshot {
    return snapshotOf(this.#region);
  }
}

/** The root of a tree for a program that is driven by events alone. */
export function rootScope(host: Host, budget: Partial<Budget> = {}): Scope {
  const machine = new Machine(host);
  const region = new RegionScope(machine, undefined, undefined, JUDGED, {
    ...defaultBudget,
    ...budget,
  });
  return new Scope(region);
}
