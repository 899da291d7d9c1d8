// How every package says that an input was refused: plain data, no stack, no payload.
// Refusing must stay cheap under attack, so nothing here is thrown unless a caller asks for it.

/** What a refusal ends: this message, this stream, or the whole connection. */
export type ViolationScope = "message" | "stream" | "connection";

/** The limit that was hit and what was seen, in the unit that the limit's name ends with. */
export interface LimitHit {
  readonly name: string;
  readonly max: number;
  readonly observed: number;
}

/**
 * A refused input.
 *
 * `code` is stable and carries the package as its first part (`http1.framing.conflict`).
 * `offset` counts bytes from the start of the input: the first byte of what is at fault.
 * `spec` names the section that the input breaks. `reply` is what to tell the peer, in the
 * terms of its protocol. Input bytes never appear in any property.
 */
export interface Violation<Code extends string = string, Reply = unknown> {
  readonly type: "violation";
  readonly code: Code;
  readonly scope: ViolationScope;
  readonly offset: number;
  readonly spec: string;
  readonly limit?: LimitHit;
  readonly reply: Reply;
}

/** A violation as an exception, for callers who want to throw. Branch on `code`, not on `instanceof`. */
export class ViolationError extends Error {
  override readonly name: string = "ViolationError";
  readonly violation: Violation;
  readonly code: string;

  constructor(violation: Violation) {
    super(`${violation.code} at byte ${violation.offset} (${violation.spec})`);
    this.violation = violation;
    this.code = violation.code;
  }
}

/** A call that the contract forbids, such as `receive` from inside the handling of an event. */
export class UsageError extends Error {
  override readonly name: string = "UsageError";
  readonly code: string = "usage";
}
