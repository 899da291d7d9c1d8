// The trace itself: in order, the same each time, and without a secret.

import { ndjsonLine, type TraceEvent } from "@wirewall/trace";
import { Rule, textIn } from "./oracle.js";

/** Numbers or times go back, or something is received that nobody has sent. */
export class TraceOrder extends Rule {
  readonly name = "traceOrder";
  readonly #sent: Map<string, number> = new Map();
  readonly #permits: Map<unknown, string> = new Map();
  #seq = -1;
  #time = 0;

  event(event: TraceEvent): void {
    const { seq, t, kind, data } = event;
    if (seq <= this.#seq) this.broken(`event ${seq} comes after ${this.#seq}`);
    if (t < this.#time) this.broken(`event ${seq} is earlier than the one before`);
    this.#seq = seq;
    this.#time = t;
    if (kind === "obligation_reserve") this.#permits.set(data["id"], textIn(event, "of") ?? "");
    else if (kind === "obligation_commit") this.#count(this.#permits.get(data["id"]) ?? "", 1);
    const received = kind === "checkpoint" ? textIn(event, "received") : undefined;
    if (received !== undefined && this.#count(received, -1) < 0)
      this.broken(`event ${seq}: ${received} gave what nobody had sent`);
  }

  #count(of: string, change: number): number {
    const count = (this.#sent.get(of) ?? 0) + change;
    this.#sent.set(of, count);
    return count;
  }
}

/** Two runs of one seed differ. */
export class Determinism extends Rule {
  readonly name = "determinism";
  readonly #before: readonly TraceEvent[];
  #at = 0;

  constructor(before: readonly TraceEvent[]) {
    super();
    this.#before = before;
  }

  event(event: TraceEvent): void {
    const before = this.#before[this.#at++];
    if (before === undefined || ndjsonLine(before) !== ndjsonLine(event))
      this.broken(`event ${event.seq} is ${event.kind}, and was ${before?.kind ?? "none"}`);
  }

  protected override atEnd(): void {
    if (this.#at < this.#before.length)
      this.broken(`${this.#at} events, of ${this.#before.length}`);
  }
}

/** Something that was planted as a secret is in an event. */
export class TraceHygiene extends Rule {
  readonly name = "traceHygiene";
  readonly #canaries: readonly string[];

  constructor(canaries: readonly string[]) {
    super();
    this.#canaries = canaries;
  }

  event(event: TraceEvent): void {
    const line = ndjsonLine(event);
    for (const [at, canary] of this.#canaries.entries())
      if (line.includes(canary)) this.broken(`event ${event.seq} tells canary ${at}`);
  }
}
