// The options of wirewall trace, and what it is called with.

import { Option, type Command } from "commander";
import type { Output } from "../terminal/terminal.js";
import { TRACE_HELP } from "./help.js";
import {
  AXES,
  FORMATS,
  runTraceExport,
  runTraceShow,
  runTraceTimeline,
  type TraceExportOptions,
  type TraceTimelineOptions,
} from "./trace-export.js";
import { runTraceVerify, type TraceVerifyOptions } from "./trace-verify.js";

export function addTrace(program: Command, out: Output, finish: (code: number) => void): void {
  const trace = program
    .command("trace")
    .description("Verify audit logs; show and export traces.")
    .addHelpText("after", TRACE_HELP);
  trace
    .command("verify")
    .description("Say whether anything in an audit log was altered, cut off or added.")
    .argument("<file>", "the log, a record a line")
    .option("--key <id=file>", "a key that is trusted; may be given again", collect)
    .option("--expect-at-least <file>", "a checkpoint of the log that was kept elsewhere")
    .option("--json", "one JSON object")
    .addHelpText("after", TRACE_HELP)
    .action(async (file: string, options: TraceVerifyOptions) => {
      finish(await runTraceVerify(file, options, out));
    });
  trace
    .command("show")
    .description("Print the events of a trace, or of an audit log.")
    .argument("<file>", "an event a line, in JSON, or a trace file")
    .addHelpText("after", TRACE_HELP)
    .action(async (file: string) => {
      finish(await runTraceShow(file, out));
    });
  trace
    .command("export")
    .description("Write a trace for another tool.")
    .argument("<file>", "an event a line, in JSON, or a trace file")
    .addOption(
      new Option(
        "--format <name>",
        "chrome opens in Perfetto, otlp is for OpenTelemetry, file is checked by hashes",
      )
        .choices(FORMATS)
        .default("chrome"),
    )
    .option("--out <file>", "instead of stdout")
    .option("--compress", "with --format file")
    .addHelpText("after", TRACE_HELP)
    .action(async (file: string, options: TraceExportOptions) => {
      finish(await runTraceExport(file, options, out));
    });
  trace
    .command("timeline")
    .description("Draw a trace: a line for each task, from when it was made to its end.")
    .argument("<file>", "an event a line, in JSON, or a trace file")
    .option("--svg <file>", "instead of stdout")
    .addOption(
      new Option("--axis <name>", "what goes from left to right").choices(AXES).default("order"),
    )
    .addHelpText("after", TRACE_HELP)
    .action(async (file: string, options: TraceTimelineOptions) => {
      finish(await runTraceTimeline(file, options, out));
    });
}

function collect(value: string, before: readonly string[] | undefined): readonly string[] {
  return [...(before ?? []), value];
}
