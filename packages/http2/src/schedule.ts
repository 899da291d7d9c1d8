// Whose turn it is (RFC 9218 §10): the most urgent streams, and among equals one after the other.

import type { Stream } from "./stream.js";

const LEVELS = 8;

export class Schedule {
  readonly #levels: (Stream[] | undefined)[] = [];
  /** The stream of each level whose turn is next. */
  readonly #first: number[] = [];
  #count = 0;

  get isEmpty(): boolean {
    return this.#count === 0;
  }

  /** The stream has something to send; it goes behind those of its urgency. */
  add(stream: Stream): void {
    if (stream.isScheduled) return;
    stream.isScheduled = true;
    this.#count++;
    (this.#levels[stream.urgency] ??= []).push(stream);
  }

  /**
   * Takes the next stream out. Without a window of the connection only those have a turn that send
   * no more than an end; the others stay.
   */
  next(hasWindow: boolean): Stream | undefined {
    for (let urgency = 0; urgency < LEVELS; urgency++) {
      const level = this.#levels[urgency];
      if (level === undefined || level.length === 0) continue;
      const stream = hasWindow ? this.#shift(level, urgency) : this.#ending(level, urgency);
      if (stream === undefined) continue;
      stream.isScheduled = false;
      this.#count--;
      return stream;
    }
    return undefined;
  }

  clear(): void {
    this.#levels.length = this.#first.length = this.#count = 0;
  }

  /** Shifts without moving the rest each time. */
  #shift(level: Stream[], urgency: number): Stream | undefined {
    const first = this.#first[urgency] ?? 0;
    const stream = level[first];
    if (first + 1 === level.length) {
      level.length = 0;
      this.#first[urgency] = 0;
    } else if (first > 64) {
      level.splice(0, first + 1);
      this.#first[urgency] = 0;
    } else this.#first[urgency] = first + 1;
    return stream;
  }

  #ending(level: Stream[], urgency: number): Stream | undefined {
    for (let place = this.#first[urgency] ?? 0; place < level.length; place++) {
      const stream = level[place];
      if (stream === undefined || stream.queuedBytes > 0) continue;
      level.splice(place, 1);
      if (level.length === (this.#first[urgency] ?? 0)) {
        level.length = 0;
        this.#first[urgency] = 0;
      }
      return stream;
    }
    return undefined;
  }
}
