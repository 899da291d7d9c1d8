#!/usr/bin/env node
// The process around the command line: streams, signals, exit code.

import { main } from "./commands/program.js";
import { EXIT } from "./commands/usage.js";
import type { InterruptSignal, Terminal } from "./terminal/terminal.js";

const SIGNALS = ["SIGINT", "SIGTERM"] as const;

const terminal: Terminal = {
  stdin: process.stdin,
  stdout: process.stdout,
  stderr: process.stderr,
  env: process.env,
  onInterrupt(callback) {
    const listener = (signal: NodeJS.Signals): void => callback(signal as InterruptSignal);
    for (const signal of SIGNALS) process.on(signal, listener);
    return () => {
      for (const signal of SIGNALS) process.off(signal, listener);
    };
  },
};

main(process.argv.slice(2), terminal).then(end, (error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.stack : "unknown error"}\n`);
  end(EXIT.fault);
});

/** What was cut off must not keep the process alive; after anything else nothing is left to do. */
function end(code: number): void {
  process.exitCode = code;
  if (code > EXIT.fault) process.exit();
}
