// Programs of the system that some benches need.

import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { delimiter, join } from "node:path";

/** Where servers are installed, which is not always in the path of a user. */
const ALSO = ["/usr/sbin", "/usr/local/sbin", "/usr/local/bin"];

/** The path of a program, or undefined. */
export function findProgram(name) {
  const folders = [...(process.env.PATH ?? "").split(delimiter), ...ALSO];
  return folders
    .filter((folder) => folder !== "")
    .map((folder) => join(folder, name))
    .find((path) => existsSync(path));
}

/** What a program says of its version. */
export function programVersion(name, option) {
  const { stdout, stderr } = spawnSync(findProgram(name) ?? name, [option], { encoding: "utf8" });
  return /[\w-]+\/\d[\w.]*/.exec(`${stdout}${stderr}`)?.[0] ?? name;
}

/** Why something cannot run: the first of its needs that is not there. */
export function missing(needs) {
  for (const need of needs)
    if (need === "linux") {
      if (process.platform !== "linux") return "it reads /proc, which only Linux has";
    } else if (findProgram(need) === undefined) return `${need} missing`;
  return undefined;
}
