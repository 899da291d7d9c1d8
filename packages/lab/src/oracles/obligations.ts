// What was reserved is resolved once, and no more is reserved than there is room for.

import type { TraceEvent } from "@wirewall/trace";
import { numberIn, Rule, textIn } from "./oracle.js";

/** Nobody resolved a reservation while its holder lived. */
export class ObligationLeak extends Rule {
  readonly name = "obligationLeak";
  readonly #held: Map<number, string> = new Map();

  event(event: TraceEvent): void {
    const { kind, task = "" } = event;
    const id = numberIn(event, "id") ?? -1;
    if (kind === "obligation_reserve") this.#held.set(id, task);
    else if (kind === "obligation_commit" || kind === "obligation_abort") this.#held.delete(id);
    else if (kind === "obligation_leak") {
      this.#held.delete(id);
      this.broken(`task ${task} ended with obligation ${id}`);
    } else if (kind === "task_complete")
      for (const [held, holder] of this.#held)
        if (holder === task) this.broken(`task ${task} ended with obligation ${held}`);
  }
}

/** A permit is used twice, there are more of them than fit, or a turn goes to one who has left. */
export class ChannelAtomicity extends Rule {
  readonly name = "channelAtomicity";
  readonly #open: Set<number> = new Set();
  readonly #waiting: Map<string, string> = new Map();

  event(event: TraceEvent): void {
    const { kind, task = "" } = event;
    const id = numberIn(event, "id") ?? -1;
    if (kind === "obligation_reserve") this.#reserved(event, id);
    else if (kind.startsWith("obligation_") && !this.#open.delete(id))
      this.broken(`obligation ${id} was resolved twice`);
    else if (kind === "checkpoint") {
      const waits = textIn(event, "waits");
      if (waits !== undefined) this.#waiting.set(task, waits);
    } else if (kind === "task_wake" && event.data["granted"] === true) {
      if (!this.#waiting.delete(task)) this.broken(`task ${task} was granted what it left`);
    } else if (kind === "cancel_ack" || kind === "task_complete") this.#waiting.delete(task);
  }

  #reserved(event: TraceEvent, id: number): void {
    this.#open.add(id);
    const load = numberIn(event, "load") ?? 0;
    const capacity = numberIn(event, "capacity") ?? Infinity;
    if (load > capacity)
      this.broken(`${textIn(event, "of") ?? ""} holds ${load}, which is over ${capacity}`);
  }
}
