// For OpenTelemetry: an exporter, or a processor, that hands spans and log records on without what may not be kept. What
// it hands on stands before the original, which others see as it is.

import { httpNames } from "./metadata-names.js";
import { redactor, type Redactor, type RedactorOptions } from "./redactor.js";

/**
 * Attributes by the semantic conventions whose values say nothing about anybody: for a policy by which others check what
 * was exported.
 */
export const openTelemetryMetadata: readonly string[] = [
  "client.port",
  "db.operation.name",
  "db.system.name",
  "error.type",
  "exception.type",
  "http.request.body.size",
  "http.request.method",
  "http.request.resend_count",
  "http.response.body.size",
  "http.response.status_code",
  "http.route",
  "network.protocol.name",
  "network.protocol.version",
  "network.transport",
  "otel.library.name",
  "rpc.grpc.status_code",
  "rpc.method",
  "rpc.service",
  "rpc.system",
  "server.port",
  "service.name",
  "service.version",
  "telemetry.sdk.language",
  "telemetry.sdk.name",
  "telemetry.sdk.version",
  "url.scheme",
  // Scanned: the origin is left.
  "url.full",
  "http.url",
  ...["request", "response"].flatMap((side) =>
    httpNames.map((name) => `http.${side}.header.${name}`),
  ),
];

const HEADER = /^http\.(?:request|response)\.header\./;

/** What both kinds of exporters have. */
export interface Exporter<Item, Result = unknown> {
  export(items: Item[], done: (result: Result) => void): void;
  shutdown(): Promise<void>;
  forceFlush?(): Promise<void>;
}

/** Of a span or a log record what may hold something that was not meant to leave. */
const PARTS = ["attributes", "events", "links", "status", "resource", "body"] as const;
const TEXTS = ["name", "eventName", "severityText"];

/** An exporter in front of another. */
export function redactingExporter<Item extends object, Result>(
  exporter: Exporter<Item, Result>,
  options: RedactorOptions = {},
): Exporter<Item, Result> {
  const own = conventional(options);
  return {
    export: (items, done) =>
      exporter.export(
        items.map((item) => cleaned(item, own)),
        done,
      ),
    shutdown: () => exporter.shutdown(),
    forceFlush: () => exporter.forceFlush?.() ?? Promise.resolve(),
  };
}

/** What processors of spans have, or those of log records. */
export interface Processor<Item> {
  onStart?(span: never, context: never): void;
  onEnd?(span: Item): void;
  onEmit?(record: Item, context?: never): void;
  shutdown(): Promise<void>;
  forceFlush(): Promise<void>;
}

/** A processor in front of another: it is shown spans that have ended, and log records, without what may not be kept. */
export function redactingProcessor<Item extends object>(
  processor: Processor<Item>,
  options: RedactorOptions = {},
): Required<Processor<Item>> {
  const own = conventional(options);
  return {
    // A span that has begun is written to: it is the original or nothing.
    onStart: (span, context) => processor.onStart?.(span, context),
    onEnd: (span) => processor.onEnd?.(cleaned(span, own)),
    onEmit: (record, context) => processor.onEmit?.(cleaned(record, own), context),
    shutdown: () => processor.shutdown(),
    forceFlush: () => processor.forceFlush(),
  };
}

function conventional(options: RedactorOptions): Redactor {
  const metadata = [...openTelemetryMetadata, ...(options.metadata ?? [])];
  return redactor({ ...options, metadata });
}

/** The same object but for its parts, and for its methods, which go on working. */
function cleaned<Item extends object>(item: Item, own: Redactor): Item {
  const copy = Object.create(item) as Record<string, unknown>;
  for (const name of PARTS) {
    const part: unknown = Reflect.get(item, name);
    if (part === undefined) continue;
    Object.defineProperty(copy, name, { value: partOf(name, part, own), enumerable: true });
  }
  for (const name of TEXTS) cleanText(item, copy, name, own);
  return copy as Item;
}

function cleanText(from: object, to: object, name: string, own: Redactor): void {
  const text: unknown = Reflect.get(from, name);
  if (typeof text === "string")
    Object.defineProperty(to, name, { value: own.text(text), enumerable: true });
}

function partOf(name: (typeof PARTS)[number], part: unknown, own: Redactor): unknown {
  switch (name) {
    case "attributes":
      return attributesOf(part, own);
    case "events":
    case "links":
      return (part as readonly object[]).map((one) => withAttributes(one, own));
    case "resource":
      return withAttributes(part as object, own);
    case "status": {
      const { message } = part as { readonly message?: unknown };
      return typeof message === "string"
        ? { ...(part as object), message: own.text(message) }
        : part;
    }
    case "body":
      return typeof part === "string" ? own.text(part) : own.redact(part).value;
  }
}

function withAttributes(one: object, own: Redactor): object {
  const copy = Object.create(one) as object;
  for (const name of Object.keys(one))
    if (name !== "attributes" && !name.startsWith("_"))
      Object.defineProperty(copy, name, {
        value: Reflect.get(one, name),
        enumerable: true,
        configurable: true,
      });
  // When it is read: those of a resource may come later. An own property stands before the accessors of SDKs.
  Object.defineProperty(copy, "attributes", {
    get: () => attributesOf(Reflect.get(one, "attributes"), own),
    enumerable: true,
  });
  cleanText(one, copy, "name", own);
  return copy;
}

/** Fields of HTTP are judged by their own names. */
function attributesOf(attributes: unknown, own: Redactor): Record<string, unknown> {
  const result: Record<string, unknown> = {};
  if (typeof attributes !== "object" || attributes === null) return result;
  for (const [name, value] of Object.entries(attributes)) {
    const field = HEADER.test(name) ? name.replace(HEADER, "") : name;
    const copy = own.redact({ [field]: value }).value as Record<string, unknown>;
    if (field in copy) result[name] = copy[field];
  }
  return result;
}
