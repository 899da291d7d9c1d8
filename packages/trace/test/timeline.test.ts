// The picture of a trace says what the trace says, and nothing that is in it becomes markup.

import { timelineSvg, type TraceEvent, type TraceKind } from "@wirewall/trace";
import fc from "fast-check";
import { describe, expect, it } from "vitest";

function trace(...steps: [TraceKind, string, TraceEvent["data"]?][]): TraceEvent[] {
  return steps.map(([kind, task, data = {}], seq) => ({ seq, t: seq * 10, kind, task, data }));
}

const RUN = trace(
  ["task_spawn", "0.0"],
  ["task_poll", "0.0"],
  ["task_spawn", "0.1"],
  ["obligation_reserve", "0.1", { obligation: "lockGuard" }],
  ["cancel_request", "0.1", { reason: "user", epoch: 1 }],
  ["cancel_ack", "0.1", { epoch: 1 }],
  ["obligation_commit", "0.1", { obligation: "lockGuard" }],
  ["task_complete", "0.1", { outcome: "cancelled" }],
  ["flood_detected", "0.0", { code: "ping" }],
);

describe("row: R9 timeline", () => {
  it("has a line for each task, with its outcome, what it held and where it was asked to stop", () => {
    const svg = timelineSvg(RUN);
    expect(svg.match(/class="bar [a-z]+"/g)).toEqual(['class="bar open"', 'class="bar cancelled"']);
    for (const title of [
      "0.0: did not end",
      "0.1: cancelled",
      "lockGuard: commit",
      "flood_detected",
    ])
      expect(svg).toContain(`<title>${title}</title>`);
    expect(svg).toContain("<title>was asked to stop, and stops</title>");
    expect(svg).toContain("9 events, 2 tasks");
    // The lock was held from the fourth of nine events to the seventh: 3/8 and 6/8 of 1,000.
    expect(svg).toMatch(/class="held" d="M525 [\d.]+H900"/);
  });

  it("shows the order of events, or their time", () => {
    const late = [...RUN.slice(0, 3), ...RUN.slice(3).map((each) => ({ ...each, t: 1_000_000 }))];
    const polls = (svg: string): string[] => svg.match(/class="poll" d="M[\d.]+/g) ?? [];
    expect(polls(timelineSvg(late, { axis: "time" }))).toEqual(['class="poll" d="M150']);
    expect(polls(timelineSvg(late))).toEqual(['class="poll" d="M275']);
    expect(timelineSvg(late, { axis: "time" })).toContain("1000000 µs");
  });

  it("draws so many events and says how many it left out", () => {
    expect(timelineSvg(RUN, { maxEvents: 4 })).toContain("4 events, 2 tasks, 5 more left out");
    expect(timelineSvg(RUN, { maxEvents: RUN.length })).toContain("9 events, 2 tasks</text>");
    expect(timelineSvg(RUN, { maxEvents: 0 })).toContain("0 events, 0 tasks, 9 more left out");
    expect(timelineSvg([])).toContain("0 events, 0 tasks");
  });

  it("keeps letters of every script", () => {
    expect(timelineSvg(trace(["task_spawn", "задача 🛡"]))).toContain("задача 🛡: did not end");
  });

  it("whatever a name is, it stays text", () => {
    const text = fc.string({ unit: fc.constantFrom("<", "&", '"', "'", ">", "\0", "a", "\ud800") });
    fc.assert(
      fc.property(text, text, (task, outcome) => {
        const svg = timelineSvg(
          trace(
            ["task_spawn", task],
            ["obligation_reserve", task, { obligation: outcome }],
            ["task_complete", task, { outcome }],
          ),
        );
        const inside = [...svg.matchAll(/<(?:title|text)[^>]*>([^<]*)<\//g)].map(([, one]) => one);
        expect(inside.length).toBeGreaterThan(2);
        const plain = svg.replace(/<\/?(?:svg|style|rect|text|path|g|title|circle)\b[^<>]*>/g, "");
        expect(plain).not.toMatch(/[<>\0\ud800]|&(?!(?:amp|lt|gt|quot|apos);)/);
      }),
    );
  });
});
