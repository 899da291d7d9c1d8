// The command line as a function: arguments and a terminal in, an exit code out.

import { Command, CommanderError, InvalidArgumentError, Option } from "commander";
import { printableText } from "../terminal/printable.js";
import { Output, type Terminal } from "../terminal/terminal.js";
import { addGate } from "./gate-options.js";
import { addGuard } from "./guard-options.js";
import { addLab } from "./lab-options.js";
import { addRedact } from "./redact-options.js";
import { addTrace } from "./trace-options.js";
import { INSPECT_HELP, LIMITS_HELP, presetOption, ROOT_HELP, TLS_CHECK_HELP } from "./help.js";
import { PROTOCOLS, runInspect, SIDES, type InspectOptions } from "./inspect.js";
import { runLimits, type LimitsOptions } from "./limits.js";
import { runTlsCheck, type TlsCheckOptions } from "./tls-check.js";
import { EXIT, UsageProblem } from "./usage.js";
import { version } from "./version.js";

/**
 * Runs one command.
 *
 * @param argv what follows the program's name.
 * @returns the exit code: 0 done, 1 the inspected input was refused, 2 a mistake of the caller.
 */
export async function main(argv: readonly string[], terminal: Terminal): Promise<number> {
  const out = new Output(terminal.stdout, terminal.env);
  const err = new Output(terminal.stderr, terminal.env);
  let exit: number = EXIT.ok;
  const program = build(terminal, out, err, (code) => {
    exit = code;
  });
  try {
    await program.parseAsync([...argv], { from: "user" });
  } catch (error) {
    exit = explain(error, err);
  }
  await Promise.all([out.flush(), err.flush()]);
  if (out.failure !== undefined) {
    await err.write(errorLine(`stdout cannot be written: ${out.failure}`, err));
    return EXIT.usage;
  }
  return out.closed && exit === EXIT.ok ? EXIT.outputGone : exit;
}

function build(
  terminal: Terminal,
  out: Output,
  err: Output,
  finish: (code: number) => void,
): Command {
  const program = new Command("wirewall")
    .description("A wall on the wire: a hardened gateway, and the same parsers for your own eyes.")
    .version(version, "-V, --version", "print the version")
    .exitOverride()
    .configureHelp({ showGlobalOptions: false })
    .configureOutput({
      writeOut: (text) => void out.write(text),
      writeErr: (text) => void err.write(text),
      outputError: (text) => void err.write(errorLine(text.replace(/^error: /, ""), err)),
      getOutHasColors: () => out.style.enabled,
      getErrHasColors: () => err.style.enabled,
      getOutHelpWidth: () => out.columns ?? 80,
      getErrHelpWidth: () => err.columns ?? 80,
    })
    .addHelpText("after", ROOT_HELP);
  addGuard(program, terminal, out, err, finish);
  program
    .command("inspect")
    .description(
      "Read a file of bytes as the guard would: events, and the refusal if there is one.",
    )
    .argument("<file>", "the bytes as they went over the wire; - reads stdin")
    .addOption(new Option("--protocol <name>", "what the bytes are; required").choices(PROTOCOLS))
    .option("--json", "one JSON object a line, content in base64; a refusal is the last line")
    .option(
      "--request-method <methods>",
      "responses: the methods answered, such as HEAD,GET; the last one goes on",
      methods,
    )
    .addOption(
      new Option(
        "--from <side>",
        "http2: who sent the bytes, if they begin without a preface",
      ).choices(SIDES),
    )
    .option("--request-upgrade", "http1-response: the request asked to switch protocols (101)")
    .addOption(presetOption())
    .option("--limits <file>", "JSON file of limits, as for guard")
    .addHelpText("after", INSPECT_HELP)
    .action(async (file: string, options: InspectOptions) => {
      finish(await runInspect(file, options, terminal, out));
    });
  program
    .command("limits")
    .description("Every limit with its default, its range and its reason.")
    .option("--json", "one JSON array")
    .addOption(presetOption())
    .addHelpText("after", LIMITS_HELP)
    .action(async (options: LimitsOptions) => {
      finish(await runLimits(options, out));
    });
  program
    .command("tls")
    .description("Judge a TLS policy before a socket opens.")
    .command("check")
    .description("Say what is wrong with options of node:tls, all of it.")
    .argument("<file>", "JSON with the option names of node:tls, role and protocols")
    .option("--json", "one JSON array of findings")
    .addHelpText("after", TLS_CHECK_HELP)
    .action(async (file: string, options: TlsCheckOptions) => {
      finish(await runTlsCheck(file, options, out));
    });
  addTrace(program, out, finish);
  addRedact(program, terminal, out, finish);
  addGate(program, out, finish);
  addLab(program, out, finish);
  return program;
}

/** One line for what went wrong. */
function explain(error: unknown, err: Output): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.ok : EXIT.usage;
  if (!(error instanceof UsageProblem)) throw error;
  void err.write(errorLine(error.message, err));
  return EXIT.usage;
}

function errorLine(text: string, err: Output): string {
  const line = printableText(text.trim().replace(/\n\(Did you mean/, " (Did you mean"));
  return `${err.style.red("error:")} ${line}\n`;
}

function methods(text: string): string[] {
  const list = text.split(",");
  if (!list.every((method) => /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/.test(method)))
    throw new InvalidArgumentError("Expected a method such as GET, or a list such as HEAD,GET.");
  return list;
}
