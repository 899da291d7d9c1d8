// Everything a command may touch of the process, so that a test can hand in its own.

import { Style } from "./style.js";

export type InterruptSignal = "SIGINT" | "SIGTERM";

export type OutputStream = NodeJS.WritableStream & {
  readonly isTTY?: boolean;
  readonly columns?: number;
};

export interface Terminal {
  readonly stdin: AsyncIterable<Uint8Array>;
  readonly stdout: OutputStream;
  readonly stderr: OutputStream;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Calls back at each SIGINT and SIGTERM, until the function that it returns is called. */
  readonly onInterrupt: (callback: (signal: InterruptSignal) => void) => () => void;
}

/** One of the two output streams: waits when it is full, and goes silent when its reader is gone. */
export class Output {
  readonly style: Style;
  readonly #stream: OutputStream;
  #closed = false;
  #failure: string | undefined;

  constructor(stream: OutputStream, env: Terminal["env"]) {
    this.#stream = stream;
    this.style = new Style(stream.isTTY === true && !env["NO_COLOR"] && env["TERM"] !== "dumb");
    stream.on("error", (error: NodeJS.ErrnoException) => {
      this.#closed = true;
      if (error.code !== "EPIPE" && error.code !== "ERR_STREAM_DESTROYED")
        this.#failure = error.code ?? "unknown error";
    });
  }

  /** Nobody reads any longer; what is written from now on is dropped. */
  get closed(): boolean {
    return this.#closed;
  }

  /** Why writing failed, where the reason is not that the reader went away. */
  get failure(): string | undefined {
    return this.#failure;
  }

  get columns(): number | undefined {
    return this.#stream.columns;
  }

  /** Writes; a promise only if the stream is full, which ends when it drained or broke. */
  write(text: string): Promise<void> | undefined {
    if (this.#closed || this.#stream.write(text)) return undefined;
    return new Promise((resolve) => {
      const done = (): void => {
        for (const event of ["drain", "close", "error"]) this.#stream.off(event, done);
        resolve();
      };
      for (const event of ["drain", "close", "error"]) this.#stream.on(event, done);
    });
  }

  /** Resolves when all that was written is taken or lost. */
  flush(): Promise<void> {
    if (this.#closed) return Promise.resolve();
    return new Promise((resolve) => {
      this.#stream.once("error", () => resolve());
      this.#stream.write("", () => resolve());
    });
  }
}
