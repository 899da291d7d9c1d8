#!/usr/bin/env node
// The process around the command line: streams, signals, exit code.

import { main } from "./commands/program.js";
import type { InterruptSignal } from "./terminal/terminal.js";

const SIGNALS = ["SIGINT", "SIGTERM"] as const;

const code = main(process.argv.slice(2), {
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
});

void code.then((value) => {
  process.exitCode = value;
});
