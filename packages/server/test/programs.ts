// Programs of the system that interop tests run. One that is missing fails its tests.

import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { homedir } from "node:os";
import { delimiter, join } from "node:path";

/** Where `go install` puts programs, beside the path of the user. */
const ALSO = [join(homedir(), "go", "bin"), "/usr/sbin", "/usr/local/bin"];

export function programOf(name: string): string {
  const folders = [...(process.env["PATH"] ?? "").split(delimiter), ...ALSO];
  const found = folders.map((folder) => join(folder, name)).find((path) => existsSync(path));
  if (found === undefined) throw new Error(`${name} is not installed: .ci/run says how`);
  return found;
}

export interface Outcome {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a program to its end, whatever it exits with. */
export function run(name: string, args: readonly string[]): Promise<Outcome> {
  return new Promise((resolve, reject) => {
    execFile(
      programOf(name),
      args,
      { maxBuffer: 1 << 26, timeout: 100_000 },
      (error, stdout, stderr) => {
        const code = error === null ? 0 : error.code;
        if (typeof code === "number") resolve({ code, stdout, stderr });
        else reject(error ?? new Error(`${name} did not end`));
      },
    );
  });
}
