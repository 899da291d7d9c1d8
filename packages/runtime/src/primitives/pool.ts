// Things that are dear to make and used by one task at a time. What did not end cleanly is not used
// again.

import type { Cx } from "../cx.js";
import { Semaphore } from "./semaphore.js";

export interface PoolOptions<T> {
  readonly size: number;
  readonly make: (cx: Cx) => Promise<T> | T;
  readonly dispose?: (cx: Cx, item: T) => Promise<void> | void;
  /** Milliseconds after which one is not waited for any more; 30,000 if nothing is said. */
  readonly acquireMs?: number;
}

const ACQUIRE_MS = 30_000;

export class Pool<T> {
  readonly #options: PoolOptions<T>;
  readonly #permits: Semaphore;
  readonly #idle: T[] = [];

  constructor(options: PoolOptions<T>) {
    this.#options = options;
    this.#permits = new Semaphore(options.size);
  }

  get idleCount(): number {
    return this.#idle.length;
  }

  /**
   * Lends one to `run`; it comes back if that returns, and is disposed of if it does not.
   *
   * @throws RuntimeError TIMED_OUT if none is free in time; whatever `run` throws.
   */
  async use<R>(cx: Cx, run: (cx: Cx, item: T) => Promise<R> | R): Promise<R> {
    const permit = await this.#permits.acquire(cx, {
      withinMs: this.#options.acquireMs ?? ACQUIRE_MS,
    });
    try {
      const item = this.#idle.pop() ?? (await this.#options.make(cx));
      let isClean = false;
      try {
        const value = await run(cx, item);
        isClean = true;
        return value;
      } finally {
        if (isClean) this.#idle.push(item);
        else await cx.mask(() => this.#options.dispose?.(cx, item));
      }
    } finally {
      permit.release();
    }
  }
}
