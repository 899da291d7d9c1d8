// What `node tools/fuzz` takes.

import {
  asText,
  OptionError,
  readOptions,
  suggestion,
  wholeNumber,
} from "../setup/read-options.mjs";
import { RUNTIMES } from "./runtime/choose.mjs";

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
const SWITCHES = {
  help: ["help", true],
  list: ["list", true],
  merge: ["merge", true],
  verbose: ["verbose", true],
};
const VALUES = {
  time: wholeNumber(1, 604_800),
  seed: wholeNumber(1, 4_294_967_295),
  reproduce: asText,
  runtime: (word, text) => {
    if (RUNTIMES.includes(text)) return text;
    const hint = suggestion(text, RUNTIMES) || `, expected ${RUNTIMES.join(", ")}`;
    throw new OptionError(`--${word}: unknown ${text}${hint}`);
  },
};

/**
 * @param {readonly string[]} args
 * @throws OptionError that says what was not understood
 */
export function parseOptions(args) {
  return readOptions(args, {
    defaults: DEFAULTS,
    noun: "target",
    switches: SWITCHES,
    values: VALUES,
  });
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
