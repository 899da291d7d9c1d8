// Runs the tests that say which promise of the gate they show, and reads what became of them. A name of a test is no
// evidence: one that did not run, was skipped, or is yet to be written, has shown nothing.

import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const TAG = /\bblock: ([A-Z][A-Z0-9-]*(?:, ?[A-Z][A-Z0-9-]*)*)/g;

/**
 * @param {{ root: string, vitest: string, built: boolean }} where `built`: against what the packages were built to
 * @param {readonly string[]} ids of the promises
 * @returns {Promise<Map<string, { title: string, status: string }[]>>} by promise
 */
export async function runTagged({ root, vitest, built }, ids) {
  const files = filesWith(root, ids);
  const found = new Map(ids.map((id) => [id, []]));
  if (files.length === 0) return found;
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
    const { testResults } = JSON.parse(readFileSync(output, "utf8"));
    for (const { name, assertionResults, message } of testResults) {
      // A file that cannot be loaded shows nothing of what it promises.
      if (assertionResults.length === 0)
        for (const id of ids)
          found.get(id).push({ title: name, status: `failed to load: ${firstLine(message)}` });
      for (const { ancestorTitles, title, status } of assertionResults) {
        const whole = [...ancestorTitles, title].join(" > ");
        for (const id of tagsOf(whole)) found.get(id)?.push({ title: whole, status });
      }
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  return found;
}

/** What tests say for one promise: how many ran, and what is wrong. Those that another tag chose are pending. */
export function judgeTests(tests) {
  const ran = tests.filter(({ status }) => status !== "pending" && status !== "skipped");
  const wrong = ran.filter(({ status }) => status !== "passed");
  const skipped = tests.filter(({ status }) => status === "todo" || status === "disabled");
  const evidence = ran
    .map(({ title, status }) => ({ id: title, sha256: digest(`${title}\n${status}`) }))
    .sort((one, other) => (one.id < other.id ? -1 : 1));
  const problems = [
    ...(ran.length === 0 ? ["no test was executed"] : []),
    ...[...wrong, ...skipped].map(({ title, status }) => `${status}: ${title}`),
  ];
  return { executed: ran.length, evidence, problems };
}

export function tagsOf(title) {
  return [...title.matchAll(TAG)].flatMap(([, ids]) => ids.split(/, ?/));
}

export function digest(text) {
  return createHash("sha256").update(text).digest("hex");
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

function firstLine(text) {
  return String(text ?? "").split("\n")[0];
}
