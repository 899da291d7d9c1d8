// A target is a file `packages/*/fuzz/NAME.fuzz.ts`; its inputs stand in `fuzz-corpus/NAME`, its
// words in `tools/fuzz/dict/NAME.dict`. One more has a planted fault, so that a blind set-up fails.

import { existsSync, mkdirSync, readFileSync, readdirSync } from "node:fs";
import { basename, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

export const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const HERE = fileURLToPath(new URL(".", import.meta.url));
const SUFFIX = ".fuzz.ts";

/** @typedef {{ name: string, source: string, waits: boolean, corpus: string, scratch: string, artifacts: string, dictionary: string | undefined }} Target */

/** @returns {Target[]} by name, the planted one last */
export function findTargets(root = ROOT) {
  const packages = join(root, "packages");
  const sources = readdirSync(packages)
    .map((name) => join(packages, name, "fuzz"))
    .filter((folder) => existsSync(folder))
    .flatMap((folder) => readdirSync(folder).map((name) => join(folder, name)))
    .filter((path) => path.endsWith(SUFFIX))
    .sort((left, right) => basename(left).localeCompare(basename(right)));
  return [...sources, join(HERE, "planted", `planted${SUFFIX}`)].map((source) =>
    targetOf(source, root),
  );
}

/** Bundles a target, so that the engine counts the code of all packages and not the target alone. */
export async function buildTarget(target, root = ROOT) {
  const outfile = join(HERE, "out", `${target.name}.fuzz.cjs`);
  await build({
    entryPoints: [target.source],
    outfile,
    bundle: true,
    format: "cjs",
    platform: "node",
    target: "node20",
    sourcemap: "linked",
    external: ["@jazzer.js/core"],
    logLevel: "silent",
    plugins: [fromSources(root)],
  });
  for (const folder of [target.corpus, target.scratch, target.artifacts])
    mkdirSync(folder, { recursive: true });
  return outfile;
}

function targetOf(source, root) {
  const name = basename(source).slice(0, -SUFFIX.length);
  const dictionary = join(HERE, "dict", `${name}.dict`);
  const planted = relative(HERE, source).startsWith("planted");
  return {
    name,
    source,
    planted,
    // One whose function returns a promise is run by the slower engine that waits for it.
    waits: readFileSync(source, "utf8").includes("export async function fuzz("),
    corpus: planted ? join(HERE, "planted", "corpus") : join(root, "fuzz-corpus", name),
    scratch: join(HERE, ".scratch", name),
    artifacts: join(HERE, "artifacts", name),
    dictionary: existsSync(dictionary) ? dictionary : undefined,
  };
}

/** Packages are taken from their sources: no build before, and stack traces name the .ts line. */
function fromSources(root) {
  return {
    name: "from-sources",
    setup(plugins) {
      plugins.onResolve({ filter: /^@wirewall\/[a-z0-9-]+$/ }, ({ path }) => ({
        path: join(root, "packages", path.slice("@wirewall/".length), "src/index.ts"),
      }));
    },
  };
}
