// --limits FILE: JSON such as { "http1": { "maxBodyBytes": 1048576 } }. Every value goes through
// the table of its owner; a name that no table has is a mistake, never ignored.

import type { LimitCatalogue, Limits, Preset } from "@wirewall/limits";
import { UsageProblem } from "../commands/usage.js";
import { nearest } from "./nearest.js";
import { readFileOf } from "./read-file.js";

/** Validated overrides by the owner of the table. */
export type LimitOverrides = ReadonlyMap<string, Readonly<Record<string, number>>>;

/** Far above what all tables together can say. */
const MAX_FILE_BYTES = 1_048_576;

/** @throws UsageProblem, one line that names the file, the limit and what was expected. */
export async function readLimitsFile(
  path: string,
  catalogue: LimitCatalogue,
  preset: Preset,
): Promise<LimitOverrides> {
  const root = parse(await read(path), path);
  const overrides = new Map<string, Readonly<Record<string, number>>>();
  for (const [owner, values] of Object.entries(root)) {
    const limits = catalogue.find((candidate) => candidate.owner === owner);
    if (limits === undefined)
      throw problem(
        path,
        `no package ${quoted(owner)} has limits${hint(owner, owners(catalogue))}`,
      );
    overrides.set(owner, check(path, limits, values, preset));
  }
  return overrides;
}

async function read(path: string): Promise<string> {
  const bytes = await readFileOf("--limits", path, MAX_FILE_BYTES);
  return bytes.toString("utf8").replace(/^\ufeff/, "");
}

function parse(text: string, path: string): object {
  let root: unknown;
  try {
    root = JSON.parse(text);
  } catch (error) {
    throw problem(path, `is not JSON: ${error instanceof Error ? error.message : "syntax"}`);
  }
  if (!isObject(root)) throw problem(path, 'expected an object such as {"http1": {…}}');
  return root;
}

function check(
  path: string,
  limits: Limits,
  values: unknown,
  preset: Preset,
): Readonly<Record<string, number>> {
  if (!isObject(values))
    throw problem(path, `${limits.owner}: expected an object of numbers by name`);
  const names = limits.table.map((entry) => entry.name as string);
  const checked = Object.create(null) as Record<string, number>;
  for (const [name, value] of Object.entries(values)) {
    const entry = limits.table.find((candidate) => candidate.name === name);
    if (entry === undefined)
      throw problem(path, `${limits.owner} has no limit ${quoted(name)}${hint(name, names)}`);
    try {
      limits.resolve({ [entry.name]: value as number }, preset);
      checked[entry.name] = value as number;
    } catch (error) {
      throw problem(path, error instanceof Error ? error.message : `${limits.owner}.${name}`);
    }
  }
  return checked;
}

function isObject(value: unknown): value is object {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function owners(catalogue: LimitCatalogue): string[] {
  return catalogue.map((limits) => limits.owner);
}

function hint(name: string, known: readonly string[]): string {
  const close = nearest(name, known);
  return close === undefined
    ? ` (expected one that \`wirewall limits\` lists)`
    : ` (did you mean ${close}?)`;
}

function quoted(name: string): string {
  return JSON.stringify(name.length > 64 ? `${name.slice(0, 64)}…` : name);
}

function problem(path: string, what: string): UsageProblem {
  return new UsageProblem(`--limits ${path}: ${what}`);
}
