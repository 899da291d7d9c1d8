// The options of `wirewall guard`, each judged before anything is opened.

import { InvalidArgumentError, type Command } from "commander";
import { ADDRESS_FORMS, parseAddress, type ListenAddress } from "../options/address.js";
import { parseUpstream } from "../options/upstream.js";
import type { Output, Terminal } from "../terminal/terminal.js";
import { runGuard, type GuardOptions } from "./guard.js";
import { EXIT_HELP, presetOption } from "./help.js";

export function addGuard(
  program: Command,
  terminal: Terminal,
  out: Output,
  err: Output,
  finish: (code: number) => void,
): void {
  program
    .command("guard")
    .description(
      "Put a wall in front of an HTTP application: what can be read two ways, is too large or never ends does not reach it.",
    )
    .option("--upstream <url>", "the application; a demo of our own if absent", upstream)
    .option(
      "--listen <addr>",
      `where to listen: ${ADDRESS_FORMS} (default: 127.0.0.1:8080, or the next free port)`,
      address,
    )
    .option("--admin <addr>", "where to show health and counters, JSON and Prometheus", address)
    .option("--limits <file>", 'JSON file of limits, such as {"http1": {"maxBodyBytes": 1048576}}')
    .addOption(presetOption())
    .addHelpText("after", GUARD_HELP)
    .action(async (options: GuardOptions) => {
      finish(await runGuard(options, terminal, out, err));
    });
}

function upstream(text: string): URL {
  const url = parseUpstream(text);
  if (typeof url === "string") throw new InvalidArgumentError(sentence(url));
  return url;
}

function address(text: string): ListenAddress {
  const parsed = parseAddress(text);
  if (typeof parsed === "string") throw new InvalidArgumentError(sentence(parsed));
  return parsed;
}

function sentence(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
}

const GUARD_HELP = `
A port without a host is a port of 127.0.0.1; other machines are let in by naming an address.
SIGINT or SIGTERM lets open requests finish; a second one ends at once.

Examples:
  wirewall guard
  wirewall guard --upstream http://127.0.0.1:3000
  wirewall guard --upstream http://127.0.0.1:3000 --listen 0.0.0.0:80 --admin 9090 --preset strict
  wirewall guard --listen unix:/run/wirewall.sock --limits limits.json
${EXIT_HELP}`;
