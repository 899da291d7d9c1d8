// What tests have shown for a promise, by the tags in their titles: `block: SEC-BLOCK-03`. A name is no evidence: one that did
// not run, was skipped, or is yet to be written has shown nothing.

import { createHash } from "node:crypto";
import type { Scenario } from "./policy.js";

const TAG = /\bblock: ([A-Z][A-Z0-9-]*(?:, ?[A-Z][A-Z0-9-]*)*)/g;

export interface TestResult {
  /** All titles, with ` > ` between them. */
  readonly title: string;
  readonly status: string;
}

export interface Evidence {
  readonly id: string;
  readonly sha256: string;
}

/** What one part of a check has done and found. */
export interface Judgement {
  readonly executed: number;
  readonly evidence: readonly Evidence[];
  readonly problems: readonly string[];
}

export interface Adversarial {
  readonly total: number;
  readonly covered: number;
  readonly uncovered: readonly string[];
  readonly percent: number;
}

/** Results in the JSON of vitest or jest, by the promises that they are for. */
export function readResults(value: unknown, ids: readonly string[]): Map<string, TestResult[]> {
  const found = new Map<string, TestResult[]>(ids.map((id) => [id, []]));
  for (const { name, assertionResults = [], message } of (
    value as { testResults?: readonly FileResult[] }
  ).testResults ?? []) {
    // A file that cannot be loaded shows nothing of what it promises.
    if (assertionResults.length === 0)
      for (const tests of found.values())
        tests.push({
          title: name,
          status: `failed to load: ${String(message ?? "").split("\n")[0] ?? ""}`,
        });
    for (const { ancestorTitles, title, status } of assertionResults) {
      const whole = [...ancestorTitles, title].join(" > ");
      for (const id of tagsOf(whole)) found.get(id)?.push({ title: whole, status });
    }
  }
  return found;
}

interface FileResult {
  readonly name: string;
  readonly message?: string;
  readonly assertionResults?: readonly {
    readonly ancestorTitles: readonly string[];
    readonly title: string;
    readonly status: string;
  }[];
}

export function tagsOf(title: string): readonly string[] {
  return [...title.matchAll(TAG)].flatMap(([, ids = ""]) => ids.split(/, ?/));
}

/** How many ran, and what is wrong: a test that was left out shows nothing of what its title says. */
export function judgeTests(tests: readonly TestResult[]): Judgement {
  const ran = tests.filter(({ status }) => !LEFT_OUT.has(status));
  const wrong = tests.filter(({ status }) => status !== "passed");
  const evidence = ran
    .map(({ title, status }) => ({ id: title, sha256: digest(`${title}\n${status}`) }))
    .sort((one, other) => (one.id < other.id ? -1 : 1));
  const problems = wrong.map(({ title, status }) => `${status}: ${title}`);
  if (ran.length === 0) problems.unshift("no test was executed");
  return { executed: ran.length, evidence, problems };
}

/** Each attack has the one test that drives it, which has to have passed. */
export function judgeScenarios(
  scenarios: readonly Scenario[],
  tests: ReadonlyMap<string, readonly TestResult[]>,
): Adversarial {
  const uncovered = scenarios
    .filter(({ id, expectedTest }) => {
      const ran = tests.get(id) ?? [];
      const [expected, ...more] = ran.filter(({ title }) => title === expectedTest);
      const hasFailed = ran.some(({ status }) => status !== "passed");
      return expected?.status !== "passed" || more.length > 0 || hasFailed;
    })
    .map(({ id }) => id);
  const total = scenarios.length;
  const covered = total - uncovered.length;
  return {
    total,
    covered,
    uncovered,
    percent: total === 0 ? 100 : Math.floor((100 * covered) / total),
  };
}

const LEFT_OUT: ReadonlySet<string> = new Set(["pending", "skipped", "todo", "disabled"]);

export function digest(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}
