// The manifest of what a test run leaves behind: where, for how long, how it is redacted and how it is run again. Each rule
// is one of the privacy assertions of the release gate.

export const lifecycleSchema = "wirewall-artifact-lifecycle-v1";

export interface ArtifactLifecycle {
  readonly schemaVersion: typeof lifecycleSchema;
  readonly environment: "local" | "ci";
  readonly retentionDays: number;
  readonly redaction: { readonly mode: string; readonly redactedFields: readonly string[] };
  readonly storageRoots: readonly string[];
  readonly retrieval: { readonly replayCommandRequired: boolean; readonly commandTemplate: string };
  readonly suites: readonly {
    readonly name: string;
    readonly artifactRoute: string;
    readonly replayRoute: string;
    readonly replayCommand: string;
  }[];
}

export interface LifecycleFinding {
  readonly id: `PRIV-0${1 | 2 | 3 | 4 | 5 | 6}`;
  readonly message: string;
}

/** Where artefacts may stand, and no other place. */
export const storageScope: readonly string[] = /* @__PURE__ */ Object.freeze([
  "/artifacts/e2e-results/",
  "/artifacts/lab-packs/",
  "/artifacts/test-results/",
  "/artifacts/test-logs/",
  "/artifacts/gate/",
]);

const MOST_DAYS = { local: 14, ci: 30 };

/** What of a manifest breaks a rule; nothing if all hold. It is untrusted: whatever it is, this answers. */
export function checkLifecycle(manifest: unknown): readonly LifecycleFinding[] {
  const findings: LifecycleFinding[] = [];
  const fail = (id: LifecycleFinding["id"], message: string): void =>
    void findings.push({ id, message });
  const of = (value: unknown): Record<string, unknown> =>
    typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {};
  const { schemaVersion, environment, retentionDays, storageRoots, suites, ...rest } = of(manifest);
  if (schemaVersion !== lifecycleSchema)
    fail("PRIV-01", `schemaVersion: expected ${lifecycleSchema}`);
  if (environment !== "ci") fail("PRIV-01", "environment: expected ci");
  const { mode, redactedFields } = of(rest["redaction"]);
  if (mode !== "metadata_only" && mode !== "strict")
    fail("PRIV-02", "redaction.mode: expected metadata_only or strict");
  if (!Array.isArray(redactedFields) || !redactedFields.includes("suite_log"))
    fail("PRIV-03", "redaction.redactedFields: expected suite_log among them");
  const most = environment === "local" ? MOST_DAYS.local : MOST_DAYS.ci;
  const isDays = typeof retentionDays === "number" && Number.isSafeInteger(retentionDays);
  if (!isDays || retentionDays < 1 || retentionDays > most)
    fail("PRIV-04", `retentionDays: expected a whole number from 1 to ${most}`);
  if (!Array.isArray(storageRoots) || storageRoots.length === 0 || !storageRoots.every(isInScope))
    fail("PRIV-05", `storageRoots: expected places below ${storageScope.join(", ")}`);
  const isSuites = Array.isArray(suites) && suites.length > 0;
  const names = ["name", "artifactRoute", "replayRoute", "replayCommand"];
  const isText = (value: unknown): boolean => typeof value === "string" && value !== "";
  if (!isSuites || !suites.every((suite) => names.every((name) => isText(of(suite)[name]))))
    fail("PRIV-06", "suites: expected at least one, each with its routes and its replay command");
  return findings;
}

/** By whole segments, and without a way out. */
export function isInScope(place: unknown): boolean {
  if (typeof place !== "string") return false;
  const path = place.endsWith("/") ? place : `${place}/`;
  if (path.includes("//") || /(?:^|\/)\.{1,2}\//.test(path) || /[\\\0]/.test(path)) return false;
  return storageScope.some((root) => path.startsWith(root));
}
