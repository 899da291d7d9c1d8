// What `node tools/fuzz` takes. Whatever is not understood is named in one line, with the nearest
// word that would be.

import { RUNTIMES } from "./runtime/choose.mjs";

export class OptionError extends Error {}

export const HELP = `Usage: npm run fuzz -- TARGET [options]

Throws mutated bytes at one decoder until the time is over or its invariant breaks.

  --time SECONDS     how long, from 1 to 604800 (default 60)
  --seed NUMBER      the same mutations again
  --reproduce FILE   runs one input only
  --merge            keeps of the scratch corpus what reaches new code, in fuzz-corpus/TARGET
  --runtime NAME     ${RUNTIMES.join(", ")} (default auto: what the system's libc allows)
  --verbose          everything that the engine says
  --list             the targets
  --help             this text

Examples:
  npm run fuzz -- http1-request --time 60
  npm run fuzz -- http1-request --reproduce tools/fuzz/artifacts/http1-request/crash-1f3a
  npm run fuzz -- planted --time 60        a planted fault, which must be found

Exit codes: 0 nothing found, 77 a finding, 2 wrong use, 1 anything else.
`;

const DEFAULTS = {
  help: false,
  list: false,
  merge: false,
  verbose: false,
  target: undefined,
  time: 60,
  seed: undefined,
  reproduce: undefined,
  runtime: "auto",
};
const SWITCHES = ["help", "list", "merge", "verbose"];
const VALUES = ["time", "seed", "reproduce", "runtime"];

/**
 * @param {readonly string[]} args
 * @throws OptionError that says what was not understood
 */
export function parseOptions(args) {
  const options = { ...DEFAULTS };
  const rest = [...args];
  for (let arg = rest.shift(); arg !== undefined; arg = rest.shift()) {
    if (arg === "-h") options.help = true;
    else if (!arg.startsWith("-")) {
      if (options.target !== undefined)
        throw new OptionError(`expected one target, got ${options.target} and ${arg}`);
      options.target = arg;
    } else {
      const [word, joined] = split(arg);
      if (SWITCHES.includes(word) && joined === undefined) options[word] = true;
      else if (VALUES.includes(word)) options[word] = value(word, joined ?? rest.shift());
      else throw new OptionError(`unknown option ${arg}${suggestion(`--${word}`, optionNames())}`);
    }
  }
  return options;
}

/** The target of that name. */
export function pickTarget(name, targets) {
  const names = targets.map((target) => target.name);
  if (name === undefined)
    throw new OptionError(`expected a target: ${names.join(", ")} (--help tells more)`);
  const found = targets.find((target) => target.name === name);
  if (found === undefined)
    throw new OptionError(
      `unknown target ${name}${suggestion(name, names)} (--list shows all of them)`,
    );
  return found;
}

function split(arg) {
  const equals = arg.indexOf("=");
  const word = (equals === -1 ? arg : arg.slice(0, equals)).replace(/^--?/, "");
  return [word, equals === -1 ? undefined : arg.slice(equals + 1)];
}

function value(word, text) {
  if (text === undefined || text === "") throw new OptionError(`--${word} expects a value`);
  if (word === "reproduce") return text;
  if (word === "runtime") {
    if (!RUNTIMES.includes(text))
      throw new OptionError(
        `--runtime: unknown ${text}${suggestion(text, RUNTIMES) || `, expected ${RUNTIMES.join(", ")}`}`,
      );
    return text;
  }
  const [least, most] = word === "time" ? [1, 604_800] : [1, 4_294_967_295];
  const number = Number(text);
  if (!/^\d+$/.test(text) || number < least || number > most)
    throw new OptionError(
      `--${word}: expected a whole number from ${least} to ${most}, got ${text}`,
    );
  return number;
}

function optionNames() {
  return [...SWITCHES, ...VALUES].map((name) => `--${name}`);
}

function suggestion(word, candidates) {
  const ranked = candidates
    .map((candidate) => ({ candidate, edits: distance(word, candidate) }))
    .sort((left, right) => left.edits - right.edits);
  const best = ranked[0];
  const near =
    best !== undefined && best.edits <= Math.max(2, Math.floor(best.candidate.length / 3));
  return near ? `, did you mean ${best.candidate}?` : "";
}

function distance(from, to) {
  let row = Array.from({ length: to.length + 1 }, (_, column) => column);
  for (let line = 1; line <= from.length; line++) {
    const next = [line];
    for (let column = 1; column <= to.length; column++)
      next.push(
        Math.min(
          row[column] + 1,
          next[column - 1] + 1,
          row[column - 1] + (from[line - 1] === to[column - 1] ? 0 : 1),
        ),
      );
    row = next;
  }
  return row[to.length];
}
