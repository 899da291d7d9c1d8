// Traces for OpenTelemetry: the JSON form of OTLP, which collectors take over HTTP (`/v1/traces`).

import { canonicalJson } from "./canonical.js";
import type { Micros, TraceEvent, TraceValue } from "./event.js";

export interface OtlpOptions {
  readonly serviceName: string;
  /** 32 hexadecimal digits, not all of them 0. */
  readonly traceId: string;
  /** Milliseconds since 1970 at the time 0 of the trace. */
  readonly epochMs: number;
}

type Entry = { readonly [name: string]: TraceValue };

interface Span {
  readonly id: string;
  readonly kind: "region" | "task";
  readonly start: Micros;
  end: Micros | undefined;
  outcome: string | undefined;
  readonly events: Entry[];
}

const INTERNAL = 1;
const OK = 1;
const ERROR = 2;

/**
 * A span for each region and each task, within the region that it belongs to; everything else is an
 * event of its span. What has not ended ends with the trace.
 *
 * @throws RangeError for a trace id that is none.
 */
export function otlpTrace(events: readonly TraceEvent[], options: OtlpOptions): string {
  if (!/^(?!0{32}$)[0-9a-f]{32}$/.test(options.traceId))
    throw new RangeError("traceId: expected 32 hexadecimal digits, not all of them 0");
  const spans = new Map<string, Span>();
  let last = 0;
  for (const event of events) {
    last = Math.max(last, event.t);
    put(spans, event, options);
  }
  const service = { attributes: [attribute("service.name", options.serviceName)] };
  const scope = { name: "@wirewall/trace" };
  const all = [...spans.values()].map((span) => entryOf(span, last, options));
  return canonicalJson({
    resourceSpans: [{ resource: service, scopeSpans: [{ scope, spans: all }] }],
  });
}

function put(spans: Map<string, Span>, event: TraceEvent, options: OtlpOptions): void {
  const { kind, t, task, region = "" } = event;
  const id = kind.startsWith("region_") ? region : (task ?? region);
  if (kind === "region_open" || kind === "task_spawn") {
    const of = kind === "task_spawn" ? "task" : "region";
    spans.set(id, { id, kind: of, start: t, end: undefined, outcome: undefined, events: [] });
    return;
  }
  const span = spans.get(id);
  if (span === undefined) return;
  if (kind === "region_close_complete" || kind === "task_complete") {
    span.end = t;
    span.outcome = String(event.data["outcome"] ?? "");
  } else
    span.events.push({
      name: kind,
      timeUnixNano: nanos(t, options),
      attributes: Object.entries(event.data).map(([name, value]) => attribute(name, value)),
    });
}

function entryOf(span: Span, last: Micros, options: OtlpOptions): Entry {
  const { id, kind, start, end = last, outcome, events } = span;
  const dot = id.lastIndexOf(".");
  const isFailed = outcome === "err" || outcome === "panicked";
  return {
    traceId: options.traceId,
    spanId: spanIdOf(id),
    ...(dot < 0 ? undefined : { parentSpanId: spanIdOf(id.slice(0, dot)) }),
    name: `${kind} ${id}`,
    kind: INTERNAL,
    startTimeUnixNano: nanos(start, options),
    endTimeUnixNano: nanos(end, options),
    attributes: outcome === undefined ? [] : [attribute("wirewall.outcome", outcome)],
    events,
    status: isFailed ? { code: ERROR } : outcome === "ok" ? { code: OK } : {},
  };
}

/** 64 bits of the path by FNV-1a: the same in every export, and never 0. */
function spanIdOf(path: string): string {
  let hash = 0xcbf2_9ce4_8422_2325n;
  for (let at = 0; at < path.length; at++)
    hash = BigInt.asUintN(64, (hash ^ BigInt(path.charCodeAt(at))) * 0x100_0000_01b3n);
  return (hash === 0n ? 1n : hash).toString(16).padStart(16, "0");
}

function nanos(t: Micros, { epochMs }: OtlpOptions): string {
  return String(BigInt(Math.round(epochMs)) * 1_000_000n + BigInt(Math.round(t)) * 1_000n);
}

function attribute(key: string, value: TraceValue): Entry {
  return { key, value: anyValue(value) };
}

/** Whole numbers are text in this form, as the mapping of 64 bits to JSON has it. */
function anyValue(value: TraceValue): Entry {
  if (typeof value === "boolean") return { boolValue: value };
  if (typeof value === "number")
    return Number.isSafeInteger(value) ? { intValue: String(value) } : { doubleValue: value };
  return { stringValue: typeof value === "string" ? value : canonicalJson(value) };
}
