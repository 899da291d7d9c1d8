// Not faster than that: ticks, and a bucket of tokens.

import type { Micros } from "@wirewall/trace";
import { taskOf, type Cx } from "../cx.js";
import { Refused } from "../errors.js";
import { Mutex } from "./semaphore.js";
import { sleepUntil } from "../waiting.js";

/** Every so many milliseconds from the first tick on; ticks that were missed are left out. */
export class Interval {
  readonly #micros: Micros;
  #next: Micros | undefined;

  constructor(ms: number) {
    if (!(ms > 0)) throw new RangeError("ms: expected a number above 0");
    this.#micros = Math.max(1, Math.round(ms * 1_000));
  }

  /** Waits for the next tick; the first is an interval from the first call. */
  async tick(cx: Cx): Promise<void> {
    const task = taskOf(cx);
    const now = task.machine.host.now();
    const next = (this.#next ??= now + this.#micros);
    const late = now > next ? Math.ceil((now - next) / this.#micros) : 0;
    const at = next + late * this.#micros;
    await sleepUntil(task, at);
    this.#next = at + this.#micros;
  }
}

export interface RateLimitOptions {
  readonly perSecond?: number;
  /** Tokens that are kept while nobody takes one. */
  readonly burst?: number;
}

/** A token bucket. Who waits for a token is served in turn, and who is cancelled has taken none. */
export class RateLimit {
  readonly #burst: number;
  readonly #microsPerToken: number;
  readonly #turn: Mutex = new Mutex();
  #tokens: number;
  #filledAt: Micros | undefined;

  constructor({ perSecond = 100, burst = 10 }: RateLimitOptions = {}) {
    if (!(perSecond > 0)) throw new RangeError("perSecond: expected a number above 0");
    if (!(burst >= 1)) throw new RangeError("burst: expected a number from 1");
    this.#burst = burst;
    this.#microsPerToken = 1_000_000 / perSecond;
    this.#tokens = burst;
  }

  /** Waits for a token and takes it. */
  acquire(cx: Cx): Promise<void> {
    const task = taskOf(cx);
    const { host } = task.machine;
    return this.#turn.use(cx, async () => {
      this.#fill(host.now());
      while (this.#tokens < 1) {
        await sleepUntil(task, host.now() + Math.ceil((1 - this.#tokens) * this.#microsPerToken));
        this.#fill(host.now());
      }
      this.#tokens -= 1;
    });
  }

  /** @throws Refused LIMIT_REACHED where there is no token, at once. */
  take(cx: Cx): void {
    this.#fill(taskOf(cx).machine.host.now());
    if (this.#turn.isLocked || this.#tokens < 1)
      throw new Refused("LIMIT_REACHED", "rate limit: no token is left");
    this.#tokens -= 1;
  }

  #fill(now: Micros): void {
    const since = now - (this.#filledAt ?? now);
    this.#tokens = Math.min(this.#burst, this.#tokens + since / this.#microsPerToken);
    this.#filledAt = now;
  }
}
