// §14: rings, coalescing, sinks, and what never stays in an event.

import {
  canonicalJson,
  chromeTrace,
  ndjsonLine,
  Recorder,
  type TraceEvent,
  type TraceKind,
  type TraceValue,
} from "@wirewall/trace";
import fc from "fast-check";
import { describe, expect, it } from "vitest";

const event = (kind: TraceKind, t = 0, data: TraceEvent["data"] = {}): TraceEvent => ({
  seq: 0,
  t,
  kind,
  region: "0",
  task: "0.0",
  data,
});

describe("row: R9 recorder", () => {
  it("numbers what it keeps, drops the oldest, and says how many", () => {
    const recorder = new Recorder({ capacity: 3 });
    for (let t = 0; t < 5; t++) recorder.event(event("task_poll", t));
    expect(recorder.events.map(({ seq, t }) => [seq, t])).toEqual([
      [2, 2],
      [3, 3],
      [4, 4],
    ]);
    expect(recorder.dropped).toBe(2);
  });

  it("a flood of task events cannot drive out those of security", () => {
    const recorder = new Recorder({ capacity: 4 });
    recorder.event(event("auth_failure", 0, { code: "x" }));
    for (let t = 0; t < 100; t++) recorder.event(event("task_poll", t));
    expect(recorder.events[0]?.kind).toBe("auth_failure");
  });

  it("the same refusal of the same connection within a second is one, with a count", () => {
    const recorder = new Recorder();
    const refusal = (t: number, connId: number): void =>
      recorder.event(event("limit_exceeded", t, { code: "http2.flood.pings", connId }));
    for (let n = 0; n < 50; n++) refusal(n, 1);
    refusal(60, 2);
    refusal(1_000_001, 1);
    expect(recorder.events.map(({ data }) => [data["connId"], data["count"] ?? 1])).toEqual([
      [1, 50],
      [2, 1],
      [1, 1],
    ]);
  });

  it("a sink that throws is detached and counted, and fails nobody", () => {
    let calls = 0;
    const recorder = new Recorder({
      sink: {
        event: () => {
          calls++;
          throw new Error("full");
        },
      },
    });
    recorder.event(event("task_poll"));
    recorder.event(event("task_poll"));
    expect([calls, recorder.faults, recorder.events.length]).toEqual([1, 1, 2]);
  });

  it("what a program wrote by the name of a secret is in no event and no export, however deep", () => {
    const names = fc.constantFrom("authorization", "Cookie", "SET-COOKIE", "apiKey", "token");
    const depth = fc.nat(6);
    fc.assert(
      fc.property(names, depth, fc.boolean(), (name, deep, inList) => {
        const recorder = new Recorder();
        let data: TraceValue = { [name]: "CANARY-9", other: 1 };
        for (let level = 0; level < deep; level++) data = inList ? { a: [data] } : { a: data };
        recorder.event(event("user", 0, data as TraceEvent["data"]));
        const all = recorder.events.map(ndjsonLine).join("") + chromeTrace(recorder.events);
        expect(all).not.toContain("CANARY");
        expect(recorder.events.at(-1)).toMatchObject({
          kind: "redaction_applied",
          data: { count: 1 },
        });
      }),
    );
  });
});

describe("row: R9 canonical form", () => {
  it("is JSON that says the same, whatever the order of the keys", () => {
    const values = fc.jsonValue({ maxDepth: 4 }) as fc.Arbitrary<TraceValue>;
    fc.assert(
      fc.property(values, (value) => {
        const text = canonicalJson(value);
        expect(canonicalJson(JSON.parse(text) as TraceValue)).toBe(text);
        expect(canonicalJson(reversed(value))).toBe(text);
      }),
    );
  });

  it("has no character that a terminal obeys or that ends a line", () => {
    const text = canonicalJson("a\u001b[31m\n\u2028\u202e\u0085\u007f");
    expect(text).toMatch(/^[\u0020-\u007e]*$/);
  });

  it("refuses what it cannot say exactly", () => {
    for (const value of [Number.NaN, Infinity])
      expect(() => canonicalJson(value)).toThrow(RangeError);
    const nested = (levels: number): TraceValue => (levels === 0 ? 1 : [nested(levels - 1)]);
    expect(canonicalJson(nested(64))).toBe(`${"[".repeat(64)}1${"]".repeat(64)}`);
    expect(() => canonicalJson(nested(65))).toThrow(RangeError);
  });
});

describe("row: U10 Chrome trace", () => {
  it("ends whatever was begun, at the last moment, and marks security for all", () => {
    const trace = JSON.parse(
      chromeTrace([
        event("region_open", 0),
        event("task_spawn", 1),
        event("cancel_request", 2),
        event("cancel_ack", 3),
        event("flood_detected", 9, { code: "x" }),
      ]),
    ) as { traceEvents: Record<string, unknown>[] };
    const spans = trace.traceEvents.filter(({ ph }) => ph === "b" || ph === "e");
    expect(spans.map(({ ph, cat, ts }) => [ph, cat, ts])).toEqual([
      ["b", "region", 0],
      ["b", "task", 1],
      ["e", "region", 9],
      ["e", "task", 9],
    ]);
    expect(trace.traceEvents.find(({ name }) => name === "flood_detected")).toMatchObject({
      ph: "i",
      s: "g",
    });
    expect(trace.traceEvents.filter(({ cat }) => cat === "cancel").map(({ ph }) => ph)).toEqual([
      "s",
      "f",
    ]);
  });
});

function reversed(value: TraceValue): TraceValue {
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) return value.map((item: TraceValue) => reversed(item));
  return Object.fromEntries(
    Object.entries(value)
      .toReversed()
      .map(([name, item]) => [name, reversed(item as TraceValue)]),
  );
}
