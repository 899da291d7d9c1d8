// `npm run fuzz -- TARGET --time SECONDS`: builds a target, runs the engine on it, says what it
// reached; a finding comes with the command that runs it again.

import { existsSync, statSync } from "node:fs";
import { relative, resolve } from "node:path";
import { OptionError } from "../setup/read-options.mjs";
import { HELP, parseOptions, pickTarget } from "./options.mjs";
import { fuzz, merge, reproduce, reproduction } from "./run.mjs";
import { chooseRuntime } from "./runtime/choose.mjs";
import { ROOT, buildTarget, findTargets } from "./targets.mjs";

const FOUND = 77;

process.exitCode = await main(process.argv.slice(2)).catch((error) => {
  const wrongUse = error instanceof OptionError;
  process.stderr.write(`fuzz: ${error instanceof Error ? error.message : String(error)}\n`);
  return wrongUse ? 2 : 1;
});

async function main(args) {
  const options = parseOptions(args);
  if (options.help) return print(HELP);
  const targets = findTargets();
  if (options.list) return print(targets.map(listed).join(""));
  const target = pickTarget(options.target, targets);
  const input = options.reproduce === undefined ? undefined : inputFile(options.reproduce);
  const runtime = chooseRuntime(options.runtime, (text) => process.stderr.write(`fuzz: ${text}\n`));
  const bundle = await buildTarget(target);
  const say = talker(options.verbose);

  if (input !== undefined) {
    const { status, summary } = await reproduce(target, bundle, runtime, input, say);
    const shown = relative(ROOT, input);
    if (status === FOUND)
      print(`${target.name}: ${shown} breaks it: ${summary.fault ?? "see above"}\n`);
    else if (status === 0) print(`${target.name}: ${shown} passes\n`);
    return status;
  }
  if (options.merge) {
    const { status, entries } = await merge(target, bundle, runtime, say);
    if (status === 0)
      print(`${target.name}: ${entries} entries added to ${relative(ROOT, target.corpus)}\n`);
    return status;
  }
  const { status, summary, entries, seconds } = await fuzz(target, bundle, runtime, options, say);
  if (summary.artifact !== undefined)
    print(
      `\nfinding: ${summary.fault ?? "see above"}\n` +
        `reproduce: ${reproduction(target, resolve(summary.artifact), ROOT)}\n`,
    );
  print(`${summary.text(target.name, seconds, entries)}\n`);
  if (status !== 0 || summary.executions > 0) return status;
  process.stderr.write("fuzz: the engine ended without a single execution\n");
  return 1;
}

/** Passes on what the engine says of findings, and every two seconds how far it is. */
function talker(verbose) {
  const began = performance.now();
  let next = 0;
  return (line, kind, summary) => {
    if (verbose || kind === "detail") process.stderr.write(`${line}\n`);
    if (verbose || kind !== "progress") return;
    const seconds = (performance.now() - began) / 1_000;
    if (seconds < next) return;
    next = seconds + 2;
    process.stderr.write(`${summary.progress(seconds)}\n`);
  };
}

function listed(target) {
  const note = target.planted
    ? "a planted fault, which must be found"
    : relative(ROOT, target.source);
  return `${target.name.padEnd(20)} ${note}\n`;
}

function inputFile(path) {
  const file = resolve(process.env.INIT_CWD ?? ".", path);
  const found = existsSync(file) ? file : resolve(ROOT, path);
  if (!existsSync(found) || !statSync(found).isFile())
    throw new OptionError(`--reproduce: no file ${path}`);
  return found;
}

function print(text) {
  process.stdout.write(text);
  return 0;
}
