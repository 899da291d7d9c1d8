// What a gate is asked to check, from two files. One that is not what it says ends the gate before anything runs.

export const releaseSchema = "wirewall-security-release-policy-v1";
export const dependencySchema = "wirewall-dependency-policy-v1";

export type Severity = "critical" | "high" | "medium";

export interface Check {
  readonly id: string;
  readonly title: string;
  readonly category: string;
  readonly severity: Severity;
  readonly blocksRelease: boolean;
}

/** An attack, and the one test that drives it. */
export interface Scenario {
  readonly id: string;
  readonly attack: string;
  /** All titles, with ` > ` between them. */
  readonly expectedTest: string;
  readonly denial: string;
}

export interface Escalation {
  readonly action: string;
  readonly hours: number;
  readonly owner: string;
}

export interface ReleasePolicy {
  readonly schemaVersion: typeof releaseSchema;
  readonly checks: readonly Check[];
  readonly scenarios: readonly Scenario[];
  readonly bounds: Readonly<Record<string, { readonly unit: string; readonly default: number }>>;
  readonly fuzz: { readonly seconds: number; readonly edges: Readonly<Record<string, number>> };
  readonly escalation: Readonly<Record<Severity, Escalation>>;
  /** Runs the tests and writes their results in JSON, as vitest and jest do, to `{output}`. */
  readonly testCommand?: string;
}

export interface Risk {
  readonly name: string;
  readonly score: number;
  readonly reason: string;
  readonly remediation: string;
}

export interface Transition {
  readonly name: string;
  readonly status: "active" | "resolved";
  readonly owner: string;
  readonly issue: string;
  /** An instant with its zone. */
  readonly expiresAt: string;
  readonly notes: string;
}

export interface DependencyPolicy {
  readonly schemaVersion: typeof dependencySchema;
  readonly profiles: Readonly<Record<string, { readonly entries: readonly string[] }>>;
  readonly riskThresholds: { readonly high: number };
  readonly forbidden: readonly Risk[];
  readonly conditional: readonly Risk[];
  readonly transitions: readonly Transition[];
  readonly licences: {
    readonly allowed: readonly string[];
    readonly development: readonly string[];
  };
  readonly exceptions?: readonly {
    readonly name: string;
    readonly licence: string;
    readonly reason: string;
  }[];
}

/** A policy that is none: its message names the file and the field, in one line. */
export class PolicyError extends Error {
  override readonly name: string = "PolicyError";
}

const SEVERITIES = ["critical", "high", "medium"];
/** An instant with a zone: without one it is another instant in another place. */
const INSTANT = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:Z|[+-]\d{2}:\d{2})$/;

/**
 * @param path of the file, for what is said of it.
 * @throws PolicyError
 */
export function readReleasePolicy(text: string, path: string): ReleasePolicy {
  const value = objectOf(text, path);
  const fail = failing(path);
  if (value["schemaVersion"] !== releaseSchema) fail("schemaVersion", releaseSchema);
  const ids = new Set<unknown>();
  for (const { id, title, severity, blocksRelease } of rows(value["checks"])) {
    if (!isText(id) || ids.has(id)) fail("checks", "an id for each, and each once");
    ids.add(id);
    if (!isText(title)) fail(`checks.${String(id)}.title`, "text");
    if (!SEVERITIES.includes(severity as string))
      fail(`checks.${String(id)}.severity`, SEVERITIES.join(", "));
    if (typeof blocksRelease !== "boolean")
      fail(`checks.${String(id)}.blocksRelease`, "true or false");
  }
  if (ids.size === 0) fail("checks", "a list that is not empty");
  if (!isObject(value["bounds"])) fail("bounds", "figures by name");
  for (const [name, bound] of Object.entries(
    value["bounds"] as Record<string, Record<string, unknown>>,
  ))
    if (!isText(bound["unit"]) || !Number.isSafeInteger(bound["default"]))
      fail(`bounds.${name}`, "a unit and a whole number");
  for (const scenario of rows(value["scenarios"]))
    for (const name of ["id", "attack", "expectedTest", "denial"])
      if (!isText(scenario[name])) fail("scenarios", "id, attack, expectedTest and denial");
  const fuzz = value["fuzz"] as Record<string, unknown> | undefined;
  if (!isObject(fuzz?.["edges"])) fail("fuzz.edges", "edges by target");
  for (const severity of SEVERITIES)
    if (!isObject((value["escalation"] as Record<string, unknown> | undefined)?.[severity]))
      fail(`escalation.${severity}`, "action, hours and owner");
  return value as unknown as ReleasePolicy;
}

/**
 * Each name in one list, each transition for a listed name, and no profile without entries.
 *
 * @throws PolicyError
 */
export function readDependencyPolicy(text: string, path: string): DependencyPolicy {
  const value = objectOf(text, path);
  const fail = failing(path);
  if (value["schemaVersion"] !== dependencySchema) fail("schemaVersion", dependencySchema);
  const { profiles, riskThresholds, licences } = value as Record<string, Record<string, unknown>>;
  if (!isObject(profiles) || Object.keys(profiles).length === 0) fail("profiles", "at least one");
  for (const [name, profile] of Object.entries(profiles as Record<string, Record<string, unknown>>))
    if (!isList(profile["entries"])) fail(`profiles.${name}.entries`, "a list that is not empty");
  if (!Number.isSafeInteger(riskThresholds?.["high"])) fail("riskThresholds.high", "a score");
  for (const name of ["allowed", "development"])
    if (!Array.isArray(licences?.[name])) fail(`licences.${name}`, "a list");
  const listed = new Set<unknown>();
  for (const list of ["forbidden", "conditional"])
    for (const { name, reason, remediation, score } of rows(value[list])) {
      if (listed.has(name)) fail(list, `${String(name)} in one list only`);
      listed.add(name);
      if (!isText(reason) || !isText(remediation) || !Number.isSafeInteger(score))
        fail(`${list}.${String(name)}`, "reason, remediation and score");
    }
  for (const plan of rows(value["transitions"])) {
    const name = String(plan["name"]);
    if (!listed.has(plan["name"])) fail("transitions", `a listed name, got ${name}`);
    if (plan["status"] !== "active" && plan["status"] !== "resolved")
      fail(`transitions.${name}.status`, "active or resolved");
    if (!isText(plan["owner"]) || !isText(plan["issue"]))
      fail(`transitions.${name}`, "an owner and an issue");
    if (!INSTANT.test(String(plan["expiresAt"])))
      fail(`transitions.${name}.expiresAt`, "an instant with its zone");
  }
  return {
    transitions: [],
    forbidden: [],
    conditional: [],
    ...value,
  } as unknown as DependencyPolicy;
}

function failing(path: string): (field: string, expected: string) => never {
  return (field, expected) => {
    throw new PolicyError(`${path}: ${field}: expected ${expected}`);
  };
}

function objectOf(text: string, path: string): Record<string, unknown> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new PolicyError(`${path}: expected JSON`);
  }
  if (!isObject(value)) throw new PolicyError(`${path}: expected an object`);
  return value;
}

function rows(value: unknown): readonly Record<string, unknown>[] {
  return Array.isArray(value) ? (value as readonly unknown[]).filter(isObject) : [];
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isList(value: unknown): boolean {
  return Array.isArray(value) && value.length > 0;
}

function isText(value: unknown): boolean {
  return typeof value === "string" && value !== "";
}
