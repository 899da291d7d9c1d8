// The options of wirewall gate, and what it is called with.

import type { Command } from "commander";
import type { Output } from "../terminal/terminal.js";
import { runGate, type GateOptions } from "./gate.js";
import { GATE_HELP } from "./help.js";

export function addGate(program: Command, out: Output, finish: (code: number) => void): void {
  program
    .command("gate")
    .description(
      "Execute what a release of this repository promises; exit with 1 where a promise broke.",
    )
    .option("--root <folder>", "the repository", ".")
    .option("--policy <file>", "the release policy", ".github/security-release-policy.json")
    .option("--dependencies <file>", "the dependency policy", ".github/dependency-policy.json")
    .option("--lifecycle <file>", "the manifest of artefacts", "artifact-lifecycle.json")
    .option("--report <file>", "where the report goes", "artifacts/gate/report.json")
    .option("--events <file>", "where the events go", "artifacts/gate/events.ndjson")
    .option("--now <time>", "the time by which transitions expire, with its zone")
    .option("--strict", "a warning fails")
    .addHelpText("after", GATE_HELP)
    .action(async (options: GateOptions) => {
      finish(await runGate(options, out));
    });
}
