// All checks in their order, and what comes of them.

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  checkSupplyChain,
  judgeScenarios,
  judgeTests,
  reportOf,
  resultOf,
  stableJson,
} from "@wirewall/gate";
import { checkBounds } from "./checks/bounds.mjs";
import { checkDefaultDeny } from "./checks/default-deny.mjs";
import { checkDependencies } from "./checks/dependencies.mjs";
import { checkFuzzCoverage } from "./checks/fuzz-coverage.mjs";
import { checkIntegrity } from "./checks/integrity.mjs";
import { checkRedaction } from "./checks/redaction.mjs";
import { facts, pack, root, unpack } from "./context.mjs";
import { CANARY, checkPrivacy, LIFECYCLE } from "./privacy.mjs";
import { runTagged } from "./tagged-tests.mjs";

const VITEST = join(root, "node_modules", "vitest", "vitest.mjs");

/** What each check runs beside the tests that carry its id; most have both. */
export const drivers = {
  "SEC-BLOCK-01": checkDependencies,
  "SEC-BLOCK-02": checkDefaultDeny,
  "SEC-BLOCK-03": checkBounds,
  "SEC-BLOCK-04": checkRedaction,
  "SEC-BLOCK-06": (context) => checkSupplyChain({ ...context, isPublished }),
  "SEC-BLOCK-07": checkIntegrity,
  "SEC-WARN-01": checkFuzzCoverage,
};

/** What such a package needs is shipped with it. */
export const isPublished = (path) => /^packages\/[^/]+$/.test(path);

/** Checks that stand on tests as well, or on nothing else. */
export const tested = [
  "SEC-BLOCK-02",
  "SEC-BLOCK-03",
  "SEC-BLOCK-04",
  "SEC-BLOCK-05",
  "SEC-WARN-02",
];

/**
 * @param {{ policy: object, dependencyPolicy: object, only?: string, now: number, events: object, say(text: string): void }} options
 */
export async function runGate({ policy, dependencyPolicy, only, now, events, say }) {
  const began = Date.now();
  const known = facts();
  const folder = mkdtempSync(join(tmpdir(), "wirewall-gate-"));
  const artifacts = join(root, "artifacts", "gate");
  mkdirSync(artifacts, { recursive: true });
  process.env["WIREWALL_GATE_CANARY"] = CANARY;
  events.add("gate_start", { detail: known.commit });
  try {
    say("building and packing");
    const tarballs = await pack(join(folder, "packs"));
    const unpacked = unpack(tarballs, join(folder, "project"));
    const context = {
      ...known,
      ...unpacked,
      root,
      folder: join(folder, "twice"),
      pack,
      policy,
      dependencyPolicy,
      now,
      say,
    };
    const wanted = policy.checks.filter(({ id }) => only === undefined || id === only);
    const scenarios = policy.scenarios.filter(({ id }) => only === undefined || id === only);
    const ids = [
      ...wanted.map(({ id }) => id).filter((id) => tested.includes(id)),
      ...scenarios.map(({ id }) => id),
    ];
    if (ids.length > 0) say(`tests of ${ids.join(", ")}`);
    const tests = await runTagged({ root, vitest: VITEST, built: true }, ids);
    const checks = [];
    for (const check of wanted) {
      say(`${check.id} ${check.title}`);
      events.add("check_start", { id: check.id });
      const result = await runCheck(check, context, tests.get(check.id));
      checks.push(result);
      events.add("check_end", { id: check.id, status: result.status });
      for (const line of result.detail) say(`  ${line}`);
    }
    const adversarial = judgeScenarios(scenarios, tests);
    events.add("adversarial_end", { status: adversarial.uncovered.length === 0 ? "pass" : "fail" });
    for (const id of adversarial.uncovered) say(`${id}: not covered`);
    writeFileSync(join(artifacts, "lifecycle.json"), stableJson(LIFECYCLE));
    const isReplay = process.env["WIREWALL_GATE_REPLAY"] !== undefined;
    const replay = only === undefined && !isReplay;
    const privacy = isReplay
      ? []
      : await checkPrivacy({ ...context, artifacts, lifecycle: LIFECYCLE, replay });
    events.add("privacy_end", {
      status: privacy.every(({ status }) => status === "pass") ? "pass" : "fail",
    });
    for (const { id, status, detail } of privacy) if (status !== "pass") say(`${id}: ${detail}`);
    const { commit, dirty, lockSha256 } = known;
    const report = { ...reportOf(policy, checks, adversarial, privacy), commit, dirty, lockSha256 };
    report.policySha256 = policy.sha256;
    report.config = { only: only ?? null, fuzzSeconds: policy.fuzz.seconds };
    report.run = {
      at: new Date(began).toISOString(),
      durationMs: Date.now() - began,
      node: process.version,
    };
    events.add("gate_end", { status: report.status });
    return report;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** One check: what drives code, and what its tests have shown. */
export async function runCheck(check, context, tests) {
  const driver = drivers[check.id];
  const parts = [];
  try {
    if (driver !== undefined) parts.push(await driver(context));
    if (tested.includes(check.id)) parts.push(judgeTests(tests ?? []));
  } catch (error) {
    parts.push({
      executed: 0,
      evidence: [],
      problems: [`it could not run: ${error instanceof Error ? error.message : error}`],
    });
  }
  return resultOf(check, parts);
}
