// wirewall trace show, export and timeline: events in lines of JSON, for people and for other tools.

import { createHash, randomBytes } from "node:crypto";
import { writeFile } from "node:fs/promises";
import { deflateRawSync, inflateRawSync } from "node:zlib";
import {
  chromeTrace,
  ndjsonLine,
  otlpTrace,
  recoverTraceFile,
  timelineSvg,
  writeTraceFile,
  type Inflate,
  type NewHash,
  type TraceEvent,
  type TraceKind,
} from "@wirewall/trace";
import { readFileOf } from "../options/read-file.js";
import { grouped } from "../terminal/number.js";
import { printableJson, printableText } from "../terminal/printable.js";
import type { Output } from "../terminal/terminal.js";
import { EXIT, systemReason, UsageProblem } from "./usage.js";

export const FORMATS = ["chrome", "ndjson", "otlp", "file"] as const;

export interface TraceExportOptions {
  readonly format?: (typeof FORMATS)[number];
  readonly out?: string;
  readonly compress?: boolean;
}

export const AXES = ["order", "time"] as const;

export interface TraceTimelineOptions {
  readonly axis: (typeof AXES)[number];
  readonly svg?: string;
}

const MAX_FILE_BYTES = 268_435_456;

export async function runTraceShow(file: string, out: Output): Promise<number> {
  const { events, wrong } = await eventsOf(file);
  for (const { t, kind, task, region, data } of events) {
    const who = task ?? region ?? "";
    const words = Object.keys(data).length === 0 ? "" : ` ${printableJson(data)}`;
    const line = `${grouped(t).padStart(12)} ${printableText(kind).padEnd(20)} ${printableText(who)}`;
    await out.write(`${line}${words}\n`);
    if (out.closed) return EXIT.outputGone;
  }
  return told(file, wrong, out);
}

export async function runTraceExport(
  file: string,
  options: TraceExportOptions,
  out: Output,
): Promise<number> {
  const { events, wrong } = await eventsOf(file);
  if (options.format === "file" && options.out === undefined)
    throw new UsageProblem("--format file: expected --out, since the file is not text");
  if (options.compress === true && options.format !== "file")
    throw new UsageProblem("--compress: expected only with --format file");
  await writeTo("--out", options.out, exported(events, options), out);
  return told(file, wrong, out);
}

export async function runTraceTimeline(
  file: string,
  options: TraceTimelineOptions,
  out: Output,
): Promise<number> {
  const { events, wrong } = await eventsOf(file);
  await writeTo("--svg", options.svg, timelineSvg(events, { axis: options.axis }), out);
  return told(file, wrong, out);
}

function exported(
  events: readonly TraceEvent[],
  { format, compress }: TraceExportOptions,
): string | Uint8Array {
  switch (format) {
    case "ndjson":
      return events.map(ndjsonLine).join("");
    case "otlp": {
      const traceId = randomBytes(16).toString("hex");
      return `${otlpTrace(events, { serviceName: "wirewall", traceId, epochMs: Date.now() })}\n`;
    }
    case "file":
      return writeTraceFile(events, {}, newHash, compress === true ? deflateRawSync : undefined);
    default:
      return `${chromeTrace(events)}\n`;
  }
}

const inflate: Inflate = (bytes, maxOutputLength) => inflateRawSync(bytes, { maxOutputLength });
const newHash: NewHash = () => createHash("sha256");

async function writeTo(
  option: string,
  path: string | undefined,
  content: string | Uint8Array,
  out: Output,
): Promise<void> {
  if (path === undefined) {
    await out.write(String(content));
    return;
  }
  try {
    await writeFile(path, content);
  } catch (error) {
    throw new UsageProblem(`${option} ${path}: cannot be written: ${systemReason(error)}`);
  }
}

/** What is no event ends the reading: what comes behind it may be anything. */
async function told(file: string, wrong: string | undefined, out: Output): Promise<number> {
  if (wrong === undefined) return EXIT.ok;
  await out.write(`${out.style.red("refused")}  ${printableText(file)}: ${wrong}\n`);
  return EXIT.refused;
}

interface Read {
  readonly events: readonly TraceEvent[];
  readonly wrong: string | undefined;
}

/** Events of a trace file, of lines of JSON, or of the entries of an audit log. */
async function eventsOf(file: string): Promise<Read> {
  const bytes = await readFileOf("trace", file, MAX_FILE_BYTES);
  if (bytes.subarray(0, MAGIC.length).equals(MAGIC)) {
    const { events, issue } = recoverTraceFile(bytes, newHash, { inflate });
    return { events, wrong: issue && `${issue.code} at byte ${issue.offset}` };
  }
  return eventsOfLines(bytes.toString("utf8"));
}

const MAGIC = Buffer.from("WWTRACE\n");

function eventsOfLines(text: string): Read {
  const events: TraceEvent[] = [];
  const lines = text.split("\n");
  if (lines.at(-1) === "") lines.pop();
  for (const [at, line] of lines.entries()) {
    const found = eventOf(line, events.length);
    if (found === undefined) return { events, wrong: `line ${at + 1} is no event` };
    if (found !== "other") events.push(found);
  }
  return { events, wrong: undefined };
}

function eventOf(line: string, seq: number): TraceEvent | "other" | undefined {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    return undefined;
  }
  if (typeof value !== "object" || value === null) return undefined;
  if ("checkpoint" in value) return "other";
  const {
    kind,
    t,
    data,
    region,
    task,
    seq: number,
  } = ("entry" in value ? value.entry : value) as Record<string, unknown>;
  if (typeof kind !== "string") return undefined;
  return {
    seq: typeof number === "number" ? number : seq,
    t: typeof t === "number" ? t : 0,
    kind: kind as TraceKind,
    data: typeof data === "object" && data !== null ? (data as TraceEvent["data"]) : {},
    ...(typeof region === "string" ? { region } : undefined),
    ...(typeof task === "string" ? { task } : undefined),
  };
}
