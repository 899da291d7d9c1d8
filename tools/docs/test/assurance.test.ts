// A promise counts only where a tagged test has passed, and the closing line never hides a run
// that did not happen.

import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { judgeResults } from "../assurance.mjs";
import { rows, threats } from "../promises.mjs";

type Status = "passed" | "failed" | "skipped";

const closing = fileURLToPath(new URL("../../setup/closing.mjs", import.meta.url));
let folder = "";

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "wirewall-docs-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe("promises", () => {
  const everything: [string, Status][] = [
    [`row: ${[...rows.keys()].join(", ")} all of them`, "passed"],
    ...threats.map((id): [string, Status] => [`threat: ${id}`, "passed"]),
  ];

  it("are kept where each has a test that passed", () => {
    const { problems, summary } = judge(everything);
    expect(problems).toEqual([]);
    const total = rows.size + threats.length;
    expect(summary).toBe(`${total} of ${total} promises were executed`);
  });

  it("are not kept by a test that was skipped, or by one that is gone", () => {
    const changed = everything.slice(0, -1);
    changed[1] = ["threat: H1-01", "skipped"];
    expect(judge(changed).problems).toEqual([
      "threat H1-01: no test has passed",
      `threat ${threats.at(-1)}: no test has passed`,
    ]);
  });

  it("are broken by one failure beside a success", () => {
    const { problems } = judge([...everything, ["once more, row: C1 and threat: H1-02", "failed"]]);
    expect(problems).toEqual([
      "row C1: failed: block > once more, row: C1 and threat: H1-02",
      "threat H1-02: failed: block > once more, row: C1 and threat: H1-02",
    ]);
  });
});

describe("the closing line", () => {
  it("adds the runs up", () => {
    const files = [write("a", [["x", "passed"]]), write("b", [["y", "passed"]])];
    expect(close("0", files)).toEqual([0, "tests: 2 passed, 0 failed\n"]);
  });

  it("tells failures", () => {
    expect(close("1", [write("a", [["x", "failed"]])])).toEqual([1, "tests: 0 passed, 1 failed\n"]);
  });

  it("fails where a later step failed", () => {
    expect(close("7", [write("a", [["x", "passed"]])])).toEqual([1, "tests: 1 passed, 1 failed\n"]);
  });

  it("fails where nothing ran", () => {
    expect(close("0", [])).toEqual([1, "tests: 0 passed, 0 failed\n"]);
    expect(close("0", [write("a", [])])).toEqual([1, "tests: 0 passed, 0 failed\n"]);
  });
});

function judge(tests: readonly [string, Status][]): { problems: string[]; summary: string } {
  return judgeResults(folder, [write("results", tests)]);
}

function close(code: string, files: readonly string[]): [number | null, string] {
  const { status, stdout } = spawnSync(process.execPath, [closing, code, ...files], {
    encoding: "utf8",
  });
  return [status, stdout];
}

function write(name: string, tests: readonly [string, Status][]): string {
  const path = join(folder, `${name}.json`);
  const count = (status: Status): number => tests.filter(([, seen]) => seen === status).length;
  writeFileSync(
    path,
    JSON.stringify({
      numPassedTests: count("passed"),
      numFailedTests: count("failed"),
      success: count("failed") === 0,
      testResults: [
        {
          name: join(folder, "one.test.ts"),
          assertionResults: tests.map(([title, status]) => ({
            ancestorTitles: ["block"],
            title,
            status,
          })),
        },
      ],
    }),
  );
  return path;
}
