// A program of the lab that the caller names by its module and what that exports.

import { isAbsolute, relative, resolve, sep } from "node:path";
import { pathToFileURL } from "node:url";
import type { LabProgram } from "@wirewall/lab";
import { systemReason, UsageProblem } from "../commands/usage.js";

/** @throws UsageProblem if there is no such module, or no function of that name in it. */
export async function programOf(name: string): Promise<LabProgram> {
  const [, path, member] = /^(.+)#([\p{ID_Start}$_][\p{ID_Continue}$]*)$/u.exec(name) ?? [];
  if (path === undefined || member === undefined)
    throw new UsageProblem(`program ${name}: expected MODULE#EXPORT`);
  let module: Record<string, unknown>;
  try {
    module = (await import(pathToFileURL(resolve(path)).href)) as Record<string, unknown>;
  } catch (error) {
    throw new UsageProblem(`program ${name}: cannot be loaded: ${whyNot(error)}`);
  }
  const program = module[member];
  if (typeof program !== "function")
    throw new UsageProblem(`program ${name}: expected the module to export a function ${member}`);
  return program as LabProgram;
}

function whyNot(error: unknown): string {
  const code = (error as NodeJS.ErrnoException | null)?.code;
  if (code === "ERR_MODULE_NOT_FOUND")
    return "no such file, or something that it imports is missing";
  if (code === "ERR_UNKNOWN_FILE_EXTENSION")
    return "this Node runs JavaScript only; compile it, or use Node 22.18";
  return systemReason(error).split("\n")[0] ?? "";
}

/**
 * Whoever made a pack chooses which file is run, so that it has to be of the project that is open: below
 * the working folder, and not of what was installed there.
 */
export function isOfThisFolder(name: string): boolean {
  const path = relative(process.cwd(), resolve(name));
  const parts = path.split(sep);
  return !isAbsolute(path) && parts[0] !== ".." && !parts.includes("node_modules");
}
