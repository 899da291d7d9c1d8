// The options of wirewall redact, and what it is called with.

import { Option, type Command } from "commander";
import type { Output, Terminal } from "../terminal/terminal.js";
import { REDACT_HELP } from "./help.js";
import { MODES, runRedact, SHAPES, type RedactOptions } from "./redact.js";

export function addRedact(
  program: Command,
  terminal: Terminal,
  out: Output,
  finish: (code: number) => void,
): void {
  program
    .command("redact")
    .description(
      "Take out of logs, JSON and HAR files what may not be kept; or say where it stands.",
    )
    .argument("<file>", "lines of JSON or of text; .json and .har are read whole; - reads stdin")
    .addOption(
      new Option(
        "--mode <name>",
        "what is kept; metadata_only if neither this nor a policy says",
      ).choices(MODES),
    )
    .option("--policy <file>", "a redaction policy in JSON")
    .option("--metadata <names>", "names that are harmless here, such as msg,hostname", names)
    .addOption(new Option("--shape <name>", "how the file is read").choices(SHAPES).default("auto"))
    .option("--check", "change nothing; exit with 1 and say where something would leak")
    .addHelpText("after", REDACT_HELP)
    .action(async (file: string, options: RedactOptions) => {
      finish(await runRedact(file, options, terminal, out));
    });
}

function names(value: string): readonly string[] {
  return value.split(",").filter((name) => name !== "");
}
