// What is installed to build and to run something: each entry of npm's lock with its hash, no script that nobody listed,
// licences that are allowed where they are used, and no transition that has run out.

import type { DependencyPolicy } from "./policy.js";
import { isLicenceAllowed } from "./spdx.js";
import { digest, type Judgement } from "./tests.js";

export interface LockEntry {
  readonly link?: boolean;
  readonly resolved?: string;
  readonly integrity?: string;
  readonly license?: string;
  readonly dev?: boolean;
  readonly optional?: boolean;
  readonly devOptional?: boolean;
  readonly hasInstallScript?: boolean;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}

export interface SupplyChain {
  /** `package-lock.json`, version 2 or 3. */
  readonly lock: { readonly packages: Readonly<Record<string, LockEntry>> };
  /** The root `package.json`. */
  readonly manifest: { readonly allowScripts?: Readonly<Record<string, unknown>> };
  readonly dependencyPolicy: DependencyPolicy;
  /** Milliseconds since 1970. */
  readonly now: number;
  /** Whether a place of the lock is a package that is published, and what it needs is shipped. */
  readonly isPublished?: (path: string) => boolean;
}

const STRONG = /^sha(?:512|384|256)-[A-Za-z0-9+/]+={0,2}$/;

export function checkSupplyChain(chain: SupplyChain): Judgement {
  const { lock, manifest, dependencyPolicy, now } = chain;
  const { licences, exceptions = [], transitions } = dependencyPolicy;
  const scripts = new Set(Object.keys(manifest.allowScripts ?? {}));
  const shipped = shippedPlaces(chain);
  const problems: string[] = [];
  let executed = 0;
  for (const [path, entry] of Object.entries(lock.packages)) {
    if (entry.link === true || !path.includes("node_modules/")) continue;
    executed++;
    const name = path.slice(path.lastIndexOf("node_modules/") + 13);
    if (!STRONG.test(entry.integrity ?? "")) problems.push(`${path}: no hash in the lock`);
    if (entry.hasInstallScript === true && !scripts.has(name))
      problems.push(`${path}: runs a script when it is installed`);
    const allowed = shipped.has(path)
      ? licences.allowed
      : [...licences.allowed, ...licences.development];
    const isExcepted = exceptions.some((one) => one.name === name && one.licence === entry.license);
    if (!isExcepted && !isLicenceAllowed(entry.license ?? "", allowed))
      problems.push(`${path}: licence ${entry.license ?? "not stated"}`);
  }
  if (executed === 0) problems.push("the lock lists nothing");
  for (const { name, status, expiresAt } of transitions)
    if (status === "active" && Date.parse(expiresAt) <= now)
      problems.push(`transition of ${name}: expired at ${expiresAt}`);
  const id = `packages of the lock: ${executed}`;
  return { executed, evidence: [{ id, sha256: digest(JSON.stringify(lock.packages)) }], problems };
}

/** What is installed with what is published; the root is, if nothing else is said. */
function shippedPlaces({
  lock,
  isPublished = (path) => path === "",
}: SupplyChain): ReadonlySet<string> {
  const found = new Set<string>();
  const visit = (from: string, name: string): void => {
    const path = placeOf(lock, from, name);
    const entry = path === undefined ? undefined : lock.packages[path];
    if (path === undefined || entry === undefined || found.has(path)) return;
    found.add(path);
    const real = entry.link === true ? (entry.resolved ?? path) : path;
    const { dependencies = {}, optionalDependencies = {} } = lock.packages[real] ?? {};
    for (const other of Object.keys({ ...dependencies, ...optionalDependencies }))
      visit(real, other);
  };
  for (const [path, { dependencies = {} }] of Object.entries(lock.packages))
    if (isPublished(path)) for (const name of Object.keys(dependencies)) visit(path, name);
  return found;
}

/** Where Node finds a package that is asked for from somewhere. */
export function placeOf(lock: SupplyChain["lock"], from: string, name: string): string | undefined {
  for (let at = from; ; at = at.slice(0, Math.max(at.lastIndexOf("/"), 0))) {
    const path = `${at === "" ? "" : `${at}/`}node_modules/${name}`;
    if (lock.packages[path] !== undefined) return path;
    if (at === "") return undefined;
  }
}
