// Keeps the latest events in memory and hands them on. Events of security have a ring of their own, so
// that a flood of others cannot drive them out, and those that say the same within a second are one
// with a count, so that the record is no amplifier.

import type { TraceEvent, TraceSink, TraceValue } from "./event.js";
import { isSecurity } from "./kinds.js";
import { redacted } from "./redact-keys.js";

export interface RecorderOptions {
  /** Events kept. */
  readonly capacity?: number;
  readonly securityCapacity?: number;
  /** Gets each event as well; detached when it throws. */
  readonly sink?: TraceSink;
}

const SAME_MICROS = 1_000_000;

export class Recorder implements TraceSink {
  readonly #others: Ring;
  readonly #security: Ring;
  readonly #recent: Map<string, TraceEvent> = new Map();
  #sink: TraceSink | undefined;
  #faults = 0;
  #seq = 0;

  constructor({ capacity = 4_096, securityCapacity = 1_024, sink }: RecorderOptions = {}) {
    this.#others = new Ring(capacity);
    this.#security = new Ring(securityCapacity);
    this.#sink = sink;
  }

  /** Sinks that threw. */
  get faults(): number {
    return this.#faults;
  }

  /** Events that had to make room. */
  get dropped(): number {
    return this.#others.dropped + this.#security.dropped;
  }

  /** What is kept, in the order of its numbers. */
  get events(): readonly TraceEvent[] {
    return [...this.#others.items(), ...this.#security.items()].sort((a, b) => a.seq - b.seq);
  }

  event(event: TraceEvent): void {
    if (event.kind === "user") this.#user(event);
    else if (isSecurity(event.kind)) this.#secure(event);
    else this.#keep(this.#others, event);
  }

  #user(event: TraceEvent): void {
    const { data, count } = redacted(event.data);
    this.#keep(this.#others, { ...event, data });
    if (count === 0) return;
    const applied = { count, code: "key" };
    this.#keep(this.#security, { seq: 0, t: event.t, kind: "redaction_applied", data: applied });
  }

  #secure(event: TraceEvent): void {
    const { code = null, connId = null } = event.data;
    const key = `${event.kind} ${String(code)} ${String(connId)}`;
    const before = this.#recent.get(key);
    if (before !== undefined && event.t - before.t < SAME_MICROS) {
      const count = numberOf(before.data["count"], 1) + numberOf(event.data["count"], 1);
      const joined = { ...before, data: { ...before.data, count } };
      if (this.#security.replace(before, joined)) {
        this.#recent.set(key, joined);
        return;
      }
    }
    const kept = this.#keep(this.#security, event);
    if (this.#recent.size >= 1_024) this.#recent.clear();
    this.#recent.set(key, kept);
  }

  #keep(ring: Ring, event: TraceEvent): TraceEvent {
    const numbered = { ...event, seq: this.#seq++ };
    ring.push(numbered);
    try {
      this.#sink?.event(numbered);
    } catch {
      this.#sink = undefined;
      this.#faults++;
    }
    return numbered;
  }
}

function numberOf(value: TraceValue | undefined, otherwise: number): number {
  return typeof value === "number" ? value : otherwise;
}

class Ring {
  readonly #capacity: number;
  #items: TraceEvent[] = [];
  #start = 0;
  dropped = 0;

  constructor(capacity: number) {
    if (!Number.isSafeInteger(capacity) || capacity < 1)
      throw new RangeError("capacity: expected a whole number from 1");
    this.#capacity = capacity;
  }

  push(event: TraceEvent): void {
    if (this.#items.length < this.#capacity) {
      this.#items.push(event);
      return;
    }
    this.#items[this.#start] = event;
    this.#start = (this.#start + 1) % this.#capacity;
    this.dropped++;
  }

  /** False if it is not kept any more. */
  replace(before: TraceEvent, after: TraceEvent): boolean {
    const at = this.#items.indexOf(before);
    if (at === -1) return false;
    this.#items[at] = after;
    return true;
  }

  items(): TraceEvent[] {
    return [...this.#items.slice(this.#start), ...this.#items.slice(0, this.#start)];
  }
}
