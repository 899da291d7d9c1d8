// What the checks are about: the packages as they would be published, unpacked beside each other, or, for a self-test, a
// copy of the sources in which something was broken.

import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { cpSync, mkdirSync, readFileSync, readdirSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { build } from "esbuild";
import { packAll, publicPackages, root } from "../runtimes/packs.mjs";
import { run } from "./tagged-tests.mjs";

export { root };
const SCOPE = "@wirewall/";
const LEFT_OUT = new Set([
  "node_modules",
  "dist",
  ".git",
  ".turbo",
  "artifacts",
  "out",
  ".scratch",
]);

export function facts() {
  const lockBytes = readFileSync(join(root, "package-lock.json"));
  const git = (...args) => execFileSync("git", args, { cwd: root, encoding: "utf8" }).trim();
  return {
    commit: git("rev-parse", "HEAD"),
    dirty: git("status", "--porcelain") !== "",
    committedAt: new Date(git("log", "-1", "--format=%cI")).toISOString(),
    lock: JSON.parse(lockBytes.toString("utf8")),
    lockSha256: createHash("sha256").update(lockBytes).digest("hex"),
    manifest: JSON.parse(readFileSync(join(root, "package.json"), "utf8")),
  };
}

/** Builds everything anew and packs it. */
export async function pack(folder) {
  const turbo = join(root, "node_modules", "turbo", "bin", "turbo");
  const { code, output } = await run(
    process.execPath,
    [turbo, "run", "build", "--force", "--output-logs=errors-only"],
    {
      cwd: root,
      env: { ...process.env, TURBO_TELEMETRY_DISABLED: "1", DO_NOT_TRACK: "1" },
    },
  );
  if (code !== 0) throw new Error(`the build failed:\n${output.slice(-2_000)}`);
  return packAll(folder);
}

/** A project in which the tarballs are installed, and nothing else of ours. */
export function unpack(tarballs, folder) {
  const modules = join(folder, "node_modules");
  mkdirSync(join(modules, "@wirewall"), { recursive: true });
  const manifests = new Map();
  for (const [name, tarball] of tarballs) {
    const place = join(modules, name);
    mkdirSync(place, { recursive: true });
    execFileSync("tar", ["-xzf", tarball, "-C", place, "--strip-components=1"]);
    manifests.set(name, JSON.parse(readFileSync(join(place, "package.json"), "utf8")));
  }
  // What others have written is found where it is installed.
  for (const entry of readdirSync(join(root, "node_modules")))
    if (entry !== "@wirewall" && !entry.startsWith(".") && !manifests.has(entry))
      symlinkSync(join(root, "node_modules", entry), join(modules, entry));
  const load = (name) =>
    import(pathToFileURL(join(modules, `${SCOPE}${name}`, "dist", "index.js")).href);
  return {
    project: folder,
    manifests,
    load,
    folders: publicPackages()
      .map((each) => each.folder)
      .filter((name) => name !== "wirewall"),
  };
}

/** A copy of the sources with the same dependencies, whose packages are bundled when they are asked for. */
export function copyTree(folder) {
  cpSync(root, folder, {
    recursive: true,
    filter: (path) => !LEFT_OUT.has(path.split("/").at(-1)),
  });
  symlinkSync(join(root, "node_modules"), join(folder, "node_modules"));
  let count = 0;
  const load = async (name) => {
    const outfile = join(folder, `loaded-${count++}.mjs`);
    await build({
      entryPoints: [join(folder, "packages", name, "src", "index.ts")],
      outfile,
      bundle: true,
      format: "esm",
      platform: "node",
      logLevel: "silent",
      plugins: [
        {
          name: "sources",
          setup: (setup) =>
            setup.onResolve({ filter: /^@wirewall\// }, ({ path }) => ({
              path: join(folder, "packages", path.slice(SCOPE.length), "src", "index.ts"),
            })),
        },
      ],
    });
    return import(pathToFileURL(outfile).href);
  };
  return { root: folder, load };
}
