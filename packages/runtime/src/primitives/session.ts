// A conversation in which every permit has to be used: ending it with one that was not is an error,
// and not only at the end of the task that holds it.

import type { Channel, SendPermit } from "./channel.js";
import type { Cx } from "../cx.js";
import { RuntimeError } from "../errors.js";

export class Session<T> {
  readonly #channel: Channel<T>;
  readonly #permits: Set<SendPermit<T>> = new Set();

  constructor(channel: Channel<T>) {
    this.#channel = channel;
  }

  /** Permits that are neither sent nor aborted. */
  get open(): number {
    for (const permit of this.#permits) if (!permit.isHeld) this.#permits.delete(permit);
    return this.#permits.size;
  }

  async reserve(cx: Cx): Promise<SendPermit<T>> {
    const permit = await this.#channel.reserve(cx);
    this.#permits.add(permit);
    return permit;
  }

  /** @throws RuntimeError OBLIGATION_LEAKED if a permit is open. */
  end(): void {
    const { open } = this;
    if (open > 0)
      throw new RuntimeError("OBLIGATION_LEAKED", `session: ${open} permits were not resolved`);
  }

  [Symbol.dispose](): void {
    this.end();
  }
}
