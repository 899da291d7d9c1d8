// The manifest of artefacts: each privacy assertion breaks by its own id, and by nothing else.

import { describe, expect, it } from "vitest";
import { checkLifecycle, lifecycleSchema } from "../src/index.js";
import { isInScope } from "../src/lifecycle.js";

const good = {
  schemaVersion: lifecycleSchema,
  environment: "ci",
  retentionDays: 30,
  redaction: { mode: "metadata_only", redactedFields: ["suite_log"] },
  storageRoots: ["/artifacts/test-results/", "/artifacts/gate/run-1"],
  retrieval: { replayCommandRequired: true, commandTemplate: "npx vitest run -t" },
  suites: [{ name: "s", artifactRoute: "a", replayRoute: "r", replayCommand: "c" }],
};

describe("row: P3 the lifecycle manifest", () => {
  it("one that keeps all rules has no findings", () => {
    expect(checkLifecycle(good)).toEqual([]);
    expect(checkLifecycle({ ...good, retentionDays: 1 })).toEqual([]);
  });

  it.each([
    ["PRIV-01", { schemaVersion: "v2" }],
    ["PRIV-01", { environment: "local", retentionDays: 14 }],
    ["PRIV-02", { redaction: { mode: "none", redactedFields: ["suite_log"] } }],
    ["PRIV-03", { redaction: { mode: "strict", redactedFields: ["other"] } }],
    ["PRIV-03", { redaction: { mode: "strict" } }],
    ["PRIV-04", { retentionDays: 0 }],
    ["PRIV-04", { retentionDays: 31 }],
    ["PRIV-04", { retentionDays: 1.5 }],
    ["PRIV-04", { retentionDays: "30" }],
    ["PRIV-05", { storageRoots: [] }],
    ["PRIV-05", { storageRoots: ["/artifacts/test-results/", "/artifacts/other/"] }],
    ["PRIV-05", { storageRoots: ["/artifacts/test-results/../../etc"] }],
    ["PRIV-05", { storageRoots: ["/artifacts/test-resultsx/"] }],
    ["PRIV-06", { suites: [] }],
    ["PRIV-06", { suites: [{ ...good.suites[0], replayCommand: "" }] }],
  ])("%s: %j", (id, broken) => {
    expect(checkLifecycle({ ...good, ...broken }).map((finding) => finding.id)).toEqual([id]);
  });

  it("whatever it is, it is answered", () => {
    for (const value of [undefined, null, 1, "x", [], {}, { suites: [null] }, { redaction: 1 }])
      expect(checkLifecycle(value).length).toBeGreaterThan(3);
  });

  it.each(["/artifacts/gate", "/artifacts/gate/", "/artifacts/lab-packs/x/y"])(
    "%s is in scope",
    (place) => {
      expect(isInScope(place)).toBe(true);
    },
  );

  it.each([
    "artifacts/gate/",
    "/artifacts/",
    "/artifacts/gatex/",
    "/x/artifacts/gate/",
    "/artifacts/gate/../x",
    "/artifacts/gate/./x",
    "/artifacts//gate/",
    "/artifacts/gate\\x",
    "/artifacts/gate/\0",
    "",
    5,
  ])("%j is not", (place) => {
    expect(isInScope(place)).toBe(false);
  });
});
