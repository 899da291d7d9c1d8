// Deletes what test runs have left once it is old enough, and nothing else: only below the folders that are made for it, by
// their real paths, and through no link.

import { isInScope, storageScope } from "@wirewall/redaction";
import { lstatSync, opendirSync, realpathSync, rmdirSync, unlinkSync } from "node:fs";
import { join, relative, sep } from "node:path";

export interface SweepOptions {
  /** The repository: artefacts stand in `artifacts/` below it. */
  readonly root: string;
  /** Milliseconds since 1970. */
  readonly now: number;
  readonly environment: "local" | "ci";
  /** Days that a file is kept: 14 on one's own machine, 30 in CI; fewer may be said. */
  readonly days?: number;
  /** Says what it would do. */
  readonly dryRun?: boolean;
}

export interface Sweep {
  /** Files, from the root. */
  readonly deleted: readonly string[];
  readonly kept: number;
  /** Links and what is no file: neither followed nor deleted. */
  readonly passedOver: readonly string[];
}

const DAYS = { local: 14, ci: 30 };
const DAY_MS = 86_400_000;

/** @throws RangeError for days that are none, or more than may be kept. */
export function sweepArtifacts(options: SweepOptions): Sweep {
  const { now, environment, dryRun = false } = options;
  const most = DAYS[environment];
  const { days = most } = options;
  if (!Number.isSafeInteger(days) || days < 1 || days > most)
    throw new RangeError(`days: expected a whole number from 1 to ${most}`);
  const root = realpathSync(options.root);
  const sweep = { deleted: [] as string[], kept: 0, passedOver: [] as string[] };
  for (const scope of storageScope) {
    const folder = join(root, ...scope.split("/"));
    if (isRealFolder(root, folder)) sweepFolder(root, folder, now - days * DAY_MS, dryRun, sweep);
  }
  sweep.deleted.sort();
  sweep.passedOver.sort();
  return sweep;
}

function sweepFolder(
  root: string,
  folder: string,
  before: number,
  dryRun: boolean,
  sweep: { deleted: string[]; kept: number; passedOver: string[] },
): void {
  const entries = opendirSync(folder);
  const names: string[] = [];
  for (let entry = entries.readSync(); entry !== null; entry = entries.readSync())
    names.push(entry.name);
  entries.closeSync();
  for (const name of names.sort()) {
    const path = join(folder, name);
    const place = `/${relative(root, path).split(sep).join("/")}`;
    const found = lstatSync(path);
    if (found.isDirectory()) {
      sweepFolder(root, path, before, dryRun, sweep);
      if (!dryRun) removeIfEmpty(path);
    } else if (!found.isFile() || !isInScope(place)) sweep.passedOver.push(place);
    else if (found.mtimeMs >= before) sweep.kept++;
    else {
      if (!dryRun) unlinkSync(path);
      sweep.deleted.push(place);
    }
  }
}

/** It stands where it says, and is no link to somewhere else. */
function isRealFolder(root: string, folder: string): boolean {
  try {
    return (
      lstatSync(folder).isDirectory() &&
      realpathSync(folder) === folder &&
      folder.startsWith(root + sep)
    );
  } catch {
    return false;
  }
}

function removeIfEmpty(folder: string): void {
  try {
    rmdirSync(folder);
  } catch {
    // Something is left in it.
  }
}
