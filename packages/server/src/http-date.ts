// The Date of responses (RFC 9110 §6.6.1), written once per second for a whole server.

import type { Clock } from "@wirewall/host";

export class HttpDate {
  readonly #clock: Clock;
  #text = "";
  #until = -Infinity;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** The text at `now` of the clock. */
  at(now: number): string {
    if (now >= this.#until) {
      const time = this.#clock.wallTime();
      this.#text = new Date(time).toUTCString();
      this.#until = now + 1_000 - (time % 1_000);
    }
    return this.#text;
  }
}
