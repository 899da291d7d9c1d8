// The gate of a repository that has adopted the policy: its own tests are run, and judged by their tags; its lock, its
// transitions and what its runs leave behind are judged by what they are.

import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PolicyError, type DependencyPolicy, type ReleasePolicy } from "./policy.js";
import { judgeArtifacts, judgeLifecycle } from "./privacy.js";
import type { EventLog } from "./records.js";
import {
  reportOf,
  resultOf,
  type CheckResult,
  type GateReport,
  type PrivacyResult,
} from "./report.js";
import { checkSupplyChain } from "./supply-chain.js";
import { judgeScenarios, judgeTests, readResults, type TestResult } from "./tests.js";

export interface AdoptedGate {
  /** The folder of the repository. */
  readonly root: string;
  readonly policy: ReleasePolicy;
  readonly dependencyPolicy: DependencyPolicy;
  /** The manifest of what its runs leave behind, as it was read. */
  readonly lifecycle: unknown;
  /** Milliseconds since 1970. */
  readonly now: number;
  readonly events: EventLog;
  /** Is told what is done, a line at a time. */
  readonly say: (text: string) => void;
}

/** Was in the environment while the tests ran, and looks the same nowhere else. */
const CANARY = "gate-canary-6e1d0b";
const SUPPLY_CHAIN = "SEC-BLOCK-06";

/** @throws PolicyError where the policy names no command for the tests, or that writes no results. */
export async function runAdopted(gate: AdoptedGate): Promise<GateReport> {
  const { policy, events, say } = gate;
  events.add("gate_start");
  const ids = [...policy.checks, ...policy.scenarios].map(({ id }) => id);
  say("tests");
  const tests = await runTests(gate, ids);
  const checks: CheckResult[] = [];
  for (const check of policy.checks) {
    events.add("check_start", { id: check.id });
    const part =
      check.id === SUPPLY_CHAIN ? supplyChainOf(gate) : judgeTests(tests.get(check.id) ?? []);
    const result = resultOf(check, [part]);
    checks.push(result);
    events.add("check_end", { id: check.id, status: result.status });
    say(`${result.status}  ${check.id} ${check.title}`);
    for (const line of result.detail) say(`      ${line}`);
  }
  const adversarial = judgeScenarios(policy.scenarios, tests);
  events.add("adversarial_end", { status: adversarial.uncovered.length === 0 ? "pass" : "fail" });
  for (const id of adversarial.uncovered) say(`fail  ${id} is not covered`);
  const privacy = await privacyOf(gate);
  const isPrivate = privacy.every(({ status }) => status === "pass");
  events.add("privacy_end", { status: isPrivate ? "pass" : "fail" });
  for (const { id, status, detail } of privacy) if (status === "fail") say(`fail  ${id} ${detail}`);
  const report = reportOf(policy, checks, adversarial, privacy);
  events.add("gate_end", { status: report.status });
  return report;
}

async function runTests(
  { root, policy }: AdoptedGate,
  ids: readonly string[],
): Promise<Map<string, TestResult[]>> {
  const { testCommand } = policy;
  if (testCommand?.includes("{output}") !== true)
    throw new PolicyError("testCommand: expected a command with {output} where results go");
  const folder = mkdtempSync(join(tmpdir(), "wirewall-gate-"));
  const output = join(folder, "results.json");
  try {
    await run(root, testCommand.replaceAll("{output}", output));
    let text: string;
    try {
      text = readFileSync(output, "utf8");
    } catch {
      throw new PolicyError("testCommand: expected results in JSON, got none");
    }
    return readResults(JSON.parse(text), ids);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function supplyChainOf({
  root,
  dependencyPolicy,
  now,
}: AdoptedGate): ReturnType<typeof checkSupplyChain> {
  const read = (name: string): unknown => {
    try {
      return JSON.parse(readFileSync(join(root, name), "utf8"));
    } catch {
      throw new PolicyError(`${name}: expected JSON that can be read`);
    }
  };
  const lock = read("package-lock.json") as Parameters<typeof checkSupplyChain>[0]["lock"];
  const manifest = read("package.json") as Parameters<typeof checkSupplyChain>[0]["manifest"];
  return checkSupplyChain({ lock, manifest, dependencyPolicy, now });
}

async function privacyOf({ root, lifecycle }: AdoptedGate): Promise<readonly PrivacyResult[]> {
  const results = [...judgeLifecycle(lifecycle)];
  // What breaks them cannot be followed.
  if (results.some(({ status }) => status === "fail")) return results;
  const { suites, storageRoots } = lifecycle as {
    readonly suites: readonly { readonly replayCommand: string }[];
    readonly storageRoots: readonly string[];
  };
  const code = await run(root, suites[0]?.replayCommand ?? "false");
  if (code !== 0)
    results[5] = { id: "PRIV-06", status: "fail", detail: `the replay command ends with ${code}` };
  const folders = storageRoots
    .map((place) => join(root, place))
    .filter((place) => existsSync(place));
  return [...results, judgeArtifacts(folders, CANARY)];
}

/** By a shell, as whoever reads the command would; what it prints is its own affair. */
function run(root: string, command: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const env = { ...process.env, WIREWALL_GATE_CANARY: CANARY };
    const child = spawn(command, { cwd: root, shell: true, stdio: "ignore", env });
    child.on("error", reject);
    child.on("close", (code) => resolve(code ?? 1));
  });
}
