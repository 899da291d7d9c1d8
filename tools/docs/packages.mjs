// The packages in the order of their names, with the tables that their builds export.

import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

/** Reads all packages but the umbrella. */
export async function readPackages(root) {
  const found = [];
  for (const folder of readdirSync(join(root, "packages")).sort()) {
    const path = join(root, "packages", folder);
    if (!existsSync(join(path, "src", "index.ts"))) continue;
    const manifest = JSON.parse(readFileSync(join(path, "package.json"), "utf8"));
    if (manifest.layer === "umbrella" || manifest.private === true) continue;
    const { limits, violations } = await exportsOf(path, folder);
    found.push({
      folder,
      manifest,
      limits: Array.isArray(limits?.table) ? limits.table : undefined,
      violations: violations?.table instanceof Map ? violations.table : undefined,
    });
  }
  if (found.length === 0) throw new Error("no package found");
  return found;
}

/** A package without a table need not be built to be listed. */
async function exportsOf(path, folder) {
  const tables = ["limits.ts", "violations.ts"].map((name) => join(path, "src", name));
  if (!tables.some((table) => existsSync(table))) return {};
  const built = join(path, "dist", "index.js");
  if (!existsSync(built)) throw new Error(`packages/${folder} is not built: run npm run build`);
  return import(pathToFileURL(built).href);
}
