// What the gate is asked to check, from two files. One that is not what it says ends the gate before anything runs.

import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { isAbsolute, join } from "node:path";

export const RELEASE_POLICY = ".github/security-release-policy.json";
export const DEPENDENCY_POLICY = ".github/dependency-policy.json";
const RELEASE_SCHEMA = "wirewall-security-release-policy-v1";
const DEPENDENCY_SCHEMA = "wirewall-dependency-policy-v1";
const SEVERITIES = ["critical", "high", "medium"];
const PROFILES = ["browser-minimal", "browser-dev", "browser-prod", "browser-deterministic"];
/** An instant with a zone: without one it is another instant in another place. */
const INSTANT = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:Z|[+-]\d{2}:\d{2})$/;

export class PolicyError extends Error {}

/** @throws PolicyError that names the file and the field. */
export function readReleasePolicy(root, path = RELEASE_POLICY) {
  const { value, sha256 } = readJson(root, path);
  const fail = (field, expected) => {
    throw new PolicyError(`${path}: ${field}: expected ${expected}`);
  };
  if (value.schemaVersion !== RELEASE_SCHEMA) fail("schemaVersion", RELEASE_SCHEMA);
  if (!isList(value.checks)) fail("checks", "a list that is not empty");
  const ids = new Set();
  for (const { id, title, severity, blocksRelease } of value.checks) {
    if (typeof id !== "string" || ids.has(id)) fail("checks", "an id for each, and each once");
    ids.add(id);
    if (typeof title !== "string" || title === "") fail(`checks.${id}.title`, "text");
    if (!SEVERITIES.includes(severity)) fail(`checks.${id}.severity`, SEVERITIES.join(", "));
    if (typeof blocksRelease !== "boolean") fail(`checks.${id}.blocksRelease`, "true or false");
  }
  if (!isObject(value.bounds)) fail("bounds", "figures by name");
  for (const [name, bound] of Object.entries(value.bounds))
    if (typeof bound.unit !== "string" || !Number.isSafeInteger(bound.default))
      fail(`bounds.${name}`, "a unit and a whole number");
  if (!isList(value.scenarios)) fail("scenarios", "a list that is not empty");
  for (const { id, attack, expectedTest, denial } of value.scenarios)
    for (const text of [id, attack, expectedTest, denial])
      if (typeof text !== "string" || text === "")
        fail("scenarios", "id, attack, expectedTest and denial");
  if (!isObject(value.fuzz?.edges)) fail("fuzz.edges", "edges by target");
  if (!isObject(value.privacy)) fail("privacy", "an object");
  if (!isObject(value.escalation)) fail("escalation", "hours and owner by severity");
  return { ...value, sha256 };
}

/** @throws PolicyError that names the file and the field. */
export function readDependencyPolicy(root, path = DEPENDENCY_POLICY) {
  const { value } = readJson(root, path);
  checkDependencyPolicy(value, path);
  return value;
}

/** Each name in one list, each transition for a listed name, and no profile without entries. */
export function checkDependencyPolicy(value, path = DEPENDENCY_POLICY) {
  const fail = (field, expected) => {
    throw new PolicyError(`${path}: ${field}: expected ${expected}`);
  };
  if (value.schemaVersion !== DEPENDENCY_SCHEMA) fail("schemaVersion", DEPENDENCY_SCHEMA);
  for (const name of PROFILES)
    if (!isList(value.profiles?.[name]?.entries))
      fail(`profiles.${name}.entries`, "a list that is not empty");
  if (!Number.isSafeInteger(value.riskThresholds?.high)) fail("riskThresholds.high", "a score");
  const listed = new Set();
  for (const list of ["forbidden", "conditional"])
    for (const { name, reason, remediation, score } of value[list] ?? []) {
      if (listed.has(name)) fail(list, `${name} in one list only`);
      listed.add(name);
      if (!reason || !remediation || !Number.isSafeInteger(score))
        fail(`${list}.${name}`, "reason, remediation and score");
    }
  for (const plan of value.transitions ?? []) {
    if (!listed.has(plan.name)) fail("transitions", `a listed name, got ${plan.name}`);
    if (!["active", "resolved"].includes(plan.status))
      fail(`transitions.${plan.name}.status`, "active or resolved");
    if (!plan.owner || !plan.issue) fail(`transitions.${plan.name}`, "an owner and an issue");
    if (!INSTANT.test(plan.expiresAt ?? ""))
      fail(`transitions.${plan.name}.expiresAt`, "an instant with its zone");
  }
}

function readJson(root, path) {
  let bytes;
  try {
    bytes = readFileSync(isAbsolute(path) ? path : join(root, path));
  } catch (error) {
    throw new PolicyError(`${path}: cannot be read: ${error.code ?? error.message}`);
  }
  let value;
  try {
    value = JSON.parse(bytes.toString("utf8"));
  } catch {
    throw new PolicyError(`${path}: expected JSON`);
  }
  if (!isObject(value)) throw new PolicyError(`${path}: expected an object`);
  return { value, sha256: createHash("sha256").update(bytes).digest("hex") };
}

function isObject(value) {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isList(value) {
  return Array.isArray(value) && value.length > 0;
}
