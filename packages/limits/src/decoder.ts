// The one shape of every decoder, so that one harness, one inspector and one page serve them all.

import type { Violation } from "./violation.js";

/**
 * A pure machine: bytes and a clock value in, events out.
 *
 * Incomplete is `undefined`, refused is a `Violation`, misuse is a `TypeError`, `RangeError`
 * or `UsageError`. Nothing untrusted ever throws.
 */
export interface Decoder<Event> {
  /**
   * Takes bytes. The chunk must stay as it is until `next` has returned `undefined`.
   * `now` is milliseconds on the caller's monotonic clock.
   */
  receive(chunk: Uint8Array, now?: number): void;
  /** The next event; a violation, which is the last thing said; or undefined: more bytes are needed. */
  next(): Event | Violation | undefined;
  /** No more bytes will come: a message that is cut off becomes a violation. */
  end(now?: number): void;
  /** When to call `expire` if nothing happens before; undefined while nothing is waited for. */
  readonly deadline: number | undefined;
  /** Says that the time `now` was reached. */
  expire(now: number): void;
  /** Bytes held now, objects included. */
  readonly retained: number;
}
