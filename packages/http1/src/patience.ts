// How long the other side may take (RFC 9110 §15.5.9, RFC 9112 §9.5). Only the time during which
// bytes were really waited for counts, so a reader who pauses cannot make a peer look slow.

import type { Http1Limits } from "./limits.js";
import type { Http1Code } from "./violations.js";

/** After this long a body's mean rate is looked at. */
const RATE_GRACE_MS = 5_000;

export type Wait = "nothing" | "idle" | "head" | "response" | "body" | "trailers";

export class Patience {
  readonly #limits: Http1Limits;
  readonly #hasFloor: boolean;
  #wait: Wait = "nothing";
  #since: number | undefined;
  /** In a body: whether `next` asked for more, and for how long it did in all. */
  #waiting = false;
  #waitedMs = 0;
  #bodyBytes = 0;
  /** The latest time that was told. */
  now: number | undefined;

  /** `hasFloor` holds content to a mean rate; a response may be silent for as long as it is useful. */
  constructor(limits: Http1Limits, now: number | undefined, hasFloor: boolean) {
    this.#limits = limits;
    this.#hasFloor = hasFloor;
    this.now = now;
  }

  get wait(): Wait {
    return this.#wait;
  }

  /** Takes note of the time; it never goes back. */
  tell(now: number | undefined): void {
    if (now !== undefined && (this.now === undefined || now > this.now)) this.now = now;
  }

  /** What comes next is something else; it is waited for from now on, or once `ask` was called. */
  begin(wait: Wait, waiting = false): void {
    this.#wait = wait;
    this.#since = this.now;
    this.#waiting = waiting;
    this.#waitedMs = 0;
    this.#bodyBytes = 0;
  }

  /** Bytes arrived, so that nothing is waited for until `ask`. */
  arrived(): void {
    if (!this.#waiting) return;
    this.#waiting = false;
    if (this.now !== undefined && this.#since !== undefined)
      this.#waitedMs += this.now - this.#since;
  }

  /** More bytes are needed. Heads and trailers keep their start, so that no byte renews the wait. */
  ask(): void {
    if (this.#waiting) return;
    this.#waiting = true;
    const keepsStart = this.#wait === "head" || this.#wait === "trailers";
    if (!keepsStart || this.#since === undefined) this.#since = this.now;
  }

  /** What idleness counts from, where answering took time after the last byte. */
  restedAt(now: number | undefined): void {
    this.tell(now);
    if (this.#wait !== "idle") return;
    this.#since = this.now;
    this.#waiting = true;
  }

  /** Content was read. */
  count(bytes: number): void {
    this.#bodyBytes += bytes;
  }

  get deadline(): number | undefined {
    if (!this.#waiting || this.#since === undefined) return undefined;
    const limits = this.#limits;
    switch (this.#wait) {
      case "nothing":
        return undefined;
      case "idle":
        return this.#since + limits.keepAliveTimeoutMs;
      case "head":
      case "trailers":
        return this.#since + limits.headTimeoutMs;
      case "response":
        return this.#since + limits.responseTimeoutMs;
      case "body": {
        if (!this.#hasFloor) return this.#since + limits.bodyIdleTimeoutMs;
        const allowedMs = RATE_GRACE_MS + (this.#bodyBytes / limits.minBodyBytesPerSecond) * 1_000;
        const leftMs = Math.max(0, Math.ceil(allowedMs - this.#waitedMs));
        return this.#since + Math.min(limits.bodyIdleTimeoutMs, leftMs);
      }
    }
  }

  /** The code of a wait that took too long. */
  get code(): Http1Code {
    switch (this.#wait) {
      case "body":
      case "trailers":
        return "http1.timeout.body";
      case "response":
        return "http1.timeout.response";
      case "idle":
        return "http1.timeout.idle";
      default:
        return "http1.timeout.head";
    }
  }
}
