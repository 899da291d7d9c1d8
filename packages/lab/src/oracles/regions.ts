// The tree of regions: one root, no stranger, nothing left in what has closed (close ⇒ quiescence).

import type { TraceEvent } from "@wirewall/trace";
import { isWithin, numberIn, parentOf, Rule } from "./oracle.js";

/** A region closes and a task in it goes on. */
export class TaskLeak extends Rule {
  readonly name = "taskLeak";
  readonly #live: Set<string> = new Set();

  event({ kind, task = "", region = "" }: TraceEvent): void {
    if (kind === "task_spawn") this.#live.add(task);
    else if (kind === "task_complete") this.#live.delete(task);
    else if (kind === "region_close_complete")
      for (const live of this.#live)
        if (parentOf(live) === region) this.broken(`region ${region} closed before task ${live}`);
  }
}

/** A region closes while it has a live child, a finalizer that has not run, or an open obligation. */
export class Quiescence extends Rule {
  readonly name = "quiescence";
  readonly #children: Set<string> = new Set();
  readonly #finalizers: Map<string, number> = new Map();
  readonly #obligations: Map<number, string> = new Map();

  event(event: TraceEvent): void {
    const { kind, region = "", data } = event;
    if (kind === "region_open") this.#children.add(region);
    else if (kind === "region_close_complete") this.#closed(region);
    else if (kind === "checkpoint" && data["state"] !== undefined) {
      const change = data["state"] === "added" ? 1 : data["state"] === "ended" ? -1 : 0;
      this.#finalizers.set(region, (this.#finalizers.get(region) ?? 0) + change);
    } else if (kind.startsWith("obligation_")) {
      const id = numberIn(event, "id") ?? -1;
      if (kind === "obligation_reserve") this.#obligations.set(id, region);
      else this.#obligations.delete(id);
    }
  }

  #closed(region: string): void {
    this.#children.delete(region);
    for (const child of this.#children)
      if (isWithin(child, region)) this.broken(`region ${region} closed before region ${child}`);
    if ((this.#finalizers.get(region) ?? 0) !== 0)
      this.broken(`region ${region} closed before a finalizer had run`);
    for (const [id, holder] of this.#obligations)
      if (holder === region) this.broken(`region ${region} closed before obligation ${id}`);
  }
}

/** More than one root, a parent that is not there, or one that does not count its child. */
export class RegionTree extends Rule {
  readonly name = "regionTree";
  readonly #open: Map<string, number> = new Map();
  readonly #known: Set<string> = new Set();
  #roots = 0;

  event(event: TraceEvent): void {
    const { kind, region = "", task = "" } = event;
    if (kind === "region_open") this.#opened(region, numberIn(event, "siblings") ?? 0);
    else if (kind === "region_close_complete") this.#closed(region);
    else if (kind === "task_spawn" && !this.#open.has(parentOf(task) ?? ""))
      this.broken(`task ${task} belongs to no open region`);
  }

  protected override atEnd(): void {
    if (this.#roots !== 1 && this.#known.size > 0) this.broken(`${this.#roots} roots`);
  }

  #opened(region: string, siblings: number): void {
    if (this.#known.has(region)) this.broken(`region ${region} was opened twice`);
    this.#known.add(region);
    this.#open.set(region, 0);
    const parent = parentOf(region);
    if (parent === undefined) {
      this.#roots++;
      return;
    }
    const children = this.#open.get(parent);
    if (children === undefined) this.broken(`region ${region} hangs on none that is open`);
    else if (children !== siblings) this.broken(`region ${parent} does not know ${region}`);
    this.#open.set(parent, (children ?? 0) + 1);
  }

  #closed(region: string): void {
    this.#open.delete(region);
    const parent = parentOf(region);
    const children = parent === undefined ? undefined : this.#open.get(parent);
    if (parent !== undefined && children !== undefined) this.#open.set(parent, children - 1);
  }
}

/** A region that began to close and never did, or whose parent was closed first. */
export class RegionLeak extends Rule {
  readonly name = "regionLeak";
  readonly #open: Set<string> = new Set();
  readonly #closing: Set<string> = new Set();

  event({ kind, region = "" }: TraceEvent): void {
    if (kind === "region_open") this.#open.add(region);
    else if (kind === "region_close_begin") this.#closing.add(region);
    else if (kind === "region_close_complete") {
      this.#open.delete(region);
      this.#closing.delete(region);
      for (const child of this.#open)
        if (parentOf(child) === region) this.broken(`region ${child} outlives its parent`);
    }
  }

  protected override atEnd(): void {
    for (const region of this.#closing) this.broken(`region ${region} never closed`);
  }
}

/** A combinator returns while a branch that it started is running. */
export class LoserDrain extends Rule {
  readonly name = "loserDrain";
  readonly #live: Set<string> = new Set();

  event({ kind, task = "", data }: TraceEvent): void {
    if (kind === "task_spawn") this.#live.add(task);
    else if (kind === "task_complete") this.#live.delete(task);
    const joined = kind === "checkpoint" ? data["joined"] : undefined;
    if (typeof joined !== "string") return;
    for (const live of this.#live)
      if (isWithin(live, joined))
        this.broken(`task ${task} went on before its branch ${live} ended`);
  }
}

/** A finalizer that did not run, ran twice, or before one that was added after it. */
export class Finalizer extends Rule {
  readonly name = "finalizer";
  readonly #waiting: Map<string, number[]> = new Map();

  event(event: TraceEvent): void {
    const { kind, region = "", data } = event;
    const finalizer = kind === "checkpoint" ? numberIn(event, "finalizer") : undefined;
    const waiting = this.#waiting.get(region) ?? [];
    if (finalizer !== undefined && data["state"] === "added")
      this.#waiting.set(region, [...waiting, finalizer]);
    else if (finalizer !== undefined && data["state"] === "begun") {
      if (waiting.pop() !== finalizer)
        this.broken(`region ${region}: finalizer ${finalizer} was not the last that was added`);
    } else if (kind === "region_close_complete" && waiting.length > 0)
      this.broken(`region ${region}: finalizer ${waiting.at(-1)} did not run`);
  }
}
