// wirewall gate: executes what a repository that has adopted the policy promises, and says what broke.

import { isAbsolute, join } from "node:path";
import {
  EventLog,
  PolicyError,
  readDependencyPolicy,
  readReleasePolicy,
  runAdopted,
  stableJson,
  writeWhole,
} from "@wirewall/gate";
import { readFileOf } from "../options/read-file.js";
import { printableText } from "../terminal/printable.js";
import type { Output } from "../terminal/terminal.js";
import { EXIT, UsageProblem } from "./usage.js";

export interface GateOptions {
  readonly root: string;
  readonly policy: string;
  readonly dependencies: string;
  readonly lifecycle: string;
  readonly report: string;
  readonly events: string;
  readonly now?: string;
  readonly strict?: boolean;
}

const MAX_FILE_BYTES = 16_777_216;
/** An instant with its zone. */
const INSTANT = /(?:Z|[+-]\d{2}:\d{2})$/;

/** @throws UsageProblem for a policy that cannot be read, or is none. */
export async function runGate(options: GateOptions, out: Output): Promise<number> {
  const { root, strict = false } = options;
  const at = (path: string): string => (isAbsolute(path) ? path : join(root, path));
  const textOf = async (option: string, path: string): Promise<string> =>
    (await readFileOf(option, at(path), MAX_FILE_BYTES)).toString("utf8");
  const events = new EventLog();
  try {
    const policy = readReleasePolicy(await textOf("--policy", options.policy), options.policy);
    const dependencyPolicy = readDependencyPolicy(
      await textOf("--dependencies", options.dependencies),
      options.dependencies,
    );
    const lifecycle = jsonOf(await textOf("--lifecycle", options.lifecycle), options.lifecycle);
    const lines: string[] = [];
    const report = await runAdopted({
      root,
      policy,
      dependencyPolicy,
      lifecycle,
      now: timeOf(options.now),
      events,
      say: (text) => void lines.push(text),
    });
    for (const line of lines) await out.write(`${printableText(line)}\n`);
    writeWhole(at(options.report), stableJson(report));
    writeWhole(at(options.events), events.text);
    await out.write(`gate: ${report.status}\n`);
    const isBroken = report.status === "fail" || (strict && report.status === "warn");
    return isBroken ? EXIT.refused : EXIT.ok;
  } catch (error) {
    if (error instanceof PolicyError) throw new UsageProblem(`gate: ${error.message}`);
    throw error;
  }
}

function jsonOf(text: string, path: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new UsageProblem(`--lifecycle ${path}: expected JSON`);
  }
}

function timeOf(text: string | undefined): number {
  if (text === undefined) return Date.now();
  const time = Date.parse(text);
  if (Number.isNaN(time) || !INSTANT.test(text))
    throw new UsageProblem(
      `--now ${text}: expected a time with its zone, such as 2026-12-01T00:00:00Z`,
    );
  return time;
}
