// Whether node_modules holds what package-lock.json asks for, without starting npm: npm keeps a
// copy of the lock beside what it installed, and the two are compared.

import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** Undefined if everything fits, otherwise what does not, in a few words. */
export function misfit(root) {
  const wanted = packagesOf(join(root, "package-lock.json"));
  if (wanted === undefined) return "package-lock.json cannot be read";
  const present = packagesOf(join(root, "node_modules", ".package-lock.json"));
  if (present === undefined) return "the dependencies are not installed";
  for (const [place, entry] of Object.entries(wanted)) {
    if (!place.includes("node_modules/")) continue;
    const held = present[place];
    if (held === undefined) {
      if (isForeign(entry)) continue;
      return `${place} is missing`;
    }
    if (held.version !== entry.version || held.integrity !== entry.integrity)
      return `${place} has another version`;
    if (!existsSync(join(root, place))) return `${place} is missing`;
  }
  for (const place of Object.keys(present))
    if (place.includes("node_modules/") && wanted[place] === undefined)
      return `${place} is not in package-lock.json`;
  return undefined;
}

/** Optional packages are left out by npm where they cannot run, or cannot be had. */
function isForeign(entry) {
  return entry.optional === true || entry.devOptional === true;
}

function packagesOf(path) {
  try {
    const { packages } = JSON.parse(readFileSync(path, "utf8"));
    return typeof packages === "object" && packages !== null ? packages : undefined;
  } catch {
    return undefined;
  }
}
