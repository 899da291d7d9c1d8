// What `node tools/bench` takes. Whatever is not understood is named in one line, with the nearest
// word that would be.

export class OptionError extends Error {}

export const HELP = `Usage: npm run bench -- [FILTER] [options]

Measures the built packages against their peers in paired rounds, with default limits on: CPU time
per operation, user and system over all threads. The ratio of a round is the peer's cost divided by
ours, so more is better; the table shows the median [lowest-highest] of all rounds.

FILTER is a part of a name (--list shows the names); without it everything runs.

  --json FILE    one line of JSON per comparison
  --rounds N     rounds that count, from 1 to 1000 (default: what the bench asks for, at least 7)
  --repeat N     the whole bench N times in new processes; the lowest median counts (default 1)
  --peer NAME    this peer only
  --seconds N    how long each flood of the bench floods lasts (default 10)
  --no-build     measures what was built last, as it is
  --list         the benches and their peers
  --help         this text

Examples:
  npm run bench -- http1-parse
  npm run bench -- http1-keep-alive --peer node:http --rounds 15
  npm run bench -- http1 --repeat 3 --json out.json

Benches with sockets need wrk, and one of them nginx; what is missing is named in the table.
Exit codes: 0 done, 1 a bench failed or what was named in full could not run, 2 wrong use.
`;

const DEFAULTS = {
  help: false,
  list: false,
  build: true,
  filter: undefined,
  json: undefined,
  rounds: undefined,
  seconds: undefined,
  repeat: 1,
  peer: undefined,
};
const SWITCHES = ["help", "list", "no-build"];
const VALUES = ["json", "rounds", "repeat", "peer", "seconds"];
const MOST = { rounds: 1_000, repeat: 100, seconds: 3_600 };

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
      if (options.filter !== undefined)
        throw new OptionError(`expected one filter, got ${options.filter} and ${arg}`);
      options.filter = arg;
    } else {
      const [word, joined] = split(arg);
      if (word === "no-build" && joined === undefined) options.build = false;
      else if (SWITCHES.includes(word) && joined === undefined) options[word] = true;
      else if (VALUES.includes(word)) options[word] = value(word, joined ?? rest.shift());
      else throw new OptionError(`unknown option ${arg}${suggestion(`--${word}`, optionNames())}`);
    }
  }
  return options;
}

/** What to add to a message about an unknown word: the nearest known one, if any is near. */
export function suggestion(word, candidates) {
  const ranked = candidates
    .map((candidate) => ({ candidate, edits: distance(word, candidate) }))
    .sort((left, right) => left.edits - right.edits);
  const best = ranked[0];
  const near =
    best !== undefined && best.edits <= Math.max(2, Math.floor(best.candidate.length / 3));
  return near ? `, did you mean ${best.candidate}?` : "";
}

function split(arg) {
  const equals = arg.indexOf("=");
  const word = (equals === -1 ? arg : arg.slice(0, equals)).replace(/^--?/, "");
  return [word, equals === -1 ? undefined : arg.slice(equals + 1)];
}

function value(word, text) {
  if (text === undefined || text === "") throw new OptionError(`--${word} expects a value`);
  const most = MOST[word];
  if (most === undefined) return text;
  const number = Number(text);
  if (!/^\d+$/.test(text) || number < 1 || number > most)
    throw new OptionError(`--${word}: expected a whole number from 1 to ${most}, got ${text}`);
  return number;
}

function optionNames() {
  return [...SWITCHES, ...VALUES].map((name) => `--${name}`);
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
