// One timer per connection that is almost never touched: it is armed for the first deadline, and a
// deadline that moves later costs nothing until the timer fires and is armed again for the rest.

import type { Clock, ClockTimer } from "@wirewall/host";

/** What is timed: a machine with a deadline on its clock. */
export interface Timed {
  readonly clock: Clock;
  readonly deadline: number | undefined;
  /** The deadline was reached. Called with the time of the call. */
  expire(now: number): void;
}

/** Longer waits end on a multiple of this, so that connections share the host's timer lists. */
const GRID_MS = 64;
const FINE_BELOW_MS = 1_000;

export class DeadlineTimer {
  readonly #timed: Timed;
  #timeout: ClockTimer | undefined;
  /** The deadline that the timer was armed for; it may fire a little later. */
  #armed = Infinity;

  constructor(timed: Timed) {
    this.#timed = timed;
  }

  /** To be called whenever the deadline may have moved: only one that is nearer costs anything. */
  follow(deadline: number | undefined, now: number): void {
    if (deadline !== undefined && deadline < this.#armed) this.#arm(deadline, now);
  }

  stop(): void {
    this.#timed.clock.clear(this.#timeout);
    this.#timeout = undefined;
    this.#armed = Infinity;
  }

  #arm(deadline: number, now: number): void {
    const { clock } = this.#timed;
    clock.clear(this.#timeout);
    const left = Math.max(1, Math.ceil(deadline - now));
    const delay = left < FINE_BELOW_MS ? left : Math.ceil(left / GRID_MS) * GRID_MS;
    this.#armed = deadline;
    this.#timeout = clock.after(delay, fire, this);
  }

  /** @internal */
  fired(): void {
    this.#timeout = undefined;
    this.#armed = Infinity;
    const { deadline } = this.#timed;
    if (deadline === undefined) return;
    const now = this.#timed.clock.now();
    if (deadline <= now) this.#timed.expire(now);
    else this.follow(deadline, now);
  }
}

function fire(timer: DeadlineTimer): void {
  timer.fired();
}
