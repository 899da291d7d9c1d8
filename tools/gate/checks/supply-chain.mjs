// SEC-BLOCK-06: what is installed to build and to run this: each entry of the lock with its hash, no script that nobody
// listed, licences that are allowed where they are used, and no transition that has run out.

import { isAllowed } from "../spdx.mjs";

const STRONG = /^sha(?:512|384|256)-[A-Za-z0-9+/]+={0,2}$/;

/** @param {{ lock: object, manifest: object, dependencyPolicy: object, now: number }} context */
export function checkSupplyChain({ lock, manifest, dependencyPolicy, now }) {
  const problems = [];
  const { licences, exceptions = [], transitions = [] } = dependencyPolicy;
  const scripts = new Set(Object.keys(manifest.allowScripts ?? {}));
  let executed = 0;
  for (const [path, entry] of Object.entries(lock.packages)) {
    if (entry.link === true || !path.includes("node_modules/")) continue;
    executed++;
    const name = path.slice(path.lastIndexOf("node_modules/") + 13);
    if (!STRONG.test(entry.integrity ?? "")) problems.push(`${path}: no hash in the lock`);
    if (entry.resolved !== undefined)
      problems.push(`${path}: the lock says where it is downloaded from`);
    if (entry.hasInstallScript === true && !scripts.has(name))
      problems.push(`${path}: runs a script when it is installed`);
    const isTool =
      entry.dev === true ||
      entry.optional === true ||
      entry.devOptional === true ||
      isOnlyForTools(path, lock);
    const allowed = [...licences.allowed, ...(isTool ? licences.development : [])];
    const excepted = exceptions.some((one) => one.name === name && one.licence === entry.license);
    if (!excepted && !isAllowed(entry.license ?? "", allowed))
      problems.push(`${path}: licence ${entry.license ?? "not stated"}`);
  }
  if (executed === 0) problems.push("the lock lists nothing");
  for (const { name, status, expiresAt } of transitions)
    if (status === "active" && Date.parse(expiresAt) <= now)
      problems.push(`transition of ${name}: expired at ${expiresAt}`);
  return {
    executed,
    evidence: [{ id: `packages of the lock: ${executed}`, text: JSON.stringify(lock.packages) }],
    problems,
  };
}

/** Nothing of `packages/` needs it to run: only tools of this repository do. */
function isOnlyForTools(path, lock) {
  return !shipped(lock).has(path);
}

const known = new WeakMap();

/** What is installed with a package that is published. */
function shipped(lock) {
  let found = known.get(lock);
  if (found !== undefined) return found;
  found = new Set();
  const visit = (from, name) => {
    const path = resolve(lock, from, name);
    if (path === undefined || found.has(path)) return;
    found.add(path);
    const entry = lock.packages[path];
    const real = entry.link === true ? entry.resolved : path;
    const { dependencies = {}, optionalDependencies = {} } = lock.packages[real] ?? {};
    for (const other of Object.keys({ ...dependencies, ...optionalDependencies }))
      visit(real, other);
  };
  for (const [path, entry] of Object.entries(lock.packages))
    if (/^packages\/[^/]+$/.test(path))
      for (const name of Object.keys(entry.dependencies ?? {})) visit(path, name);
  known.set(lock, found);
  return found;
}

function resolve(lock, from, name) {
  for (let at = from; ; at = at.slice(0, Math.max(at.lastIndexOf("/"), 0))) {
    const path = `${at === "" ? "" : `${at}/`}node_modules/${name}`;
    if (lock.packages[path] !== undefined) return path;
    if (at === "") return undefined;
  }
}
