// The root of a tree of regions: a program runs in it, and when this is over nothing of it is left.

import { defaultBudget, type Budget } from "./budget.js";
import type { Cx, Region } from "./cx.js";
import type { Host } from "./host.js";
import { Machine } from "./machine.js";
import type { Outcome } from "./outcome.js";
import { reasonOf } from "./reason.js";
import { RegionScope, type RegionOptions } from "./region.js";

export interface RunOptions extends Omit<RegionOptions, "budget"> {
  readonly budget?: Partial<Budget>;
  /** Asks the whole program to stop, as a shutdown. */
  readonly signal?: AbortSignal;
}

export type Program<T> = (cx: Cx, region: Region) => Promise<T> | T;

/** Runs a program to its end and says what became of it; never throws. */
export async function run<T>(
  host: Host,
  program: Program<T>,
  options: RunOptions = {},
): Promise<Outcome<T>> {
  const machine = new Machine(host);
  const budget = { ...defaultBudget, ...options.budget };
  const granted = options.io === undefined ? {} : { io: options.io };
  const root = new RegionScope(machine, undefined, undefined, granted, budget);
  const main = root.spawn((cx) =>
    cx.withRegion(options, (region, inner) => program(inner, region)),
  );
  const { signal } = options;
  const stop = (): void =>
    root.requestCancel(reasonOf({ kind: "shutdown", originRegion: root.id, at: host.now() }));
  if (signal?.aborted === true) stop();
  else signal?.addEventListener("abort", stop, { once: true });
  const outcome = await new Promise<Outcome<unknown>>((resolve) => main.watch({ tell: resolve }));
  signal?.removeEventListener("abort", stop);
  return outcome as Outcome<T>;
}
