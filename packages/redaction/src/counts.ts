// How much was taken out, by class: told, where what was taken out is not.

import type { TraceSink } from "@wirewall/trace";

export interface RedactionCounts {
  secret: number;
  sensitive: number;
  /** Beyond a bound, unreadable, or not data. */
  removed: number;
}

export function noCounts(): RedactionCounts {
  return { secret: 0, sensitive: 0, removed: 0 };
}

/** One event, if anything was taken out. */
export function tellCounts(
  trace: TraceSink | undefined,
  counts: RedactionCounts,
  micros: number,
): void {
  const { secret, sensitive, removed } = counts;
  if (trace === undefined || secret + sensitive + removed === 0) return;
  const data = { code: "class", count: secret + sensitive + removed, secret, sensitive, removed };
  trace.event({ seq: 0, t: micros, kind: "redaction_applied", data });
}
