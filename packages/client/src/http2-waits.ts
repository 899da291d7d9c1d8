// Streams that wait, all for the same time: the one that began first is due first.

import type { UpstreamStream } from "./http2-stream.js";

export class Waits {
  readonly #timeoutMs: number;
  readonly #due: Map<UpstreamStream, number> = new Map();

  constructor(timeoutMs: number) {
    this.#timeoutMs = timeoutMs;
  }

  get deadline(): number | undefined {
    const [first] = this.#due.values();
    return first;
  }

  /** Begins to wait, unless it does already. */
  add(stream: UpstreamStream, now: number): void {
    if (!this.#due.has(stream)) this.#due.set(stream, now + this.#timeoutMs);
  }

  delete(stream: UpstreamStream): void {
    this.#due.delete(stream);
  }

  /** Those that waited for too long. */
  overdue(now: number): UpstreamStream[] {
    const overdue: UpstreamStream[] = [];
    for (const [stream, due] of this.#due) {
      if (due > now) break;
      overdue.push(stream);
    }
    return overdue;
  }
}
