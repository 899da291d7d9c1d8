// What an oracle is: it is shown every event of a run and says in the end which rule was broken. It
// believes nothing that the runtime concludes, only what it tells step by step.

import type { TraceEvent, TraceValue } from "@wirewall/trace";

export interface Oracle {
  readonly name: string;
  event(event: TraceEvent): void;
  /** What is wrong, in the order in which it went wrong; nothing may follow. */
  check(): readonly string[];
}

/** An oracle never says more than this: the first things that go wrong explain the rest. */
const MOST_FAULTS = 16;

export abstract class Rule implements Oracle {
  abstract readonly name: string;
  readonly #faults: string[] = [];

  abstract event(event: TraceEvent): void;

  /** What only shows when nothing follows. */
  protected atEnd(): void {}

  check(): readonly string[] {
    this.atEnd();
    return this.#faults;
  }

  protected broken(what: string): void {
    if (this.#faults.length < MOST_FAULTS) this.#faults.push(what);
  }
}

export function numberIn({ data }: TraceEvent, name: string): number | undefined {
  const value: TraceValue | undefined = data[name];
  return typeof value === "number" ? value : undefined;
}

export function textIn({ data }: TraceEvent, name: string): string | undefined {
  const value: TraceValue | undefined = data[name];
  return typeof value === "string" ? value : undefined;
}

/** The path of the region that a task or region belongs to; undefined for the root. */
export function parentOf(path: string): string | undefined {
  const end = path.lastIndexOf(".");
  return end < 0 ? undefined : path.slice(0, end);
}

export function isWithin(path: string, region: string): boolean {
  return path.startsWith(`${region}.`);
}
