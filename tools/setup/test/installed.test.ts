// When a fresh or stale clone has to install, and that nothing is installed without need.

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { misfit } from "../installed.mjs";

const entry = { version: "1.0.0", integrity: "sha512-a" };
const foreign = { version: "2.0.0", integrity: "sha512-b", optional: true };
let root = "";

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "wirewall-setup-"));
  mkdirSync(join(root, "node_modules", "left"), { recursive: true });
  write("package-lock.json", { "": {}, "node_modules/left": entry, "node_modules/other": foreign });
  write("node_modules/.package-lock.json", { "node_modules/left": entry });
});

afterEach(() => rmSync(root, { recursive: true, force: true }));

describe("what node_modules lacks", () => {
  it("is nothing where only a package for another platform is left out", () => {
    expect(misfit(root)).toBeUndefined();
  });

  it("is everything on a fresh clone", () => {
    rmSync(join(root, "node_modules"), { recursive: true });
    expect(misfit(root)).toBe("the dependencies are not installed");
  });

  it("is a package that the lock has in another version", () => {
    write("package-lock.json", { "node_modules/left": { ...entry, version: "1.0.1" } });
    expect(misfit(root)).toBe("node_modules/left has another version");
  });

  it("is a package that was added to the lock", () => {
    write("package-lock.json", { "node_modules/left": entry, "node_modules/right": entry });
    expect(misfit(root)).toBe("node_modules/right is missing");
  });

  it("is a folder that was deleted", () => {
    rmSync(join(root, "node_modules", "left"), { recursive: true });
    expect(misfit(root)).toBe("node_modules/left is missing");
  });

  it("is cleared of a package that left the lock", () => {
    write("package-lock.json", {});
    expect(misfit(root)).toBe("node_modules/left is not in package-lock.json");
  });

  it("cannot be told without a lock", () => {
    rmSync(join(root, "package-lock.json"));
    expect(misfit(root)).toBe("package-lock.json cannot be read");
  });
});

function write(path: string, packages: object): void {
  writeFileSync(join(root, path), JSON.stringify({ packages }));
}
