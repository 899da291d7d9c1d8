import type { InterruptSignal, Terminal } from "../terminal/terminal.js";

/** The signals that ask a command to end, one after the other. */
export class Interrupts {
  readonly #came: InterruptSignal[] = [];
  readonly #waiting: ((signal: InterruptSignal) => void)[] = [];
  readonly stop: () => void;

  constructor(terminal: Terminal) {
    this.stop = terminal.onInterrupt((signal) => {
      const waiting = this.#waiting.shift();
      if (waiting === undefined) this.#came.push(signal);
      else waiting(signal);
    });
  }

  next(): Promise<InterruptSignal> {
    const signal = this.#came.shift();
    if (signal !== undefined) return Promise.resolve(signal);
    return new Promise((resolve) => this.#waiting.push(resolve));
  }
}
