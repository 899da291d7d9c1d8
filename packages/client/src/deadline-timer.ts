// One lazy timer per connection. A deadline that moves later costs nothing: the timer fires, sees
// that there is time left, and is armed for the rest.

import type { Clock, ClockTimer } from "@wirewall/host";

export interface Timed {
  readonly clock: Clock;
  /** On its clock; undefined while nothing is waited for. */
  readonly deadline: number | undefined;
  expire(now: number): void;
}

export class DeadlineTimer {
  readonly #timed: Timed;
  #timeout: ClockTimer | undefined;
  #firesAt = Infinity;

  constructor(timed: Timed) {
    this.#timed = timed;
  }

  /** Looks at the deadline; to be called whenever it may have come nearer. */
  check(now: number): void {
    const { deadline } = this.#timed;
    if (deadline === undefined || deadline >= this.#firesAt) return;
    const { clock } = this.#timed;
    clock.clear(this.#timeout);
    const delay = Math.max(1, Math.ceil(deadline - now));
    this.#firesAt = now + delay;
    this.#timeout = clock.after(delay, elapsed, this);
  }

  stop(): void {
    this.#timed.clock.clear(this.#timeout);
    this.#timeout = undefined;
    this.#firesAt = Infinity;
  }

  /** @internal */
  fire(): void {
    this.#timeout = undefined;
    this.#firesAt = Infinity;
    const now = this.#timed.clock.now();
    const { deadline } = this.#timed;
    if (deadline !== undefined && deadline <= now) this.#timed.expire(now);
    this.check(now);
  }
}

function elapsed(timer: DeadlineTimer): void {
  timer.fire();
}
