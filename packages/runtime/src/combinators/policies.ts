// Trying again, and not trying: retry, circuit breaker, bulkhead.

import { taskOf, type Cx } from "../cx.js";
import { Refused } from "../errors.js";
import { Cancelled } from "../outcome.js";
import { Semaphore } from "../primitives/semaphore.js";

export interface RetryOptions {
  readonly attempts?: number;
  readonly delayMs?: number;
  readonly factor?: number;
  readonly maxDelayMs?: number;
  /** Part of the delay by which it varies. */
  readonly jitter?: number;
}

/** Runs until it does not throw; a cancellation, and the last error, are passed on. */
export async function retry<T>(
  cx: Cx,
  run: (cx: Cx, attempt: number) => Promise<T> | T,
  options: RetryOptions = {},
): Promise<T> {
  const { attempts = 3, delayMs = 100, factor = 2, maxDelayMs = 30_000, jitter = 0.1 } = options;
  for (let attempt = 1; ; attempt++) {
    cx.checkpoint();
    try {
      return await run(cx, attempt);
    } catch (error) {
      if (error instanceof Cancelled || attempt >= attempts) throw error;
    }
    const base = Math.min(maxDelayMs, delayMs * factor ** (attempt - 1));
    await cx.sleep(base * (1 + jitter * (2 * cx.random() - 1)));
  }
}

export interface CircuitBreakerOptions {
  /** Failures in a row that open it. */
  readonly failures?: number;
  readonly openMs?: number;
  /** Successes of probes that close it again. */
  readonly successes?: number;
}

/** Stops asking what keeps failing: closed → open → half open, with one probe at a time. */
export class CircuitBreaker {
  readonly #failuresToOpen: number;
  readonly #openMs: number;
  readonly #successesToClose: number;
  #failures = 0;
  #successes = 0;
  #openedAt: number | undefined;
  #isProbing = false;

  constructor({ failures = 5, openMs = 30_000, successes = 2 }: CircuitBreakerOptions = {}) {
    this.#failuresToOpen = failures;
    this.#openMs = openMs;
    this.#successesToClose = successes;
  }

  get state(): "closed" | "open" {
    return this.#openedAt === undefined ? "closed" : "open";
  }

  /** @throws Refused LIMIT_REACHED while it is open, at once. */
  async use<T>(cx: Cx, run: (cx: Cx) => Promise<T> | T): Promise<T> {
    const now = taskOf(cx).machine.host.now();
    if (this.#openedAt !== undefined) {
      if (this.#isProbing || now - this.#openedAt < this.#openMs * 1_000)
        throw new Refused("LIMIT_REACHED", "circuit breaker: it is open");
      this.#isProbing = true;
    }
    try {
      const value = await run(cx);
      this.#succeeded();
      return value;
    } catch (error) {
      if (!(error instanceof Cancelled)) this.#failed(taskOf(cx).machine.host.now());
      throw error;
    } finally {
      this.#isProbing = false;
    }
  }

  #succeeded(): void {
    this.#failures = 0;
    if (this.#openedAt === undefined || ++this.#successes < this.#successesToClose) return;
    this.#openedAt = undefined;
    this.#successes = 0;
  }

  #failed(now: number): void {
    this.#successes = 0;
    if (this.#openedAt !== undefined || ++this.#failures >= this.#failuresToOpen)
      this.#openedAt = now;
  }
}

/** So many at once, so many in the queue, and no more. */
export class Bulkhead {
  readonly #semaphore: Semaphore;
  readonly #queued: number;
  readonly #queueMs: number;

  /** @param queueMs milliseconds after which one leaves the queue. */
  constructor(running = 10, queued = 100, queueMs = 5_000) {
    this.#semaphore = new Semaphore(running);
    this.#queued = queued;
    this.#queueMs = queueMs;
  }

  /** @throws Refused LIMIT_REACHED where the queue is full, TIMED_OUT after waiting in it. */
  use<T>(cx: Cx, run: () => Promise<T> | T): Promise<T> {
    if (this.#semaphore.available === 0 && this.#semaphore.waiting >= this.#queued)
      throw new Refused("LIMIT_REACHED", "bulkhead: its queue is full");
    return this.#semaphore.use(cx, run, { withinMs: this.#queueMs });
  }
}
