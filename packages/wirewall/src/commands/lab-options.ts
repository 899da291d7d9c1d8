// The options of wirewall lab, and what it is called with.

import { InvalidArgumentError, Option, type Command } from "commander";
import type { Output } from "../terminal/terminal.js";
import { LAB_HELP } from "./help.js";
import { runLabReplay, STUCK_STEP_MS, type LabReplayOptions } from "./lab-replay.js";

export function addLab(program: Command, out: Output, finish: (code: number) => void): void {
  program
    .command("lab")
    .description("See again what the lab has found.")
    .addHelpText("after", LAB_HELP)
    .command("replay")
    .description("Run a program in the order in which it failed.")
    .argument("<what>", "a crash pack, or a program as MODULE#EXPORT")
    .option("--seed <number>", "of the run; a pack knows its own", seedOf)
    .addOption(
      new Option("--blocking <how>", "whether queues are real; a pack knows its own").choices([
        "guarded",
        "queued",
      ]),
    )
    .option("--schedule <tasks>", "whose step comes first, second, and so on", tasksOf)
    .option("--program <name>", "instead of the one that the pack names")
    .option(
      "--stuck-step-ms <number>",
      `how long a step may take before it is stopped; ${STUCK_STEP_MS}`,
      millisecondsOf,
    )
    .option("--trace <file>", "where the events go, one a line")
    .option("--json", "one JSON object")
    .addHelpText("after", LAB_HELP)
    .action(async (what: string, options: LabReplayOptions) => {
      finish(await runLabReplay(what, options, out));
    });
}

function seedOf(text: string): number {
  if (!/^-?\d{1,10}$/.test(text)) throw new InvalidArgumentError("Expected a whole number.");
  return Number(text);
}

function millisecondsOf(text: string): number {
  const number = /^\d{2,7}$/.test(text) ? Number(text) : Number.NaN;
  if (!(number >= 10 && number <= 3_600_000))
    throw new InvalidArgumentError("Expected milliseconds, 10 to 3600000.");
  return number;
}

function tasksOf(text: string): string[] {
  const tasks = text.split(",");
  if (!tasks.every((task) => /^\d+(?:\.\d+)*$/.test(task)))
    throw new InvalidArgumentError("Expected tasks such as 0.0,0.1.0.2.");
  return tasks;
}
