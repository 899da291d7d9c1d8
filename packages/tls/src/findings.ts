// What a TLS policy may be refused for. A finding names the option, the kind of value that stands
// there and the rule; it never repeats a value that could be secret.

export type TlsCode =
  | "tls.option.unknown"
  | "tls.version.range"
  | "tls.verify.disabled"
  | "tls.alpn.empty"
  | "tls.alpn.mismatch"
  | "tls.cipher.weak"
  | "tls.group.weak"
  | "tls.roots.empty"
  | "tls.chain.invalid"
  | "tls.identity.mismatch"
  | "tls.mtls.identity"
  | "tls.pin.mismatch"
  | "tls.early-data"
  | "tls.ticket.age"
  | "tls.callback.threw";

export interface TlsFinding {
  readonly code: TlsCode;
  /** The option, as `node:tls` names it. */
  readonly field: string;
  /** What kind of value came: `the number 0`, `a string of 7 characters`. */
  readonly value: string;
  readonly reason: string;
  readonly spec: string;
}

/** Thrown where a policy has to be good. */
export class TlsPolicyError extends Error {
  override readonly name: string = "TlsPolicyError";
  readonly code: string = "tls.policy";
  readonly findings: readonly TlsFinding[];

  constructor(findings: readonly TlsFinding[]) {
    super(findings.map(findingLine).join("; "));
    this.findings = findings;
  }
}

/** A finding in one line. */
export function findingLine({ code, field, value, reason, spec }: TlsFinding): string {
  return `${field}: ${value}: ${reason} (${code}, ${spec})`;
}

/** What kind of value it is. Numbers, booleans and names of versions are no secrets. */
export function kindOf(value: unknown): string {
  if (value === undefined) return "absent";
  if (value === null) return "null";
  if (typeof value === "number" || typeof value === "boolean")
    return `the ${typeof value} ${value}`;
  if (typeof value === "string")
    return /^TLSv1(?:\.[0-3])?$/.test(value)
      ? `"${value}"`
      : `a string of ${value.length} characters`;
  if (Array.isArray(value)) return `a list of ${value.length}`;
  return typeof value === "function" ? "a function" : "an object";
}
