// A file of lines that only grows. What `append` has returned for is on the disk; a line that was cut off
// by a crash is found at the next opening and removed, with a receipt.

import {
  closeSync,
  fdatasyncSync,
  fstatSync,
  ftruncateSync,
  openSync,
  readSync,
  writeSync,
} from "node:fs";

export interface LogFileReceipt {
  /** Bytes that are whole lines. */
  readonly keptBytes: number;
  /** Bytes behind them, of a line that was never finished. */
  readonly removedBytes: number;
}

const NEWLINE = 0x0a;
const WINDOW_BYTES = 65_536;

export class LogFile {
  readonly receipt: LogFileReceipt;
  readonly #fd: number;
  #isOpen = true;

  /** Opens or makes the file, and takes away what was not finished. */
  constructor(path: string) {
    this.#fd = openSync(path, "a+", 0o600);
    const { size } = fstatSync(this.#fd);
    const keptBytes = wholeLines(this.#fd, size);
    if (keptBytes < size) {
      ftruncateSync(this.#fd, keptBytes);
      fdatasyncSync(this.#fd);
    }
    this.receipt = { keptBytes, removedBytes: size - keptBytes };
  }

  /** Writes whole lines, and returns when they are on the disk. */
  append(lines: string): void {
    if (!this.#isOpen) throw new RangeError("log file: it is closed");
    if (!lines.endsWith("\n"))
      throw new TypeError("lines: expected a line end behind the last one");
    const bytes = Buffer.from(lines);
    for (let at = 0; at < bytes.length;) at += writeSync(this.#fd, bytes, at);
    fdatasyncSync(this.#fd);
  }

  close(): void {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    closeSync(this.#fd);
  }
}

/** How many bytes from the beginning are whole lines. */
function wholeLines(fd: number, size: number): number {
  const window = Buffer.alloc(WINDOW_BYTES);
  for (let end = size; end > 0;) {
    const start = Math.max(0, end - WINDOW_BYTES);
    const count = readSync(fd, window, 0, end - start, start);
    const at = window.subarray(0, count).lastIndexOf(NEWLINE);
    if (at !== -1) return start + at + 1;
    end = start;
  }
  return 0;
}
