// Runs h2spec in its strict mode and reads the report in JUnit's form that it leaves.

import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { run } from "./programs.js";

/** How often in a row: once in every run of CI, five times each night. */
export const RUNS = Number(process.env["H2SPEC_RUNS"] ?? "1");

/** The cases of the version that tools/runtimes/h2spec pins, in strict mode. */
export const CASES = 146;

/** Seconds that a case waits for an answer. */
const PATIENCE = "5";

export interface Report {
  readonly passed: number;
  /** Section and title of what failed, then of what was left out. */
  readonly failed: readonly string[];
  readonly skipped: readonly string[];
}

export async function h2spec(
  port: number | undefined,
  ...more: readonly string[]
): Promise<Report> {
  const folder = mkdtempSync(join(tmpdir(), "wirewall-h2spec-"));
  const file = join(folder, "report.xml");
  try {
    const place = ["-h", "127.0.0.1", "-p", String(port), "-o", PATIENCE];
    const { stdout } = await run("h2spec", ["--strict", ...place, "-j", file, ...more]);
    const report = readReport(readFileSync(file, "latin1"));
    const { passed, failed, skipped } = report;
    const said = `${passed + failed.length + skipped.length} tests, ${passed} passed`;
    if (!stdout.includes(said)) throw new Error(`h2spec says otherwise than its report: ${said}`);
    return report;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const CASE = /<testcase package="([^"]*)" classname="([^"]*)"[^>]*>(.*?)<\/testcase>/gs;

export function readReport(xml: string): Report {
  let passed = 0;
  const failed: string[] = [];
  const skipped: string[] = [];
  for (const [, section, title, content = ""] of xml.matchAll(CASE)) {
    const name = `${section}: ${title}`;
    if (content.includes("<skipped")) skipped.push(name);
    else if (/<(error|failure)/.test(content)) failed.push(name);
    else passed++;
  }
  return { passed, failed, skipped };
}
