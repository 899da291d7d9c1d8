// A machine of threads over cells and locks, apart from the runtime: each thread is a generator that
// yields an operation, which is then done at once.

import type { Execution, Pending, Touch } from "../src/explore/execution.ts";

export interface Op {
  readonly kind: "read" | "write" | "update" | "lock" | "unlock";
  readonly on: string;
  readonly value?: number;
  readonly change?: (value: number) => number;
}

export type Thread = Generator<Op, void, number>;

interface Live {
  readonly name: string;
  readonly thread: Thread;
  op: Op | undefined;
  count: number;
}

export class Toy implements Execution {
  readonly cells: Map<string, number> = new Map();
  readonly #holders: Map<string, string> = new Map();
  readonly #threads: Live[];
  readonly #judge: ((toy: Toy) => string | undefined) | undefined;

  constructor(threads: readonly Thread[], judge?: (toy: Toy) => string | undefined) {
    this.#judge = judge;
    this.#threads = threads.map((thread, at) => {
      const first = thread.next();
      return {
        name: `t${String(at).padStart(3, "0")}`,
        thread,
        op: first.done === true ? undefined : first.value,
        count: 0,
      };
    });
  }

  pending(): Pending[] {
    const all: Pending[] = [];
    for (const { name, op } of this.#threads)
      if (op !== undefined)
        all.push({
          task: name,
          label: `${op.kind} ${op.on}`,
          isEnabled: op.kind !== "lock" || !this.#holders.has(op.on),
          isGuarded: op.kind === "lock",
          resource: op.on,
        });
    return all;
  }

  step(task: string): Touch[] {
    const live = this.#threads.find(({ name }) => name === task);
    if (live?.op === undefined) throw new Error(`${task} has nothing to do`);
    const { op } = live;
    const value = this.cells.get(op.on) ?? 0;
    if (op.kind === "write") this.cells.set(op.on, op.value ?? 0);
    if (op.kind === "update") this.cells.set(op.on, op.change?.(value) ?? value);
    if (op.kind === "lock") this.#holders.set(op.on, task);
    if (op.kind === "unlock") this.#holders.delete(op.on);
    const next = live.thread.next(value);
    live.op = next.done === true ? undefined : next.value;
    return [{ resource: op.on, isWrite: op.kind !== "read" }];
  }

  finish(): string | undefined {
    return this.#judge?.(this);
  }
}
