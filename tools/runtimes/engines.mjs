// The other runtimes, by their own lock in engines/: not in the root lock, because nobody who only
// builds and tests should fetch 730 MB.

import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { misfit } from "../setup/installed.mjs";
import { npm } from "./packs.mjs";

const folder = fileURLToPath(new URL("engines/", import.meta.url));

/** Installs what is missing, which takes a while the first time. */
export function installEngines() {
  if (misfit(folder) !== undefined) npm(folder, "ci", "--no-audit", "--no-fund");
}

/** How each runtime runs a file of a project; called by path, since packages here link .bin/node. */
export const commands = new Map([
  ["Node (current)", (file) => [process.execPath, file]],
  ["Node 22", (file) => [engine("node22/bin/node"), file]],
  ["Node 24", (file) => [engine("node24/bin/node"), file]],
  ["Bun", (file) => [engine("bun/bin/bun.exe"), "run", file]],
  [
    "Deno",
    (file) => [engine(".bin/deno"), "run", "--no-prompt", "--node-modules-dir=manual", "-A", file],
  ],
]);

/** Miniflare as a module, from beside its workerd. */
export function loadMiniflare() {
  return createRequire(join(folder, "package.json"))("miniflare");
}

function engine(path) {
  const place = join(folder, "node_modules", path);
  if (!existsSync(place)) throw new Error(`${path} is missing in tools/runtimes/engines`);
  return place;
}
