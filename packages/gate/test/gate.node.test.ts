// Nothing that did not run counts, what is written is stable, and policies, licences and locks are judged by what they are.

import { createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import {
  checkSupplyChain,
  EventLog,
  isLicenceAllowed,
  judgeScenarios,
  judgeTests,
  readDependencyPolicy,
  readReleasePolicy,
  readResults,
  reportOf,
  resultOf,
  stableJson,
  tagsOf,
  type Check,
  type ReleasePolicy,
  type TestResult,
} from "../src/index.js";

describe("row: P5 what was executed", () => {
  const passed = { title: "a", status: "passed" };

  it("a promise without a test that ran is broken, and so is one with a test that was left out", () => {
    expect(judgeTests([]).problems).toEqual(["no test was executed"]);
    for (const status of ["pending", "skipped", "todo", "disabled"]) {
      const left = { title: "b", status };
      expect(judgeTests([left])).toMatchObject({
        executed: 0,
        problems: ["no test was executed", `${status}: b`],
      });
      expect(judgeTests([passed, left])).toMatchObject({ executed: 1, problems: [`${status}: b`] });
    }
    expect(judgeTests([passed])).toMatchObject({ executed: 1, problems: [] });
  });

  it("one that failed, is to be written, or could not be loaded breaks it, whatever else passed", () => {
    for (const status of ["failed", "todo", "failed to load: x"])
      expect(judgeTests([passed, { title: "b", status }]).problems.length, status).toBeGreaterThan(
        0,
      );
  });

  it("an attack is covered by its one expected test, and by no other", () => {
    const scenario = { id: "ADV-01", attack: "x", expectedTest: "a", denial: "y" };
    const judged = (tests: TestResult[]) =>
      judgeScenarios([scenario], new Map([["ADV-01", tests]])).uncovered;
    expect(judged([passed])).toEqual([]);
    for (const tests of [
      [],
      [{ title: "b", status: "passed" }],
      [passed, passed],
      [{ title: "a", status: "pending" }],
      [passed, { title: "b", status: "skipped" }],
      [passed, { title: "c", status: "failed" }],
    ])
      expect(judged(tests)).toEqual(["ADV-01"]);
  });

  it("tags are read from titles, several of one test", () => {
    expect(tagsOf("row: L1 block: SEC-BLOCK-03, ADV-04 x > block: SEC-WARN-02 y")).toEqual([
      "SEC-BLOCK-03",
      "ADV-04",
      "SEC-WARN-02",
    ]);
  });
});

describe("row: P5 records", () => {
  it("keys are sorted at every depth, and the file ends with a line end", () => {
    expect(stableJson({ b: [{ d: 1, c: 2 }], a: null })).toBe(
      '{\n  "a": null,\n  "b": [\n    {\n      "c": 2,\n      "d": 1\n    }\n  ]\n}\n',
    );
  });

  it("each event has the hash of the one before", () => {
    const log = new EventLog();
    log.add("gate_start");
    log.add("gate_end", { status: "pass" });
    const lines = log.text.trimEnd().split("\n");
    const [first = "", second = ""] = lines;
    expect(JSON.parse(first)).toMatchObject({
      seq: 0,
      event: "gate_start",
      previous: "0".repeat(64),
    });
    expect(JSON.parse(second)).toMatchObject({
      seq: 1,
      status: "pass",
      previous: createHash("sha256").update(first).digest("hex"),
    });
  });
});

describe("row: P6 dependency policy", () => {
  const policy = {
    schemaVersion: "wirewall-dependency-policy-v1",
    profiles: { "browser-minimal": { entries: ["a"] } },
    riskThresholds: { high: 85 },
    forbidden: [],
    conditional: [{ name: "fflate", score: 70, reason: "r", remediation: "m" }],
    transitions: [],
    licences: { allowed: ["MIT"], development: ["MPL-2.0"] },
  };
  const read = (change: object) =>
    readDependencyPolicy(JSON.stringify({ ...policy, ...change }), "policy.json");

  it("one that keeps all rules is read", () => {
    expect(read({})).toMatchObject({ riskThresholds: { high: 85 } });
  });

  const listed = { name: "x", reason: "r", remediation: "m", score: 90 };
  const plan = {
    name: "fflate",
    status: "active",
    owner: "o",
    issue: "i",
    expiresAt: "2027-01-01T00:00:00Z",
    notes: "",
  };
  it.each([
    ["a name in two lists", { forbidden: [listed], conditional: [listed] }, /one list/],
    ["an empty profile", { profiles: { "browser-minimal": { entries: [] } } }, /browser-minimal/],
    [
      "a transition for a name in no list",
      { transitions: [{ ...plan, name: "left-pad" }] },
      /left-pad/,
    ],
    [
      "one without a zone",
      { transitions: [{ ...plan, expiresAt: "2027-01-01T00:00:00" }] },
      /zone/,
    ],
    ["one without an owner", { transitions: [{ ...plan, owner: "" }] }, /owner/],
    ["an unknown schema", { schemaVersion: "v2" }, /schemaVersion/],
  ])("%s is refused", (_what, change, message) => {
    expect(() => read(change)).toThrow(message);
    expect(() => read(change)).toThrow(/^policy\.json: /);
  });

  it.each([
    ["MIT", true],
    ["(MIT OR GPL-2.0)", true],
    ["(MIT AND GPL-2.0)", false],
    ["GPL-3.0-only", false],
    ["Apache-2.0 WITH LLVM-exception", true],
    ["GPL-2.0 WITH Classpath-exception-2.0", false],
    ["SEE LICENSE IN LICENSE", false],
    ["", false],
  ])("the licence %j: %s", (expression, allowed) => {
    expect(isLicenceAllowed(expression, ["MIT", "Apache-2.0 WITH LLVM-exception"])).toBe(allowed);
  });

  it("a lock without a hash, with a script or a licence that nobody listed, or of an expired transition", () => {
    const good = { integrity: `sha512-${"a".repeat(86)}==`, license: "MIT" };
    const judged = (entry: object, more: object = {}) =>
      checkSupplyChain({
        lock: { packages: { "node_modules/x": { ...good, ...entry } } },
        manifest: {},
        dependencyPolicy: { ...read({}), ...more },
        now: Date.parse("2027-01-01T00:00:00Z"),
      }).problems;
    expect(judged({})).toEqual([]);
    expect(judged({ integrity: undefined })).toEqual(["node_modules/x: no hash in the lock"]);
    expect(judged({ hasInstallScript: true })).toHaveLength(1);
    expect(judged({ license: "GPL-3.0-only" })).toHaveLength(1);
    expect(judged({ license: "MPL-2.0" })).toEqual([]);
    expect(judged({}, { transitions: [plan] })).toEqual([
      "transition of fflate: expired at 2027-01-01T00:00:00Z",
    ]);
  });

  it("what is shipped has no licence that is for tools only", () => {
    const shipped = { integrity: `sha512-${"a".repeat(86)}==`, license: "MPL-2.0" };
    const lock = {
      packages: { "packages/p": { dependencies: { x: "1" } }, "node_modules/x": shipped },
    };
    expect(
      checkSupplyChain({
        lock,
        manifest: {},
        dependencyPolicy: read({}),
        now: 0,
        isPublished: (path) => path === "packages/p",
      }).problems,
    ).toHaveLength(1);
  });
});

describe("row: P5 results and the report", () => {
  const check: Check = {
    id: "SEC-BLOCK-01",
    title: "t",
    category: "c",
    severity: "high",
    blocksRelease: true,
  };
  const policy = {
    schemaVersion: "wirewall-security-release-policy-v1",
    checks: [check],
    scenarios: [],
    bounds: {},
    fuzz: { seconds: 1, edges: {} },
    escalation: Object.fromEntries(
      ["critical", "high", "medium"].map((name) => [
        name,
        { action: "block", hours: 72, owner: "o" },
      ]),
    ),
  };
  const read = (change: object): ReleasePolicy =>
    readReleasePolicy(JSON.stringify({ ...policy, ...change }), "p.json");

  it.each([
    ["an unknown schema", { schemaVersion: "v2" }, /schemaVersion/],
    ["no checks", { checks: [] }, /checks/],
    ["an id twice", { checks: [check, check] }, /each once/],
    ["an unknown severity", { checks: [{ ...check, severity: "loud" }] }, /SEC-BLOCK-01\.severity/],
    ["a bound without a figure", { bounds: { "a.b": { unit: "Bytes" } } }, /bounds\.a\.b/],
    [
      "an attack without a test",
      { scenarios: [{ id: "ADV-01", attack: "a", denial: "d" }] },
      /scenarios/,
    ],
    ["no escalation", { escalation: {} }, /escalation/],
  ])("a policy with %s is refused", (_what, change, message) => {
    expect(() => read(change)).toThrow(message);
  });

  it("results of vitest and jest are read by their tags, and a file that did not load breaks all", () => {
    const passed = { ancestorTitles: ["block: A-1 x"], title: "y", status: "passed" };
    const results = {
      testResults: [
        { name: "f", assertionResults: [passed] },
        { name: "g", message: "no\nmore", assertionResults: [] },
      ],
    };
    expect([...readResults(results, ["A-1", "B-2"])]).toEqual([
      [
        "A-1",
        [
          { title: "block: A-1 x > y", status: "passed" },
          { title: "g", status: "failed to load: no" },
        ],
      ],
      ["B-2", [{ title: "g", status: "failed to load: no" }]],
    ]);
    expect([...readResults({}, ["A-1"])]).toEqual([["A-1", []]]);
  });

  it("what blocks and failed is fail, what does not is warn, and a part that did nothing has failed", () => {
    const good = { executed: 1, evidence: [], problems: [] };
    expect(resultOf(check, [good])).toMatchObject({ status: "pass", executed: 1 });
    expect(resultOf(check, [])).toMatchObject({ status: "fail" });
    expect(resultOf(check, [good, { ...good, executed: 0 }])).toMatchObject({ status: "fail" });
    const bad = { ...good, problems: ["p"] };
    expect(resultOf({ ...check, blocksRelease: false }, [bad])).toMatchObject({
      status: "warn",
      detail: ["p"],
    });
    const nothing = judgeScenarios([], new Map());
    const warned = resultOf({ ...check, blocksRelease: false }, [bad]);
    expect(reportOf(read({}), [warned], nothing, [])).toMatchObject({
      status: "warn",
      escalation: [{ id: "SEC-BLOCK-01", hours: 72 }],
    });
    expect(reportOf(read({}), [resultOf(check, [good])], nothing, [])).toMatchObject({
      status: "pass",
      escalation: [],
    });
    const leaky = [{ id: "PRIV-07", status: "fail", detail: "x" }] as const;
    expect(reportOf(read({}), [resultOf(check, [good])], nothing, leaky)).toMatchObject({
      status: "fail",
    });
  });
});
