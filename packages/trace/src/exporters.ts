// Traces for other tools: a line of JSON for each event, and the format of Chrome's trace viewer, which
// Perfetto opens too.

import { canonicalJson } from "./canonical.js";
import type { TraceEvent, TraceValue } from "./event.js";
import { isSecurity } from "./kinds.js";

/** One canonical object on a line of its own. */
export function ndjsonLine(event: TraceEvent): string {
  return `${canonicalJson(valueOf(event))}\n`;
}

type Entry = { readonly [name: string]: TraceValue };

/**
 * Tasks and regions as nested spans, polls of tasks as instants of theirs, security and chaos as marks,
 * and cancel requests as arrows to where they were acknowledged. What has not ended ends with the trace.
 */
export function chromeTrace(events: readonly TraceEvent[]): string {
  const entries: Entry[] = [{ ph: "M", name: "process_name", pid: 1, args: { name: "wirewall" } }];
  const open = new Map<string, Entry>();
  let last = 0;
  for (const event of events) {
    last = Math.max(last, event.t);
    entries.push(...entriesOf(event, open));
  }
  for (const entry of open.values()) entries.push({ ...entry, ph: "e", ts: last });
  return canonicalJson({ displayTimeUnit: "ms", traceEvents: entries });
}

function entriesOf(event: TraceEvent, open: Map<string, Entry>): Entry[] {
  const { kind, t: ts, region = "", task } = event;
  const at = { pid: 1, tid: 1, ts };
  const args = { ...event.data, seq: event.seq };
  const begin = (cat: string, id: string): Entry[] => {
    const entry = { ...at, ph: "b", cat, id, name: id, args };
    open.set(`${cat} ${id}`, entry);
    return [entry];
  };
  const end = (cat: string, id: string): Entry[] =>
    open.delete(`${cat} ${id}`) ? [{ ...at, ph: "e", cat, id, name: id, args }] : [];
  switch (kind) {
    case "region_open":
      return begin("region", region);
    case "region_close_complete":
      return end("region", region);
    case "task_spawn":
      return begin("task", task ?? region);
    case "task_complete":
      return end("task", task ?? region);
    case "cancel_request":
      return [{ ...at, ph: "s", cat: "cancel", id: task ?? region, name: kind, args }];
    case "cancel_ack":
      return [{ ...at, ph: "f", bp: "e", cat: "cancel", id: task ?? region, name: kind, args }];
    default: {
      const scope = isSecurity(kind) || kind === "chaos" ? "g" : "t";
      return [{ ...at, ph: "i", s: scope, cat: task ?? region, name: kind, args }];
    }
  }
}

function valueOf({ seq, t, logical, kind, region, task, data }: TraceEvent): Entry {
  return {
    seq,
    t,
    kind,
    data,
    ...(logical === undefined ? undefined : { logical }),
    ...(region === undefined ? undefined : { region }),
    ...(task === undefined ? undefined : { task }),
  };
}
