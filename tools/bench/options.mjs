// What `node tools/bench` takes.

import { asText, readOptions, wholeNumber } from "../setup/read-options.mjs";

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
const SWITCHES = { help: ["help", true], list: ["list", true], "no-build": ["build", false] };
const VALUES = {
  json: asText,
  peer: asText,
  rounds: wholeNumber(1, 1_000),
  repeat: wholeNumber(1, 100),
  seconds: wholeNumber(1, 3_600),
};

/**
 * @param {readonly string[]} args
 * @throws OptionError that says what was not understood
 */
export function parseOptions(args) {
  return readOptions(args, {
    defaults: DEFAULTS,
    noun: "filter",
    switches: SWITCHES,
    values: VALUES,
  });
}
