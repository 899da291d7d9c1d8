// npm test: on a fresh clone too, every test but the interop tests; with --interop, these. What
// follows `npm test --` goes to vitest.

import { spawn } from "node:child_process";
import { join } from "node:path";
import { exitCodeOf, prepare, root } from "./prepare.mjs";

const code = await prepare();
if (code !== 0) process.exit(code);

const args = process.argv.slice(2);
const interop = args[0] === "--interop";
const defaults = interop
  ? ["--config", "tools/runtimes/vitest.interop.config.ts", "--reporter=verbose"]
  : ["--reporter=./tools/setup/left-out.mjs", "--reporter=default"];
if (interop) args.shift();
if (args.some((arg) => arg.startsWith("--reporter")))
  defaults.splice(interop ? 2 : 0, interop ? 1 : 2);

const vitest = join(root, "node_modules", "vitest", "vitest.mjs");
const child = spawn(process.execPath, [vitest, "run", ...defaults, ...args], {
  cwd: root,
  stdio: "inherit",
});
for (const signal of ["SIGINT", "SIGTERM"]) process.on(signal, () => child.kill(signal));
child.on("error", (error) => {
  process.stderr.write(`vitest: ${error.message}\n`);
  process.exitCode = 1;
});
child.on("exit", (result, signal) => {
  process.exitCode = result ?? exitCodeOf(signal);
});
