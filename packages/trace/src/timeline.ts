// A trace as a picture: a line for each task, from when it was made to its end, with what happened to it.
// One file of SVG that needs nothing else, in light and in dark.

import type { TraceEvent } from "./event.js";
import { isSecurity } from "./kinds.js";
import { rowsOf, type Mark, type Row } from "./timeline-rows.js";

export interface TimelineOptions {
  /**
   * What goes from left to right: events in their order, which shows what came before what also where
   * no time passes, or microseconds.
   */
  readonly axis?: "order" | "time";
  /** Events drawn; what is beyond is left out, and said to be. */
  readonly maxEvents?: number;
}

const MAX_EVENTS = 20_000;
const ROW = 22;
const TOP = 48;
const LEFT = 150;
const PLOT = 1_000;
const TICKS = 10;

/** Text for a file; nothing in it was taken from events without being escaped. */
export function timelineSvg(events: readonly TraceEvent[], options: TimelineOptions = {}): string {
  const { axis = "order", maxEvents = MAX_EVENTS } = options;
  const drawn = events.slice(0, maxEvents);
  const rows = rowsOf(drawn);
  const place = placesOf(drawn, axis);
  const height = TOP + (rows.length + 1) * ROW + 12;
  const width = LEFT + PLOT + 24;
  const left = events.length - drawn.length;
  const caption = `${drawn.length} events, ${rows.length} tasks${left > 0 ? `, ${left} more left out` : ""}`;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-label="${escaped(caption)}">`,
    `<style>${STYLE}</style>`,
    `<rect class="ground" width="${width}" height="${height}"/>`,
    `<text class="caption" x="8" y="18">${escaped(caption)}</text>`,
    ...grid(drawn, axis, place, height),
    ...rows.map((row, at) => rowSvg(row, TOP + at * ROW, place)),
    ...security(drawn, TOP + rows.length * ROW, place),
    "</svg>\n",
  ].join("\n");
}

type Place = (at: number) => number;

/** Where an event is from left to right, by its number. */
function placesOf(events: readonly TraceEvent[], axis: "order" | "time"): Place {
  const first = events[0]?.t ?? 0;
  const span = Math.max(1, axis === "order" ? events.length - 1 : (events.at(-1)?.t ?? 0) - first);
  return (at) => {
    const value = axis === "order" ? at : (events[at]?.t ?? first) - first;
    return Math.round((LEFT + (PLOT * value) / span) * 10) / 10;
  };
}

function* grid(
  events: readonly TraceEvent[],
  axis: "order" | "time",
  place: Place,
  height: number,
): Iterable<string> {
  const last = events.length - 1;
  let before = -Infinity;
  if (last < 0) return;
  for (let tick = 0; tick <= TICKS; tick++) {
    const at = Math.round((last * tick) / TICKS);
    const x = place(at);
    if (x - before < 40) continue;
    before = x;
    const label = axis === "order" ? String(at) : `${events[at]?.t ?? 0} µs`;
    yield `<path class="grid" d="M${x} ${TOP - 10}V${height - 8}"/><text class="tick" x="${x}" y="${TOP - 16}">${label}</text>`;
  }
}

function rowSvg({ task, from, to, outcome, marks }: Row, y: number, place: Place): string {
  const x = place(from);
  const length = Math.max(2, Math.round((place(to) - x) * 10) / 10);
  const title = `${task}: ${outcome ?? "did not end"}`;
  return [
    `<g><title>${escaped(title)}</title>`,
    `<text class="task" x="${LEFT - 10}" y="${y + 14}">${escaped(shortened(task))}</text>`,
    `<rect class="bar ${classOf(outcome)}" x="${x}" y="${y + 4}" width="${length}" height="12" rx="3"/></g>`,
    ...marks.map((mark) => markSvg(mark, y, place)),
  ].join("");
}

function markSvg({ type, from, to, title }: Mark, y: number, place: Place): string {
  const x = place(from);
  const end = place(to);
  const shape = {
    poll: `<path class="poll" d="M${x} ${y + 4}v12"/>`,
    held: `<path class="held" d="M${x} ${y + 18}H${Math.max(end, x + 2)}"/>`,
    cancel: `<path class="cancel" d="M${x} ${y + 1}l4 5h-8z"/><path class="stopping" d="M${x} ${y + 10}H${Math.max(end, x + 1)}"/>`,
    other: `<circle class="other" cx="${x}" cy="${y + 10}" r="3"/>`,
  }[type];
  return `<g><title>${escaped(title)}</title>${shape}</g>`;
}

/** On a line of their own, whoever was concerned. */
function* security(events: readonly TraceEvent[], y: number, place: Place): Iterable<string> {
  for (const [at, event] of events.entries())
    if (isSecurity(event.kind) || event.kind === "chaos") {
      const x = place(at);
      yield `<g><title>${escaped(event.kind)}</title><path class="alarm" d="M${x} ${y + 4}l5 6-5 6-5-6z"/></g>`;
    }
}

function classOf(outcome: string | undefined): string {
  return outcome === "ok" || outcome === "err" || outcome === "cancelled" || outcome === "panicked"
    ? outcome
    : "open";
}

/** The end of a path says most. */
function shortened(task: string): string {
  return task.length <= 20 ? task : `…${task.slice(-19)}`;
}

/** XML 1.0 has no control characters, halves of surrogate pairs and U+FFFE, not even escaped. */
function escaped(text: string): string {
  return text.replace(/[&<>"'\p{Cc}\p{Cs}\ufffe\uffff]/gu, (one) => ENTITIES[one] ?? "\ufffd");
}

const ENTITIES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&apos;",
};

const STYLE = `
.ground{fill:#fff}text{font:12px ui-monospace,monospace;fill:#222}.task{text-anchor:end}
.tick{text-anchor:middle;font-size:10px;fill:#777}.grid{stroke:#e4e4e4}
.bar{stroke:none}.ok{fill:#8fc99b}.err{fill:#e8b25c}.cancelled{fill:#b9b9c6}.panicked{fill:#e0736f}.open{fill:#9db8e0}
.poll{stroke:#0006}.held{stroke:#7a5cc4;stroke-width:2}.cancel{fill:#c0392b}.stopping{stroke:#c0392b;stroke-width:2}
.other{fill:#444}.alarm{fill:#d35400}
@media (prefers-color-scheme:dark){.ground{fill:#16181d}text{fill:#ddd}.grid{stroke:#2c2f36}.poll{stroke:#fff6}.other{fill:#bbb}}
`.trim();
