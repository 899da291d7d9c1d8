// What a pool counts. All labels are codes of this package, of http1 and http2: closed sets.

import type { HttpProtocol } from "./identity.js";

/** A snapshot. */
export interface PoolCounters {
  /** Connections that were begun to open. */
  readonly opened: number;
  /** Connections that became ready, by what is spoken on them. */
  readonly protocols: ReadonlyMap<HttpProtocol, number>;
  /** Requests that were given a connection which had served one before. */
  readonly reused: number;
  /** Requests that were sent once more after their connection had died. */
  readonly retried: number;
  /** Callbacks that threw after their call was over. */
  readonly callbackErrors: number;
  /** Connections that were given up for a doubt, by its code. */
  readonly poisoned: ReadonlyMap<string, number>;
  /** Calls that failed, by code; for a violation, by its code. */
  readonly errors: ReadonlyMap<string, number>;
}

export class Counters implements PoolCounters {
  opened = 0;
  reused = 0;
  retried = 0;
  callbackErrors = 0;
  readonly protocols: Map<HttpProtocol, number> = new Map([
    ["http/1.1", 0],
    ["h2", 0],
  ]);
  readonly poisoned: Map<string, number> = new Map();
  readonly errors: Map<string, number> = new Map();
}

export function increment<Label>(counts: Map<Label, number>, label: Label): void {
  counts.set(label, (counts.get(label) ?? 0) + 1);
}
