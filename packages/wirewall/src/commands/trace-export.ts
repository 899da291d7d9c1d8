// wirewall trace show, export and timeline: events in lines of JSON, for people and for other tools.

import { writeFile } from "node:fs/promises";
import {
  chromeTrace,
  ndjsonLine,
  timelineSvg,
  type TraceEvent,
  type TraceKind,
} from "@wirewall/trace";
import { readFileOf } from "../options/read-file.js";
import { grouped } from "../terminal/number.js";
import { printableJson, printableText } from "../terminal/printable.js";
import type { Output } from "../terminal/terminal.js";
import { EXIT, systemReason, UsageProblem } from "./usage.js";

export const FORMATS = ["chrome", "ndjson"] as const;

export interface TraceExportOptions {
  readonly format?: (typeof FORMATS)[number];
  readonly out?: string;
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
  const isLines = options.format === "ndjson";
  const text = isLines ? events.map(ndjsonLine).join("") : `${chromeTrace(events)}\n`;
  await writeTo("--out", options.out, text, out);
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

async function writeTo(
  option: string,
  path: string | undefined,
  text: string,
  out: Output,
): Promise<void> {
  if (path === undefined) {
    await out.write(text);
    return;
  }
  try {
    await writeFile(path, text);
  } catch (error) {
    throw new UsageProblem(`${option} ${path}: cannot be written: ${systemReason(error)}`);
  }
}

/** A line that is no event ends the reading: what comes behind it may be anything. */
async function told(file: string, wrong: number | undefined, out: Output): Promise<number> {
  if (wrong === undefined) return EXIT.ok;
  await out.write(
    `${out.style.red("refused")}  ${printableText(file)}: line ${wrong} is no event\n`,
  );
  return EXIT.refused;
}

/** Events of a trace, or entries of an audit log that are events. */
async function eventsOf(
  file: string,
): Promise<{ readonly events: TraceEvent[]; readonly wrong: number | undefined }> {
  const text = (await readFileOf("trace", file, MAX_FILE_BYTES)).toString("utf8");
  const events: TraceEvent[] = [];
  const lines = text.split("\n");
  if (lines.at(-1) === "") lines.pop();
  for (const [at, line] of lines.entries()) {
    const found = eventOf(line, events.length);
    if (found === undefined) return { events, wrong: at + 1 };
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
