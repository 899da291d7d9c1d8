// Misuse and refusals of the runtime, by code. Messages name no value of the program.

import { DomainError } from "./outcome.js";

export type RuntimeCode =
  | "REGION_CLOSED"
  | "LIMIT_REACHED"
  | "FORGED_CX"
  | "FOREIGN_CX"
  | "CX_CLOSED"
  | "CAP_DENIED"
  | "UNSUPPORTED"
  | "MASK_DEPTH"
  | "CLEANUP_EXHAUSTED"
  | "OBLIGATION_LEAKED"
  | "OBLIGATION_RESOLVED"
  | "DISCONNECTED"
  | "FULL"
  | "LAGGED"
  | "TIMED_OUT"
  | "INSUFFICIENT_SUCCESSES"
  | "INVALID_QUORUM"
  | "NONE_OK";

export class RuntimeError extends Error {
  readonly code: RuntimeCode;

  constructor(code: RuntimeCode, message: string) {
    super(message);
    this.name = "RuntimeError";
    this.code = code;
  }
}

/**
 * What a program foresees: no room, no success, no turn in time. A task that ends by it has ended as
 * "err", and has not panicked.
 */
export class Refused extends DomainError {
  override readonly name: string = "Refused";
  readonly code: RuntimeCode;

  constructor(code: RuntimeCode, message: string) {
    super(message);
    this.code = code;
  }
}

/** A region that takes on no more of that kind. */
export class LimitReached extends RuntimeError {
  readonly kind: string;
  readonly limit: number;
  readonly live: number;

  constructor(kind: string, limit: number, live: number) {
    super("LIMIT_REACHED", `${kind}: at most ${limit}`);
    this.kind = kind;
    this.limit = limit;
    this.live = live;
  }
}
