// `npm run bench -- [filter]`: runs what is measured in pairs, says how far it is on stderr, and
// prints a table; `--json FILE` gets one line per comparison.

import { appendFileSync, writeFileSync } from "node:fs";
import { resolve } from "node:path";
import { prepare } from "../setup/prepare.mjs";
import { OptionError } from "../setup/read-options.mjs";
import { findBenches, pickBenches } from "./benches.mjs";
import { HELP, parseOptions } from "./options.mjs";
import { jsonLines, table } from "./report.mjs";
import { runBench } from "./run.mjs";
import { stopAll } from "./worker/child.mjs";

for (const [signal, code] of [
  ["SIGINT", 130],
  ["SIGTERM", 143],
])
  process.once(signal, () => {
    stopAll();
    process.exit(code);
  });

process.exitCode = await main(process.argv.slice(2)).catch((error) => {
  const wrongUse = error instanceof OptionError;
  process.stderr.write(`bench: ${error instanceof Error ? error.message : String(error)}\n`);
  return wrongUse ? 2 : 1;
});

async function main(args) {
  const options = parseOptions(args);
  if (options.help) return print(HELP);
  const all = await findBenches();
  if (options.list) return print(all.map(listed).join(""));
  const benches = pickBenches(all, options);
  const file = options.json === undefined ? undefined : startFile(options.json);
  if (options.build) {
    const code = await prepare();
    if (code !== 0) return code;
  }

  let failed = false;
  const results = [];
  for (const bench of benches) {
    const result = await runBench(bench, options, note);
    results.push(result);
    if (result.failure !== undefined) {
      failed = true;
      note(`${bench.name}: failed: ${result.failure}`);
    }
    for (const { peer, reason } of result.skipped) {
      note(`${bench.name}: ${peer === undefined ? "" : `${peer} `}not run: ${reason}`);
      if (options.filter === bench.name) failed = true;
    }
    if (file !== undefined) appendFileSync(file, jsonLines(result).join(""));
  }
  print(table(results));
  return failed ? 1 : 0;
}

/** Creates the file before anything is measured, so that a wrong path costs no time. */
function startFile(path) {
  const file = resolve(process.env.INIT_CWD ?? ".", path);
  try {
    writeFileSync(file, "");
  } catch (error) {
    throw new OptionError(`--json: ${path} cannot be written (${error.code})`);
  }
  return file;
}

function listed(bench) {
  const { comparisons = [] } = bench.plan;
  const peers = [...new Set(comparisons.map(({ peer }) => peer))].join(", ");
  const against = peers === "" ? "" : ` against ${peers}`;
  return `${bench.name.padEnd(20)} ${bench.plan.title}${against}\n`;
}

function note(text) {
  process.stderr.write(`${text}\n`);
}

function print(text) {
  process.stdout.write(text);
  return 0;
}
