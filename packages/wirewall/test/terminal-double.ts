// A terminal in memory, so that commands run without a process.

import { PassThrough, Readable } from "node:stream";
import { main } from "../src/commands/program.js";
import type { InterruptSignal, Terminal } from "../src/terminal/terminal.js";

export interface Outcome {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Setting {
  readonly stdin?: string | Uint8Array | AsyncIterable<Uint8Array>;
  readonly tty?: boolean;
  readonly env?: Readonly<Record<string, string>>;
}

/** A terminal whose output can be read while the command runs, and that can be interrupted. */
export class TerminalDouble implements Terminal {
  readonly stdin: AsyncIterable<Uint8Array>;
  readonly stdout: PassThrough & { isTTY?: boolean } = new PassThrough();
  readonly stderr: PassThrough & { isTTY?: boolean } = new PassThrough();
  readonly env: Readonly<Record<string, string>>;
  readonly #callbacks = new Set<(signal: InterruptSignal) => void>();
  #out: Buffer[] = [];
  #err: Buffer[] = [];

  constructor(setting: Setting = {}) {
    const { stdin = "" } = setting;
    this.stdin =
      typeof stdin === "string"
        ? Readable.from([Buffer.from(stdin, "latin1")])
        : stdin instanceof Uint8Array
          ? Readable.from([stdin])
          : stdin;
    this.env = setting.env ?? {};
    if (setting.tty === true) this.stdout.isTTY = this.stderr.isTTY = true;
    this.stdout.on("data", (bytes: Buffer) => this.#out.push(bytes));
    this.stderr.on("data", (bytes: Buffer) => this.#err.push(bytes));
  }

  get outText(): string {
    return Buffer.concat(this.#out).toString();
  }

  get errText(): string {
    return Buffer.concat(this.#err).toString();
  }

  readonly onInterrupt = (callback: (signal: InterruptSignal) => void): (() => void) => {
    this.#callbacks.add(callback);
    return () => this.#callbacks.delete(callback);
  };

  interrupt(signal: InterruptSignal = "SIGINT"): void {
    for (const callback of this.#callbacks) callback(signal);
  }
}

/** Runs a command to its end. */
export async function run(argv: readonly string[], setting: Setting = {}): Promise<Outcome> {
  const terminal = new TerminalDouble(setting);
  const code = await main(argv, terminal);
  return { code, stdout: terminal.outText, stderr: terminal.errText };
}
