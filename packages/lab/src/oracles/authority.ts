// Who may do what: only with the row of capabilities that was granted, in a region that is open, and in
// the program that made the context.

import type { TraceEvent } from "@wirewall/trace";
import { parentOf, numberIn, Rule, textIn } from "./oracle.js";

const BITS: Readonly<Record<string, number>> = { spawn: 1, time: 2, random: 4, io: 8, remote: 16 };

/** Something was done that the context did not grant. */
export class AmbientAuthority extends Rule {
  readonly name = "ambientAuthority";

  event(event: TraceEvent): void {
    if (event.kind !== "checkpoint") return;
    const uses = textIn(event, "uses");
    if (uses === undefined) return;
    const bit = BITS[uses] ?? 0;
    if (bit === 0 || ((numberIn(event, "row") ?? 0) & bit) === 0)
      this.broken(`task ${event.task ?? ""} used ${uses}, which it was not granted`);
  }
}

/** A context or region is used after its end, or by a task that is not within it. */
export class HandleUse extends Rule {
  readonly name = "handleUse";
  readonly #closed: Set<string> = new Set();
  readonly #closing: Set<string> = new Set();
  readonly #ended: Set<string> = new Set();

  event({ kind, region = "", task, data }: TraceEvent): void {
    if (kind === "region_close_begin") this.#closing.add(region);
    else if (kind === "region_close_complete") this.#closed.add(region);
    else if (kind === "task_complete") this.#ended.add(task ?? "");
    else if (kind === "task_spawn" && this.#closing.has(parentOf(task ?? "") ?? ""))
      this.broken(`task ${task ?? ""} was started in a region that takes on no more`);
    else if (kind === "checkpoint" && data["uses"] !== undefined) {
      if (this.#closed.has(region))
        this.broken(`the context of region ${region} was used after it`);
      if (this.#ended.has(task ?? ""))
        this.broken(`the context of task ${task ?? ""} was used after it`);
    }
  }
}

/** The context of another program, or of another copy of the runtime, was taken for one of this. */
export class InstanceMixing extends Rule {
  readonly name = "instanceMixing";
  readonly #known: Set<string> = new Set();
  #seq = -1;

  event({ kind, seq, region = "", task }: TraceEvent): void {
    if (kind === "region_open") this.#known.add(region);
    else if (kind === "task_spawn") this.#known.add(task ?? "");
    else if (!this.#known.has(region) || (task !== undefined && !this.#known.has(task)))
      this.broken(`${task ?? region} is not of this program`);
    if (seq !== this.#seq + 1) this.broken(`event ${seq} is of another count`);
    this.#seq = seq;
  }
}
