// The artefacts and the command line of this repository's gate. That each check finds what it is for shows `npm run gate -- --self-test`.

import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, describe, expect, it } from "vitest";
import { checkIntegrity, verifyRelease } from "../checks/integrity.mjs";
import { dependencyPolicy, releasePolicy } from "../policies.mjs";

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

describe("row: P6 the policies of this repository", () => {
  it("are read", () => {
    expect(() => [releasePolicy(root), dependencyPolicy(root)]).not.toThrow();
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
