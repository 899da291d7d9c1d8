// A process that measures, as seen from outside: one request at a time, one answer each. A process
// that ends by itself, or does not answer in time, fails the run.

import { fork } from "node:child_process";
import { fileURLToPath } from "node:url";

const ANSWER_MS = 120_000;
const END_MS = 3_000;
const alive = new Set();

/** Ends all processes that were started here. */
export function stopAll() {
  for (const child of alive) child.stop();
}

export class Child {
  #process;
  #name;
  #waiting;
  #timer;
  #errors = "";
  #over = false;

  /**
   * @param {string} file a module of this folder
   * @param {string} name for messages
   * @param {{ execArgv?: string[] }} options
   */
  constructor(file, name, { execArgv = [] } = {}) {
    this.#name = name;
    this.#process = fork(fileURLToPath(new URL(file, import.meta.url)), [], {
      execArgv,
      stdio: ["ignore", "ignore", "pipe", "ipc"],
      serialization: "advanced",
    });
    this.#process.stderr.setEncoding("utf8").on("data", (text) => {
      this.#errors = (this.#errors + text).slice(-2_000);
    });
    this.#process.on("message", (answer) => this.#answered(answer));
    this.#process.on("error", (error) => this.#settle({ error: error.message }));
    this.#process.on("close", (code, signal) => {
      this.#over = true;
      alive.delete(this);
      const words = this.#errors.trim().split("\n").at(-1) ?? "";
      this.#settle({ error: `ended by itself (${code ?? signal})${words && `: ${words}`}` });
    });
    alive.add(this);
  }

  get pid() {
    return this.#process.pid;
  }

  /** Sends a request and waits for its answer. */
  ask(verb, argument, timeoutMs = ANSWER_MS) {
    if (this.#over) return Promise.reject(new Error(`${this.#name}: the process has ended`));
    if (this.#waiting !== undefined)
      return Promise.reject(new Error(`${this.#name}: a request is under way already`));
    return new Promise((resolve, reject) => {
      this.#waiting = { resolve, reject };
      this.#timer = setTimeout(
        () => this.#settle({ error: `no answer to ${verb} in ${timeoutMs / 1_000} s` }),
        timeoutMs,
      );
      this.#process.send({ verb, argument });
    });
  }

  /** Lets the process end itself, and whatever it started; kills it if it does not. */
  stop() {
    if (this.#over) return;
    if (this.#process.connected) this.#process.disconnect();
    setTimeout(() => this.#process.kill("SIGKILL"), END_MS).unref();
  }

  #answered(answer) {
    this.#settle(answer);
  }

  #settle({ error, value }) {
    clearTimeout(this.#timer);
    const waiting = this.#waiting;
    this.#waiting = undefined;
    if (error === undefined) waiting?.resolve(value);
    else waiting?.reject(new Error(`${this.#name}: ${error}`));
  }
}
