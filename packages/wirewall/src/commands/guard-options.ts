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
    .option(
      "--upstream <url>",
      "the application: http://, https://, or h2c:// for HTTP/2 without TLS; a demo of our own if absent",
      upstream,
    )
    .option(
      "--listen <addr>",
      `where to listen: ${ADDRESS_FORMS} (default: 127.0.0.1:8080, or the next free port)`,
      address,
    )
    .option("--tls", "serve TLS too, with a development certificate that is made now")
    .option("--tls-cert <file>", "serve TLS too, with this certificate chain in PEM")
    .option("--tls-key <file>", "the private key of that certificate in PEM")
    .option(
      "--tls-listen <addr>",
      "where to serve TLS (default: 127.0.0.1:8443, or the next free port)",
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
HTTP/2 and HTTP/1.1 are served on every address: chosen by ALPN over TLS, by the first bytes without.
Without any option the demo is served over TLS as well, with a development certificate.
A port without a host is a port of 127.0.0.1; other machines are let in by naming an address.
SIGINT or SIGTERM lets open requests finish; a second one ends at once.

Examples:
  wirewall guard
  wirewall guard --upstream http://127.0.0.1:3000
  wirewall guard --upstream h2c://127.0.0.1:3000 --tls-cert chain.pem --tls-key key.pem
  wirewall guard --upstream http://127.0.0.1:3000 --listen 0.0.0.0:80 --admin 9090 --preset strict
  wirewall guard --listen unix:/run/wirewall.sock --limits limits.json
${EXIT_HELP}`;
