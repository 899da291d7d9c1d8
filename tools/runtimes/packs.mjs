// The packages as npm would publish them: packed, and installed from the tarballs into a project
// outside of this repository, where nothing is found by accident.

import { spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

export const root = fileURLToPath(new URL("../../", import.meta.url));

/** Folders and manifests of the packages that are published. */
export function publicPackages() {
  return readdirSync(join(root, "packages"))
    .sort()
    .map((folder) => ({ folder, place: join(root, "packages", folder, "package.json") }))
    .filter(({ place }) => existsSync(place))
    .map(({ folder, place }) => ({ folder, manifest: JSON.parse(readFileSync(place, "utf8")) }))
    .filter(({ manifest }) => manifest.private !== true);
}

/** Packs every public package into `target`. Returns package names with their tarballs. */
export function packAll(target) {
  mkdirSync(target, { recursive: true });
  const packages = publicPackages();
  const packed = JSON.parse(
    npm(
      root,
      "pack",
      "--json",
      "--ignore-scripts",
      "--pack-destination",
      target,
      ...packages.map(({ folder }) => `--workspace=packages/${folder}`),
    ),
  );
  // Newer versions of npm answer with an object by name instead of a list.
  const entries = Array.isArray(packed) ? packed : Object.values(packed);
  const tarballs = new Map(entries.map(({ name, filename }) => [name, join(target, filename)]));
  for (const { manifest } of packages)
    if (!existsSync(tarballs.get(manifest.name) ?? ""))
      throw new Error(`${manifest.name} was not packed`);
  return tarballs;
}

/** A project in `folder` that has the tarballs installed and the smoke files beside them. */
export function installPacks(folder) {
  const tarballs = packAll(join(folder, "packs"));
  const project = join(folder, "project");
  mkdirSync(project);
  const dependencies = Object.fromEntries(
    [...tarballs].map(([name, path]) => [name, `file:${path}`]),
  );
  writeFileSync(
    join(project, "package.json"),
    JSON.stringify({ name: "smoke", private: true, type: "module", dependencies }),
  );
  npm(project, "install", "--ignore-scripts", "--no-audit", "--no-fund", "--prefer-offline");
  cpSync(new URL("smoke/", import.meta.url), project, { recursive: true });
  return project;
}

export function npm(cwd, ...args) {
  const { status, stdout, stderr, error } = spawnSync("npm", args, {
    cwd,
    encoding: "utf8",
    maxBuffer: 1 << 26,
    shell: process.platform === "win32",
  });
  if (status !== 0)
    throw new Error(`npm ${args.join(" ")} failed: ${error?.message ?? stderr + stdout}`);
  return stdout;
}
