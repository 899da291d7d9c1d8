// The Date of responses (RFC 9110 §6.6.1), written once per second for a whole server.

export class HttpDate {
  #text = "";
  #until = -Infinity;

  /** The text at `now`, on the clock of `performance.now()`. */
  at(now: number): string {
    if (now >= this.#until) {
      const time = Date.now();
      this.#text = new Date(time).toUTCString();
      this.#until = now + 1_000 - (time % 1_000);
    }
    return this.#text;
  }
}
