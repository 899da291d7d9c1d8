// What `npm start` and `npm test` need before they can begin: the dependencies and the builds.
// Plain Node without a dependency, because on a fresh clone there is nothing else.

import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { misfit } from "./installed.mjs";

export const root = fileURLToPath(new URL("../../", import.meta.url));

/** A build that takes no longer than this says nothing. */
const QUIET_MS = 1_500;

/**
 * Installs what is missing and builds what has changed. Notes go to stderr.
 * Returns 0, or the exit code of the step that failed.
 */
export async function prepare() {
  const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
  if (major < 20 || (major === 20 && minor < 19)) {
    note(`Node ${process.versions.node} is too old: 20.19 or newer is needed.`);
    return 2;
  }
  const reason = misfit(root);
  if (reason !== undefined) {
    note(`Installing the dependencies with npm ci, because ${reason} ...`);
    const code = await install();
    if (code !== 0) return code;
  }
  return build();
}

async function install() {
  const cli = process.env["npm_execpath"] ?? besideNode("npm/bin/npm-cli.js");
  const [command, ...before] =
    cli !== undefined && cli.endsWith("npm-cli.js") ? [process.execPath, cli] : ["npm"];
  const { code, output } = await run(command, [...before, "ci", "--no-audit", "--no-fund"]);
  if (code !== 0) process.stderr.write(output);
  return code;
}

async function build() {
  const turbo = join(root, "node_modules", "turbo", "bin", "turbo");
  const timer = setTimeout(() => note("Building the packages ..."), QUIET_MS);
  const { code, output } = await run(process.execPath, [
    turbo,
    "run",
    "build",
    "--output-logs=errors-only",
  ]);
  clearTimeout(timer);
  if (code !== 0) process.stderr.write(output);
  return code;
}

/** Runs a step to its end and keeps what it says for the case that it fails. */
function run(command, args) {
  return new Promise((done) => {
    const child = spawn(command, args, {
      cwd: root,
      env: { ...process.env, TURBO_TELEMETRY_DISABLED: "1", DO_NOT_TRACK: "1" },
      stdio: ["ignore", "pipe", "pipe"],
      shell: process.platform === "win32" && command === "npm",
    });
    let output = "";
    const keep = (chunk) => {
      output += chunk;
    };
    child.stdout.on("data", keep);
    child.stderr.on("data", keep);
    // A step that was told to stop has not succeeded, whatever it reports.
    let stopped;
    const stop = (signal) => {
      stopped = signal;
      child.kill(signal);
    };
    process.on("SIGINT", stop);
    process.on("SIGTERM", stop);
    const finish = (code, text) => {
      process.off("SIGINT", stop);
      process.off("SIGTERM", stop);
      done({ code, output: text });
    };
    child.on("error", (error) => finish(1, `${command}: ${error.message}\n`));
    child.on("close", (code, signal) =>
      finish(stopped === undefined ? (code ?? exitCodeOf(signal)) : exitCodeOf(stopped), output),
    );
  });
}

/** What a shell reports for a process that a signal ended. */
export function exitCodeOf(signal) {
  return signal === "SIGINT" ? 130 : signal === "SIGTERM" ? 143 : 1;
}

function besideNode(path) {
  const places = [
    join(process.execPath, "../../lib/node_modules", path),
    join(process.execPath, "../node_modules", path),
  ];
  return places.find((place) => existsSync(place));
}

function note(text) {
  process.stderr.write(`${text}\n`);
}
