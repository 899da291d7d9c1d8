// What is old goes, what is not stays, and nothing outside of the folders made for it is ever touched.

import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { sweepArtifacts } from "../src/index.js";

const DAY_S = 86_400;
const NOW_S = 1_800_000_000;
const folders: string[] = [];
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true });
});

function tree(ages: Readonly<Record<string, number>>): string {
  const root = mkdtempSync(join(tmpdir(), "wirewall-sweep-"));
  folders.push(root);
  for (const [path, days] of Object.entries(ages)) {
    const place = join(root, path);
    mkdirSync(dirname(place), { recursive: true });
    writeFileSync(place, "x");
    utimesSync(place, NOW_S, NOW_S - days * DAY_S);
  }
  return root;
}

const sweep = (root: string, more: object = {}) =>
  sweepArtifacts({ root, now: NOW_S * 1_000, environment: "local", ...more });

describe("row: P3 retention", () => {
  it("14 days on one's own machine, 30 in CI, to the day", () => {
    const ages = {
      "artifacts/gate/a": 13,
      "artifacts/gate/b": 14,
      "artifacts/gate/c": 15,
      "artifacts/lab-packs/d/e": 31,
    };
    expect(sweep(tree(ages))).toEqual({
      deleted: ["/artifacts/gate/c", "/artifacts/lab-packs/d/e"],
      kept: 2,
      passedOver: [],
    });
    const root = tree(ages);
    expect(sweep(root, { environment: "ci" }).deleted).toEqual(["/artifacts/lab-packs/d/e"]);
    expect(existsSync(join(root, "artifacts/lab-packs/d"))).toBe(false);
    expect(sweep(tree(ages), { days: 1 }).deleted).toHaveLength(4);
  });

  it("a dry run says the same and does nothing", () => {
    const root = tree({ "artifacts/gate/old": 99 });
    expect(sweep(root, { dryRun: true }).deleted).toEqual(["/artifacts/gate/old"]);
    expect(existsSync(join(root, "artifacts/gate/old"))).toBe(true);
  });

  it("what only looks like such a folder, and what a link leads to, stays", () => {
    const root = tree({
      "artifacts/other/a": 99,
      "artifacts/gatex/b": 99,
      "src/artifacts/gate/c": 99,
      "artifacts/test-logs/real": 99,
      d: 99,
    });
    const outside = tree({ secret: 99, "deep/secret": 99 });
    symlinkSync(outside, join(root, "artifacts/gate"));
    symlinkSync(join(outside, "secret"), join(root, "artifacts/test-logs/link"));
    symlinkSync(join(outside, "deep"), join(root, "artifacts/test-logs/folder"));
    expect(sweep(root)).toEqual({
      deleted: ["/artifacts/test-logs/real"],
      kept: 0,
      passedOver: ["/artifacts/test-logs/folder", "/artifacts/test-logs/link"],
    });
    for (const path of ["artifacts/other/a", "artifacts/gatex/b", "src/artifacts/gate/c", "d"])
      expect(existsSync(join(root, path)), path).toBe(true);
    expect(existsSync(join(outside, "secret")) && existsSync(join(outside, "deep/secret"))).toBe(
      true,
    );
  });

  it("a link in place of the whole folder leads nowhere", () => {
    const outside = tree({ "gate/secret": 99 });
    const root = tree({});
    symlinkSync(outside, join(root, "artifacts"));
    expect(sweep(root)).toEqual({ deleted: [], kept: 0, passedOver: [] });
    expect(existsSync(join(outside, "gate/secret"))).toBe(true);
  });

  it("days that are none, or more than may be kept, are refused", () => {
    const root = tree({});
    for (const days of [0, 15, 1.5, Number.NaN])
      expect(() => sweep(root, { days })).toThrow(RangeError);
    expect(() => sweep(root, { days: 31, environment: "ci" })).toThrow(/1 to 30/);
    expect(sweep(root)).toEqual({ deleted: [], kept: 0, passedOver: [] });
  });
});
