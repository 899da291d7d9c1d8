// node tools/runtimes/check-packs.mjs: publint and attw over the tarball of every public package,
// one line each.

import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { packAll, publicPackages, root } from "./packs.mjs";

const publint = join(root, "node_modules", "publint", "src", "cli.js");
const attw = join(root, "node_modules", "@arethetypeswrong", "cli", "dist", "index.js");
const ROOTS = [".", "./package.json"];

const folder = mkdtempSync(join(tmpdir(), "wirewall-packs-"));
let failed = 0;
try {
  const tarballs = packAll(folder);
  for (const { manifest } of publicPackages()) {
    const { name } = manifest;
    const tarball = tarballs.get(name);
    // Subpaths are invisible to the resolution of Node 10, which packages that have some leave out.
    const subpaths = Object.keys(manifest.exports).filter((path) => !ROOTS.includes(path));
    const profile = subpaths.length > 0 ? ["--profile", "node16"] : [];
    const results = [
      run(publint, [tarball, "--strict"]),
      run(attw, [tarball, "--no-emoji", "--no-color", ...profile]),
    ];
    const problems = results.filter(({ status }) => status !== 0);
    process.stdout.write(
      `${name}: ${problems.length === 0 ? "publint and attw clean" : "FAILED"}\n`,
    );
    for (const { output } of problems) process.stdout.write(output);
    failed += problems.length;
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
process.exitCode = failed === 0 ? 0 : 1;

function run(cli, args) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [cli, ...args], {
    cwd: root,
    encoding: "utf8",
  });
  return { status, output: stdout + stderr };
}
