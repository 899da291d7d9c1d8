// Runs the tests that say which promise of the gate they show, and reads what became of them.

import { spawn } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readResults } from "@wirewall/gate";

/**
 * @param {{ root: string, vitest: string, built: boolean }} where `built`: against what the packages were built to
 * @param {readonly string[]} ids of the promises
 * @returns {Promise<Map<string, { title: string, status: string }[]>>} by promise
 */
export async function runTagged({ root, vitest, built }, ids) {
  const files = filesWith(root, ids);
  if (files.length === 0) return readResults({}, ids);
  const folder = mkdtempSync(join(tmpdir(), "wirewall-gate-"));
  const output = join(folder, "results.json");
  try {
    await run(
      process.execPath,
      [
        vitest,
        "run",
        "--root",
        root,
        "-t",
        `block: .*(?:${ids.join("|")})`,
        "--reporter=json",
        `--outputFile=${output}`,
        ...files,
      ],
      {
        cwd: root,
        env: { ...process.env, ...(built ? { TEST_TARGET: "dist" } : undefined) },
      },
    );
    return readResults(JSON.parse(readFileSync(output, "utf8")), ids);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Only files that name one of them are loaded. */
function filesWith(root, ids) {
  const found = [];
  const visit = (folder) => {
    for (const entry of readdirSync(folder, { withFileTypes: true })) {
      const path = join(folder, entry.name);
      if (entry.isDirectory() && entry.name !== "node_modules" && entry.name !== "dist")
        visit(path);
      else if (/(?<!\.interop)\.test\.ts$/.test(entry.name)) {
        const text = readFileSync(path, "utf8");
        // The laws put their tag on by themselves.
        const byLaws = ids.includes("SEC-BLOCK-03") && text.includes("describeLaws(");
        if (byLaws || ids.some((id) => text.includes(id))) found.push(path);
      }
    }
  };
  visit(join(root, "packages"));
  return found.sort();
}

/** Runs a program to its end; what it prints is kept. */
export function run(command, args, options = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { ...options, stdio: ["ignore", "pipe", "pipe"] });
    let output = "";
    for (const stream of [child.stdout, child.stderr])
      stream.on("data", (chunk) => {
        output = (output + chunk).slice(-MOST_OUTPUT);
      });
    child.on("error", reject);
    child.on("close", (code) => resolve({ code, output }));
  });
}

const MOST_OUTPUT = 1 << 20;
