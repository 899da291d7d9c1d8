// OTLP/JSON: the names and forms that the OpenTelemetry protocol gives for its JSON encoding.

import { otlpTrace, type TraceEvent } from "@wirewall/trace";
import { describe, expect, it } from "vitest";

const TRACE = "0af7651916cd43dd8448eb211c80319c";
const OPTIONS = { serviceName: "shop", traceId: TRACE, epochMs: 1_700_000_000_000 };

const events: TraceEvent[] = [
  { seq: 0, t: 0, kind: "region_open", region: "0", data: {} },
  { seq: 1, t: 1, kind: "task_spawn", region: "0", task: "0.0", data: {} },
  { seq: 2, t: 2, kind: "checkpoint", region: "0", task: "0.0", data: { mask: 1, ok: true } },
  { seq: 3, t: 3, kind: "task_complete", region: "0", task: "0.0", data: { outcome: "panicked" } },
  { seq: 4, t: 9, kind: "limit_exceeded", region: "0", data: { code: "a.b", ratio: 0.5 } },
];

interface Span {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly name: string;
}
const spansOf = (text: string): Span[] => {
  const file = JSON.parse(text) as {
    resourceSpans: [{ scopeSpans: [{ spans: Span[] }] }];
  };
  return file.resourceSpans[0].scopeSpans[0].spans;
};

describe("row: R9 OpenTelemetry", () => {
  it("regions and tasks are spans in each other, the rest are their events", () => {
    const [region, task] = spansOf(otlpTrace(events, OPTIONS));
    expect(region).toMatchObject({
      traceId: TRACE,
      name: "region 0",
      kind: 1,
      startTimeUnixNano: "1700000000000000000",
      endTimeUnixNano: "1700000000000009000",
      events: [
        {
          name: "limit_exceeded",
          timeUnixNano: "1700000000000009000",
          attributes: [
            { key: "code", value: { stringValue: "a.b" } },
            { key: "ratio", value: { doubleValue: 0.5 } },
          ],
        },
      ],
      status: {},
    });
    expect(task).toMatchObject({
      name: "task 0.0",
      startTimeUnixNano: "1700000000000001000",
      endTimeUnixNano: "1700000000000003000",
      parentSpanId: region?.spanId,
      attributes: [{ key: "wirewall.outcome", value: { stringValue: "panicked" } }],
      events: [
        {
          name: "checkpoint",
          attributes: [
            { key: "mask", value: { intValue: "1" } },
            { key: "ok", value: { boolValue: true } },
          ],
        },
      ],
      status: { code: 2 },
    });
    expect(region?.parentSpanId).toBeUndefined();
    for (const { spanId } of [region, task] as Span[])
      expect(spanId).toMatch(/^(?!0{16})[0-9a-f]{16}$/);
  });

  it("a trace id of zeros, or of another length, is refused", () => {
    for (const traceId of ["0".repeat(32), "a", TRACE.toUpperCase()])
      expect(() => otlpTrace([], { ...OPTIONS, traceId })).toThrow(RangeError);
  });
});
