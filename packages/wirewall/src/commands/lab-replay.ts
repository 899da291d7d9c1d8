// wirewall lab replay: a failure of the lab, run again as it went.

import { writeFile } from "node:fs/promises";
import { awaitTracer, sha256, stepWatchdog, type StepWatchdog } from "@wirewall/host";
import {
  CrashPackError,
  readCrashPack,
  replay,
  replayPack,
  type Blocking,
  type CrashPack,
  type LabReport,
  type PackReplay,
} from "@wirewall/lab";
import { ndjsonLine } from "@wirewall/trace";
import { isOfThisFolder, programOf } from "../options/lab-program.js";
import { readFileOf } from "../options/read-file.js";
import { printableText } from "../terminal/printable.js";
import type { Output } from "../terminal/terminal.js";
import { EXIT, systemReason, UsageProblem } from "./usage.js";

export interface LabReplayOptions {
  readonly seed?: number;
  readonly blocking?: Blocking;
  readonly schedule?: readonly string[];
  readonly program?: string;
  readonly stuckStepMs?: number;
  readonly trace?: string;
  readonly json?: boolean;
}

/** Milliseconds that a step may take. */
export const STUCK_STEP_MS = 5_000;
/** Room for as many characters as a pack may have. */
const MAX_PACK_BYTES = 67_108_864;

export async function runLabReplay(
  what: string,
  options: LabReplayOptions,
  out: Output,
): Promise<number> {
  const watchdog = stepWatchdog({ stuckStepMs: options.stuckStepMs ?? STUCK_STEP_MS });
  const { report, told } = await replayed(what, options, watchdog).finally(() => watchdog.close());
  if (options.trace !== undefined) await writeTrace(options.trace, report);
  await out.write(options.json === true ? jsonOf(report, told) : wordsOf(report, told, out));
  return report.violation === undefined ? EXIT.ok : EXIT.refused;
}

interface Replayed {
  readonly report: LabReport;
  /** How it compares with what was packed. */
  readonly told: PackReplay | undefined;
}

function replayed(
  what: string,
  options: LabReplayOptions,
  watchdog: StepWatchdog,
): Promise<Replayed> {
  return what.includes("#")
    ? replayProgram(what, options, watchdog)
    : replayFile(what, options, watchdog);
}

async function replayProgram(
  name: string,
  options: LabReplayOptions,
  watchdog: StepWatchdog,
): Promise<Replayed> {
  if (options.program !== undefined)
    throw new UsageProblem("--program: expected only with a crash pack");
  const program = await programOf(name);
  const { seed, blocking, schedule = [] } = options;
  const report = await replay(program, schedule, {
    watchdog,
    awaits: awaitTracer(),
    ...(seed === undefined ? undefined : { seed }),
    ...(blocking === undefined ? undefined : { blocking }),
  });
  return { report, told: undefined };
}

async function replayFile(
  file: string,
  options: LabReplayOptions,
  watchdog: StepWatchdog,
): Promise<Replayed> {
  const { seed, schedule, blocking } = options;
  if (seed !== undefined || schedule !== undefined || blocking !== undefined)
    throw new UsageProblem("--seed, --schedule and --blocking: expected only with MODULE#EXPORT");
  const pack = await packOf(file);
  const name = options.program ?? pack.program;
  if (name === "")
    throw new UsageProblem("--program is missing: expected MODULE#EXPORT, which the pack has not");
  if (options.program === undefined && !isOfThisFolder(name))
    throw new UsageProblem(
      `--program is missing: the pack names ${name}, which is not in this folder; say so if you mean it`,
    );
  const told = await replayPack(await programOf(name), pack, sha256, {
    watchdog,
    awaits: awaitTracer(),
  });
  return { report: told.report, told };
}

async function packOf(file: string): Promise<CrashPack> {
  const text = (await readFileOf("pack", file, MAX_PACK_BYTES)).toString("utf8");
  try {
    return readCrashPack(text, sha256).pack;
  } catch (error) {
    if (!(error instanceof CrashPackError)) throw error;
    throw new UsageProblem(`pack ${file}: ${error.message}`);
  }
}

async function writeTrace(path: string, { events }: LabReport): Promise<void> {
  try {
    await writeFile(path, events.map(ndjsonLine).join(""));
  } catch (error) {
    throw new UsageProblem(`--trace ${path}: cannot be written: ${systemReason(error)}`);
  }
}

function jsonOf(report: LabReport, told: PackReplay | undefined): string {
  const { violation, schedule, events, awaits } = report;
  const same =
    told === undefined ? undefined : { isSame: told.isSame, divergence: told.divergence };
  const failure = violation ?? null;
  return `${JSON.stringify({ failure, schedule, eventCount: events.length, awaits, ...same })}\n`;
}

function wordsOf(report: LabReport, told: PackReplay | undefined, out: Output): string {
  const { violation, schedule, awaits } = report;
  const { red, green } = out.style;
  const steps = `${schedule.length} steps`;
  const verdict =
    violation === undefined
      ? `${green("holds")}  ${steps}\n`
      : `${red("fails")}  ${printableText(violation)}\n${linesOf(awaits)}       ${steps}\n`;
  if (told === undefined) return verdict;
  if (told.isSame) return `${verdict}       event for event as it was packed\n`;
  const { divergence } = told;
  if (divergence === undefined) return `${verdict}       otherwise than it was packed\n`;
  const { at, expected, found } = divergence;
  const line = (text: string | undefined): string => printableText(text?.trimEnd() ?? "nothing");
  return `${verdict}       otherwise than it was packed, from event ${at} on:\n       was  ${line(expected)}\n       is   ${line(found)}\n`;
}

/** Where it awaits what nobody settles, or where it was stopped. */
function linesOf(awaits: readonly string[]): string {
  return awaits.map((line) => `       ${printableText(line)}\n`).join("");
}
