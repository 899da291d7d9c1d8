// What is legal one time and an attack ten thousand times (RFC 9113 §10.5). The price is that of
// the work which is caused, whether or not the peer reads our answers. A bucket is made when it is
// first charged: an idle connection has none.

import { Budget, type Preset } from "@wirewall/limits";
import type { FloodName } from "./violations.js";

export interface BudgetRow {
  readonly burst: number;
  readonly perSecond: number;
  readonly strict?: { readonly burst: number; readonly perSecond: number };
}

/** Tokens at once and per second. The figures of `resets` are those of nghttp2. */
export const budgetTable: { readonly [K in FloodName]?: BudgetRow } = {
  resets: { burst: 1_000, perSecond: 33, strict: { burst: 100, perSecond: 4 } },
  "own-resets": { burst: 200, perSecond: 20 },
  pings: { burst: 512, perSecond: 64 },
  settings: { burst: 32, perSecond: 1 },
  priority: { burst: 512, perSecond: 128 },
  unknown: { burst: 256, perSecond: 16 },
  empty: { burst: 100, perSecond: 10 },
  "small-data": { burst: 25_600, perSecond: 0 },
  "window-updates": { burst: 1_024, perSecond: 256 },
  dribble: { burst: 1_024, perSecond: 64 },
};

export class Budgets {
  readonly #preset: Preset;
  readonly #budgets: Map<FloodName, Budget> = new Map();

  constructor(preset: Preset) {
    this.#preset = preset;
  }

  /** Takes tokens at `now`; false if there are not as many. */
  take(name: FloodName, now: number, cost = 1): boolean {
    return this.#of(name)?.take(now, cost) ?? true;
  }

  /** Gives tokens back, to a bucket that was ever charged. */
  give(name: FloodName, count: number): void {
    this.#budgets.get(name)?.give(count);
  }

  #of(name: FloodName): Budget | undefined {
    const known = this.#budgets.get(name);
    if (known !== undefined) return known;
    const row = budgetTable[name];
    if (row === undefined) return undefined;
    const { burst, perSecond } = this.#preset === "strict" ? (row.strict ?? row) : row;
    const budget = new Budget({ burstCount: burst, refillPerSecond: perSecond });
    this.#budgets.set(name, budget);
    return budget;
  }
}
