// wirewall gate, in a repository that has adopted the policy: its own tests decide, and nothing that did not run counts.

import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { run } from "./terminal-double.js";

const folders: string[] = [];
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true });
});

const check = (id: string, blocksRelease = true) => ({
  id,
  title: "t",
  category: "c",
  severity: "high",
  blocksRelease,
});
const POLICY = {
  schemaVersion: "wirewall-security-release-policy-v1",
  checks: [check("SEC-BLOCK-03"), check("SEC-BLOCK-06"), check("SEC-WARN-01", false)],
  scenarios: [
    { id: "ADV-01", attack: "a", expectedTest: "block: ADV-01 > denied", denial: "MethodDenied" },
  ],
  bounds: {},
  fuzz: { seconds: 1, edges: {} },
  escalation: Object.fromEntries(
    ["critical", "high", "medium"].map((name) => [
      name,
      { action: "block", hours: 72, owner: "o" },
    ]),
  ),
  testCommand: "node tests.cjs {output}",
};
const DEPENDENCIES = {
  schemaVersion: "wirewall-dependency-policy-v1",
  profiles: { browser: { entries: ["a"] } },
  riskThresholds: { high: 85 },
  licences: { allowed: ["MIT"], development: [] },
};
const LIFECYCLE = {
  schemaVersion: "wirewall-artifact-lifecycle-v1",
  environment: "ci",
  retentionDays: 30,
  redaction: { mode: "strict", redactedFields: ["suite_log"] },
  storageRoots: ["/artifacts/test-logs/"],
  retrieval: { replayCommandRequired: true, commandTemplate: "x" },
  suites: [{ name: "s", artifactRoute: "a", replayRoute: "r", replayCommand: "node replay.cjs" }],
};
const LOCK = {
  packages: {
    "": {},
    "node_modules/x": { license: "MIT", integrity: `sha512-${"a".repeat(86)}==` },
  },
};
const TESTS = [
  "block: SEC-BLOCK-03 > bounded",
  "block: SEC-WARN-01 > fuzzed",
  "block: ADV-01 > denied",
];

interface Change {
  readonly policy?: object;
  readonly lock?: object;
  readonly lifecycle?: object;
  readonly tests?: readonly (readonly [title: string, status: string])[];
  readonly more?: string;
}

/** A repository with tests that come out so. */
function repository(change: Change = {}): string {
  const root = mkdtempSync(join(tmpdir(), "wirewall-adopted-"));
  folders.push(root);
  mkdirSync(join(root, ".github"));
  const {
    policy = {},
    lock = LOCK,
    lifecycle = {},
    tests = TESTS.map((title) => [title, "passed"] as const),
    more = "",
  } = change;
  const results = {
    testResults: [
      {
        name: "f",
        assertionResults: tests.map(([title, status]) => ({
          ancestorTitles: title.split(" > ").slice(0, -1),
          title: title.split(" > ").at(-1),
          status,
        })),
      },
    ],
  };
  for (const [path, value] of [
    [".github/security-release-policy.json", { ...POLICY, ...policy }],
    [".github/dependency-policy.json", DEPENDENCIES],
    ["artifact-lifecycle.json", { ...LIFECYCLE, ...lifecycle }],
    ["package-lock.json", lock],
    ["package.json", {}],
  ] as const)
    writeFileSync(join(root, path), JSON.stringify(value));
  writeFileSync(
    join(root, "tests.cjs"),
    `${more}\nrequire("fs").writeFileSync(process.argv[2], ${JSON.stringify(JSON.stringify(results))});`,
  );
  writeFileSync(join(root, "replay.cjs"), "");
  return root;
}

const gate = (root: string, ...args: string[]) => run(["gate", "--root", root, ...args]);

describe("row: P5 wirewall gate", () => {
  it("passes where everything was executed and held, and leaves report and events", async () => {
    const root = repository();
    const { code, stdout, stderr } = await gate(root);
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(stdout).toMatch(/gate: pass\n$/);
    const report = JSON.parse(
      readFileSync(join(root, "artifacts/gate/report.json"), "utf8"),
    ) as object;
    expect(report).toMatchObject({
      schemaVersion: "wirewall-security-gate-report-v1",
      status: "pass",
      adversarial: { covered: 1, percent: 100 },
    });
    const events = readFileSync(join(root, "artifacts/gate/events.ndjson"), "utf8")
      .trimEnd()
      .split("\n");
    expect(events.map((line) => (JSON.parse(line) as { event: string }).event)).toEqual([
      "gate_start",
      ...["SEC-BLOCK-03", "SEC-BLOCK-06", "SEC-WARN-01"].flatMap(() => [
        "check_start",
        "check_end",
      ]),
      "adversarial_end",
      "privacy_end",
      "gate_end",
    ]);
  });

  const all = (change: Readonly<Record<string, string>>) =>
    TESTS.map((title) => [title, change[title] ?? "passed"] as const);
  it.each([
    ["a test that failed", { tests: all({ [TESTS[0] ?? ""]: "failed" }) }, /fail {2}SEC-BLOCK-03/],
    [
      "one that was skipped",
      { tests: all({ [TESTS[0] ?? ""]: "pending" }) },
      /no test was executed/,
    ],
    ["one that is not there", { tests: [["another", "passed"]] }, /no test was executed/],
    [
      "an attack whose test was skipped",
      { tests: all({ [TESTS[2] ?? ""]: "pending" }) },
      /ADV-01 is not covered/,
    ],
    [
      "a package without a hash",
      { lock: { packages: { "node_modules/x": { license: "MIT" } } } },
      /no hash in the lock/,
    ],
    [
      "a licence",
      {
        lock: {
          packages: {
            "node_modules/x": { ...LOCK.packages["node_modules/x"], license: "GPL-3.0-only" },
          },
        },
      },
      /licence GPL/,
    ],
    ["a manifest that keeps too long", { lifecycle: { retentionDays: 31 } }, /PRIV-04/],
    [
      "a replay that does not run",
      { lifecycle: { suites: [{ ...LIFECYCLE.suites[0], replayCommand: "node none.cjs" }] } },
      /PRIV-06 the replay/,
    ],
    [
      "a canary in an artefact",
      {
        more: 'require("fs").mkdirSync("artifacts/test-logs", { recursive: true }); require("fs").writeFileSync("artifacts/test-logs/log", Buffer.from(process.env.WIREWALL_GATE_CANARY).toString("hex"));',
      },
      /PRIV-07 log: a canary/,
    ],
  ] as const)("fails for %s", async (_what, change, message) => {
    const { code, stdout } = await gate(repository(change as Change));
    expect({ code, status: stdout.trimEnd().split("\n").at(-1) }).toEqual({
      code: 1,
      status: "gate: fail",
    });
    expect(stdout).toMatch(message);
  });

  it("a warning passes, but with --strict", async () => {
    const root = repository({ tests: all({ [TESTS[1] ?? ""]: "failed" }) });
    expect(await gate(root)).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/gate: warn\n$/),
    });
    expect((await gate(root, "--strict")).code).toBe(1);
  });

  it.each([
    [["--polcy", "x"], {}, /--polcy.*--policy/s],
    [["--policy", "none.json"], {}, /none\.json: cannot be read: no such file/],
    [["--now", "tomorrow"], {}, /--now tomorrow: expected a time with its zone/],
    [
      [],
      { policy: { testCommand: "npm test" } },
      /testCommand: expected a command with \{output\}/,
    ],
    [[], { policy: { testCommand: "true {output}" } }, /expected results in JSON, got none/],
    [[], { policy: { checks: [] } }, /checks: expected a list/],
  ])("%j: one line, exit 2", async (args, change, message) => {
    const { code, stdout, stderr } = await gate(repository(change), ...args);
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expect(stderr).toMatch(message);
  });
});
