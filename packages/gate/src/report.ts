// What came of all checks, and what has to happen now.

import type { Check, Escalation, ReleasePolicy } from "./policy.js";
import { reportSchema } from "./records.js";
import type { Adversarial, Evidence, Judgement } from "./tests.js";

export type Status = "pass" | "warn" | "fail";

export interface CheckResult extends Check {
  readonly status: Status;
  readonly executed: number;
  readonly evidence: readonly Evidence[];
  readonly detail: readonly string[];
}

export interface PrivacyResult {
  readonly id: string;
  readonly status: "pass" | "fail";
  readonly detail: string;
}

export interface GateReport {
  readonly schemaVersion: typeof reportSchema;
  readonly status: Status;
  readonly checks: readonly CheckResult[];
  readonly adversarial: Adversarial;
  readonly privacy: readonly PrivacyResult[];
  readonly summary: { readonly pass: number; readonly warn: number; readonly fail: number };
  readonly escalation: readonly ({ readonly id: string } & Escalation)[];
}

const MOST_DETAILS = 20;

/** One check from its parts. One of which a part executed nothing has failed. */
export function resultOf(check: Check, parts: readonly Judgement[]): CheckResult {
  const problems = parts.flatMap((part) => part.problems);
  if (parts.length === 0 || parts.some(({ executed }) => executed === 0))
    problems.push("something was not executed");
  return {
    ...check,
    status: problems.length === 0 ? "pass" : check.blocksRelease ? "fail" : "warn",
    executed: parts.reduce((sum, { executed }) => sum + executed, 0),
    evidence: parts.flatMap((part) => part.evidence),
    detail: problems.slice(0, MOST_DETAILS),
  };
}

/** `fail` if something that blocks has failed, else `warn` if anything has, else `pass`. */
export function reportOf(
  policy: ReleasePolicy,
  checks: readonly CheckResult[],
  adversarial: Adversarial,
  privacy: readonly PrivacyResult[],
): GateReport {
  const count = (status: Status): number =>
    checks.filter((check) => check.status === status).length;
  const isBroken =
    count("fail") > 0 ||
    adversarial.uncovered.length > 0 ||
    privacy.some(({ status }) => status === "fail");
  return {
    schemaVersion: reportSchema,
    status: isBroken ? "fail" : count("warn") > 0 ? "warn" : "pass",
    checks,
    adversarial,
    privacy,
    summary: { pass: count("pass"), warn: count("warn"), fail: count("fail") },
    escalation: checks
      .filter(({ status }) => status !== "pass")
      .map(({ id, severity }) => ({ id, ...policy.escalation[severity] })),
  };
}
