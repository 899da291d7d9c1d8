// The parts of the gate: what it reads is judged, what it writes is stable, and nothing that did not run counts. That each check
// finds what it is for shows `npm run gate -- --self-test`.

import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, describe, expect, it } from "vitest";
import { checkIntegrity, verifyRelease } from "../checks/integrity.mjs";
import { checkSupplyChain } from "../checks/supply-chain.mjs";
import { checkDependencyPolicy, readDependencyPolicy, readReleasePolicy } from "../policy.mjs";
import { EventLog, stableJson } from "../records.mjs";
import { judgeScenarios } from "../run-gate.mjs";
import { isAllowed } from "../spdx.mjs";
import { judgeTests, tagsOf } from "../tagged-tests.mjs";

const root = fileURLToPath(new URL("../../../", import.meta.url));
const folders: string[] = [];
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true });
});
const newFolder = (): string => {
  const folder = mkdtempSync(join(tmpdir(), "wirewall-gate-test-"));
  folders.push(folder);
  return folder;
};

describe("row: P5 what was executed", () => {
  const passed = { title: "a", status: "passed" };

  it("a promise without a test that ran is broken", () => {
    expect(judgeTests([]).problems).toEqual(["no test was executed"]);
    expect(judgeTests([{ title: "a", status: "pending" }]).problems).toEqual([
      "no test was executed",
    ]);
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
    const judged = (tests: object[]) =>
      judgeScenarios([scenario], new Map([["ADV-01", tests]])).uncovered;
    expect(judged([passed])).toEqual([]);
    for (const tests of [
      [],
      [{ title: "b", status: "passed" }],
      [passed, passed],
      [{ title: "a", status: "pending" }],
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

  it("each event has the hash of the one before", async () => {
    const log = new EventLog();
    log.add("gate_start");
    log.add("gate_end", { status: "pass" });
    const lines = log.text.trimEnd().split("\n");
    const { createHash } = await import("node:crypto");
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
  const policy = readDependencyPolicy(root) as Record<string, unknown>;

  it("the policies of this repository are read", () => {
    expect(() => readReleasePolicy(root)).not.toThrow();
    expect(() => checkDependencyPolicy(policy)).not.toThrow();
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
    expect(() => checkDependencyPolicy({ ...policy, ...change })).toThrow(message);
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
    expect(isAllowed(expression, ["MIT", "Apache-2.0 WITH LLVM-exception"])).toBe(allowed);
  });

  it("a lock without a hash, with a script or a licence that nobody listed, or of an expired transition", () => {
    const good = { integrity: `sha512-${"a".repeat(86)}==`, license: "MIT", dev: true };
    const judged = (entry: object, more: object = {}) =>
      checkSupplyChain({
        lock: { packages: { "node_modules/x": { ...good, ...entry } } },
        manifest: {},
        dependencyPolicy: { ...policy, ...more },
        now: Date.parse("2027-01-01T00:00:00Z"),
      }).problems;
    expect(judged({})).toEqual([]);
    expect(judged({ integrity: undefined })).toEqual(["node_modules/x: no hash in the lock"]);
    expect(judged({ hasInstallScript: true })).toHaveLength(1);
    expect(judged({ license: "GPL-3.0-only" })).toHaveLength(1);
    expect(judged({ license: "MPL-2.0" })).toEqual([]);
    expect(judged({ resolved: "https://r.example/x.tgz" })).toHaveLength(1);
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
      checkSupplyChain({ lock, manifest: {}, dependencyPolicy: policy, now: 0 }).problems,
    ).toHaveLength(1);
  });
});

describe("row: P6 artefacts", () => {
  const lock = {
    packages: {
      "packages/p": { name: "p", version: "1.0.0", dependencies: { x: "1" } },
      "node_modules/x": { version: "1.0.0", license: "MIT", integrity: "sha512-AAAA" },
    },
  };
  const made = async (folder: string, more: object = {}, second = "same") => {
    let count = 0;
    const pack = async (target: string) => {
      mkdirSync(target, { recursive: true });
      const path = join(target, "p-1.0.0.tgz");
      writeFileSync(path, count++ === 0 ? "same" : second);
      return new Map([["p", path]]);
    };
    return checkIntegrity({
      folder,
      pack,
      lock,
      commit: "c",
      committedAt: "2026-01-01T00:00:00.000Z",
      lockSha256: "l",
      ...more,
    });
  };

  it("bill, provenance, tarball and manifest, whose hashes are read again", async () => {
    const folder = newFolder();
    expect(await made(folder)).toMatchObject({ executed: 3, problems: [] });
    const release = join(folder, "release");
    const bill = JSON.parse(readFileSync(join(release, "p.cdx.json"), "utf8")) as object;
    expect(bill).toMatchObject({
      bomFormat: "CycloneDX",
      specVersion: "1.5",
      components: [{ purl: "pkg:npm/x@1.0.0" }],
    });
    const statement = JSON.parse(readFileSync(join(release, "provenance.json"), "utf8")) as object;
    expect(statement).toMatchObject({
      _type: "https://in-toto.io/Statement/v1",
      subject: [{ name: "p-1.0.0.tgz" }],
    });
    writeFileSync(join(release, "more"), "x");
    expect(verifyRelease(release)).toEqual(["more: not in the manifest"]);
    rmSync(join(release, "more"));
    rmSync(join(release, "p-1.0.0.tgz"));
    expect(verifyRelease(release)).toEqual(["p-1.0.0.tgz: missing"]);
  });

  it("two builds that differ, and a file that was changed afterwards", async () => {
    expect((await made(newFolder(), {}, "other")).problems).toEqual([
      "p: packed twice, and not the same",
    ]);
    const tamper = (release: string): void => writeFileSync(join(release, "p-1.0.0.tgz"), "sbme");
    expect((await made(newFolder(), { tamper })).problems).toEqual([
      "p-1.0.0.tgz: not what the manifest says",
    ]);
  });
});

describe("row: P5 the command line", () => {
  const gate = (...args: string[]) => {
    const { status, stderr, stdout } = spawnSync(
      process.execPath,
      [join(root, "tools/gate"), ...args],
      { encoding: "utf8" },
    );
    return { status, stderr, stdout };
  };

  it.each([
    [["--onyl", "x"], /unknown option --onyl.*--only/],
    [["--only", "SEC-BLOCK-99"], /--only: expected one of SEC-BLOCK-01/],
    [["--now", "tomorrow"], /--now: expected a time with its zone/],
    [["--policy", "none.json"], /none\.json: cannot be read/],
    [["--policy", "package.json"], /package\.json: schemaVersion: expected/],
    [["more"], /expected options, got more/],
  ])("%j: one line, exit 2", (args, message) => {
    const { status, stderr, stdout } = gate(...args);
    expect({ status, stdout, lines: stderr.trimEnd().split("\n").length }).toEqual({
      status: 2,
      stdout: "",
      lines: 1,
    });
    expect(stderr).toMatch(message);
  });
});
