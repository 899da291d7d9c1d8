// What a timeline draws: the tasks of a trace in the order in which they were made, each with what
// happened to it, by the number of the event.

import type { TraceEvent } from "./event.js";
import { isSecurity } from "./kinds.js";

export interface Mark {
  readonly type: "poll" | "held" | "cancel" | "other";
  readonly from: number;
  readonly to: number;
  readonly title: string;
}

export interface Row {
  readonly task: string;
  readonly from: number;
  readonly to: number;
  /** Undefined if it had not ended when the trace did. */
  readonly outcome: string | undefined;
  readonly marks: readonly Mark[];
}

interface Draft {
  readonly task: string;
  readonly from: number;
  to: number | undefined;
  outcome: string | undefined;
  readonly marks: Mark[];
  /** Where it was asked to stop, and where it took what it still holds. */
  asked: number | undefined;
  readonly held: { readonly at: number; readonly kind: string }[];
}

export function rowsOf(events: readonly TraceEvent[]): Row[] {
  const rows = new Map<string, Draft>();
  for (const [at, event] of events.entries()) {
    const { task } = event;
    if (task === undefined) continue;
    let row = rows.get(task);
    if (row === undefined) {
      row = {
        task,
        from: at,
        to: undefined,
        outcome: undefined,
        marks: [],
        asked: undefined,
        held: [],
      };
      rows.set(task, row);
    }
    add(row, event, at);
  }
  const end = Math.max(0, events.length - 1);
  return [...rows.values()].map((row) => {
    const to = row.to ?? end;
    settle(row, to);
    const { task, from, outcome, marks } = row;
    return { task, from, to, outcome, marks };
  });
}

function add(row: Draft, { kind, data }: TraceEvent, at: number): void {
  const mark = (type: Mark["type"], title: string, from = at): void => {
    row.marks.push({ type, from, to: at, title });
  };
  switch (kind) {
    case "task_spawn":
    case "task_schedule":
      return;
    case "task_poll":
      return mark("poll", "runs");
    case "task_complete":
      row.to = at;
      row.outcome = typeof data["outcome"] === "string" ? data["outcome"] : "ended";
      return;
    case "cancel_request":
      row.asked ??= at;
      return;
    case "cancel_finalize":
      return;
    case "cancel_ack":
      mark("cancel", "was asked to stop, and stops", row.asked ?? at);
      row.asked = undefined;
      return;
    case "obligation_reserve":
      row.held.push({ at, kind: String(data["obligation"] ?? "") });
      return;
    case "obligation_commit":
    case "obligation_abort":
    case "obligation_leak": {
      const what = String(data["obligation"] ?? "");
      const place = row.held.findIndex((held) => held.kind === what);
      const [held] = place === -1 ? [] : row.held.splice(place, 1);
      const how = kind.slice("obligation_".length);
      return mark("held", `${what}: ${how}`, held?.at ?? at);
    }
    default:
      if (!isSecurity(kind) && kind !== "chaos") mark("other", kind);
  }
}

/** What had not come to an end does so where its line ends. */
function settle(row: Draft, to: number): void {
  if (row.asked !== undefined)
    row.marks.push({ type: "cancel", from: row.asked, to, title: "was asked to stop" });
  for (const { at, kind } of row.held)
    row.marks.push({ type: "held", from: at, to, title: `${kind}: held to the end` });
}
