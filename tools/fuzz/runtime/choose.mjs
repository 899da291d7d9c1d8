// Which node runs the fuzzing engine. The engine's prebuilt library needs glibc 2.38; where the
// system's is older, either node runs under a newer libc that is unpacked beside it and installed
// nowhere, or the library's three newer symbols are made optional and served by a shim.

import { prepareNewerLibc } from "./newer-libc.mjs";
import { prepareOptionalSymbols } from "./optional-symbols.mjs";

/** What `--runtime` takes. */
export const RUNTIMES = ["auto", "system", "newer-libc", "optional-symbols"];

/**
 * The command to run instead of `node`, with what to add to its environment.
 *
 * @param {string} wanted one of RUNTIMES
 * @param {(text: string) => void} say told what takes time
 * @returns {{ name: string, node: string, env: Record<string, string> }}
 */
export function chooseRuntime(wanted, say) {
  const choice = wanted === "auto" && !isOldGlibc(glibcVersion()) ? "system" : wanted;
  if (choice === "system") return { name: "system", node: process.execPath, env: {} };
  if (choice === "newer-libc") return prepareNewerLibc(say);
  if (choice === "optional-symbols") return prepareOptionalSymbols();
  try {
    return prepareNewerLibc(say);
  } catch (first) {
    say(`no newer libc (${lineOf(first)}); making the newer symbols optional instead`);
    try {
      return prepareOptionalSymbols();
    } catch (second) {
      throw new Error(
        `the fuzzing engine needs glibc 2.38 and neither way around it worked: ${lineOf(first)}; ${lineOf(second)}`,
        { cause: second },
      );
    }
  }
}

/** glibc older than the engine's library needs. Absent on musl, macOS and Windows. */
export function isOldGlibc(version) {
  if (version === undefined) return false;
  const [major = 0, minor = 0] = version.split(".").map(Number);
  return major < 2 || (major === 2 && minor < 38);
}

function glibcVersion() {
  if (process.platform !== "linux") return undefined;
  return process.report.getReport().header.glibcVersionRuntime;
}

function lineOf(error) {
  return String(error instanceof Error ? error.message : error).split("\n")[0];
}
