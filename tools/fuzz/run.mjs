// Starts the engine on a bundled target and reads what it says.

import { spawn } from "node:child_process";
import { readdirSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { Summary } from "./summary.mjs";

const OUT = fileURLToPath(new URL("out", import.meta.url));
const LONGEST_INPUT = 4_096;
const HANG_MS = 2_000;

/** Mutates until the time is over. */
export async function fuzz(target, bundle, runtime, options, say) {
  const before = new Set(readdirSync(target.scratch));
  const began = performance.now();
  const summary = new Summary();
  const status = await engine(
    target,
    runtime,
    [bundle, target.scratch, target.corpus],
    [
      `-max_total_time=${options.time}`,
      `-max_len=${LONGEST_INPUT}`,
      `-artifact_prefix=${target.artifacts}/`,
      "-print_final_stats=1",
      ...(target.dictionary === undefined ? [] : [`-dict=${target.dictionary}`]),
      ...(options.seed === undefined ? [] : [`-seed=${options.seed}`]),
    ],
    summary,
    say,
  );
  const entries = readdirSync(target.scratch).filter((name) => !before.has(name)).length;
  return { status, summary, entries, seconds: (performance.now() - began) / 1_000 };
}

/** Runs one input. */
export async function reproduce(target, bundle, runtime, file, say) {
  const summary = new Summary();
  const flags = [`-artifact_prefix=${target.artifacts}/`];
  const status = await engine(target, runtime, [bundle, file], flags, summary, say);
  return { status, summary };
}

/** Adds to the corpus what the scratch folder has and the corpus does not reach. */
export async function merge(target, bundle, runtime, say) {
  const before = readdirSync(target.corpus).length;
  const summary = new Summary();
  const flags = ["-merge=1", `-max_len=${LONGEST_INPUT}`];
  const folders = [target.corpus, target.scratch];
  const status = await engine(target, runtime, [bundle, ...folders], flags, summary, say);
  return { status, summary, entries: readdirSync(target.corpus).length - before };
}

/** The command that runs one input again, from the root of the repository. */
export function reproduction(target, artifact, root) {
  return `npm run fuzz -- ${target.name} --reproduce ${relative(root, artifact)}`;
}

function engine(target, runtime, operands, flags, summary, say) {
  const args = [
    engineCommand(),
    ...operands,
    ...(target.waits ? [] : ["--sync"]),
    "--timeout",
    String(HANG_MS),
    "--disableBugDetectors",
    ".*",
    "-i",
    OUT,
    "--",
    ...flags,
  ];
  return new Promise((resolve, reject) => {
    const child = spawn(runtime.node, args, {
      env: { ...process.env, ...runtime.env },
      stdio: ["ignore", "pipe", "pipe"],
    });
    const forward = (signal) => child.kill(signal);
    process.on("SIGINT", forward);
    process.on("SIGTERM", forward);
    for (const stream of [child.stdout, child.stderr])
      lines(stream, (line) => say(line, summary.read(line), summary));
    child.once("error", reject);
    child.once("close", (code, signal) => {
      process.off("SIGINT", forward);
      process.off("SIGTERM", forward);
      resolve(code ?? (signal === "SIGINT" ? 130 : 1));
    });
  });
}

function engineCommand() {
  const require = createRequire(import.meta.url);
  return join(dirname(require.resolve("@jazzer.js/core/package.json")), "dist/cli.js");
}

function lines(stream, take) {
  let rest = "";
  stream.setEncoding("utf8");
  stream.on("data", (text) => {
    const parts = (rest + text).split("\n");
    rest = parts.pop() ?? "";
    for (const part of parts) take(part);
  });
  stream.on("end", () => {
    if (rest !== "") take(rest);
  });
}
