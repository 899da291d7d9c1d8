// What a field section may be refused for (RFC 9113 §8.1.1: a malformed message is a stream error).
// The rows themselves stand in the table of violations.

import type { LimitHit } from "@wirewall/limits";

export type SectionCode =
  | "http2.field.syntax"
  | "http2.field.connection"
  | "http2.pseudo.invalid"
  | "http2.pseudo.value"
  | "http2.connect.invalid"
  | "http2.content-length.mismatch"
  | "http2.body.too-large"
  | "http2.trailer.forbidden";

/** Why a section was refused. */
export interface SectionFault {
  readonly type: "fault";
  readonly code: SectionCode;
  readonly limit: LimitHit | undefined;
}

/** What the readers of heads have to know of the connection. */
export interface SectionRules {
  /** Refuses an origin-form that starts with "//", where some readers see a host. */
  readonly strict: boolean;
  /** RFC 8441 §3: whether we said that `:protocol` may be sent. */
  readonly connectProtocol: boolean;
  readonly maxBodyBytes: number;
}

export function fault(code: SectionCode, limit: LimitHit | undefined): SectionFault {
  return { type: "fault", code, limit };
}

/** Whether what a reader made of a section is a refusal. */
export function isFault(result: object): result is SectionFault {
  return (result as { readonly type?: unknown }).type === "fault";
}
