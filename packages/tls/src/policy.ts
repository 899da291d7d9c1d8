// From options, named as `node:tls` names them, to a policy that is frozen: what is checked on every
// connection, and nothing that checks less. All findings are told, not only the first.

import { kindOf, TlsPolicyError, type TlsCode, type TlsFinding } from "./findings.js";
import { limits as limitsTable, type TlsLimitName, type TlsLimits } from "./limits.js";
import { rules } from "./rules.js";
import { groups, suites } from "./suites.js";

export type TlsRole = "server" | "client";
export type TlsProtocol = "h2" | "http/1.1" | "grpc";

/** Options as they are given; every name that is not known is a finding. */
export type TlsOptions = { readonly [name: string]: unknown };

export interface TlsPolicy {
  readonly role: TlsRole;
  readonly protocols: readonly TlsProtocol[];
  readonly minVersion: "TLSv1.2" | "TLSv1.3";
  readonly maxVersion: "TLSv1.2" | "TLSv1.3";
  /** By the names of OpenSSL, separated by colons. */
  readonly ciphers: string;
  readonly groups: string;
  readonly alpn: readonly string[];
  readonly requestCert: boolean;
  /** Clients that are let in; none unless `requestCert`. */
  readonly clientIdentities: readonly string[];
  readonly servername: string | undefined;
  /** SHA-256 of keys, in hexadecimal, of which one has to be in the chain; none means any. */
  readonly pins: readonly string[];
  readonly limits: TlsLimits;
}

export type TlsJudgement =
  | { readonly policy: TlsPolicy; readonly findings: readonly [] }
  | { readonly policy: undefined; readonly findings: readonly TlsFinding[] };

/** What a rule looks at, and where it tells what it found. */
export interface Judging {
  readonly role: TlsRole;
  readonly protocols: readonly TlsProtocol[];
  readonly limits: TlsLimits;
  /** An own option, or undefined. */
  option(name: string): unknown;
  tell(code: TlsCode, field: string, reason: string, spec: string): void;
}

const PROTOCOLS: ReadonlySet<unknown> = /* @__PURE__ */ new Set(["h2", "http/1.1", "grpc"]);

/** Judges options as a whole. Nothing of them is kept but what stands in the policy. */
export function checkPolicy(options: TlsOptions): TlsJudgement {
  const findings: TlsFinding[] = [];
  const isObject = typeof options === "object" && options !== null && !Array.isArray(options);
  const own = isObject ? ownOptions(options) : {};
  const option = (name: string): unknown => (Object.hasOwn(own, name) ? own[name] : undefined);
  const tell: Judging["tell"] = (code, field, reason, spec) => {
    findings.push({ code, field, value: kindOf(isObject ? own[field] : options), reason, spec });
  };
  if (!isObject) tell("tls.option.unknown", "options", "expected an object", "RFC 9325 §3");
  const role = roleOf(option("role"), tell);
  const protocols = protocolsOf(option("protocols"), tell);
  const limits = limitsOf(option("limits"), tell);
  const judging: Judging = { role, protocols, limits, option, tell };
  const known = new Set(["role", "protocols", "limits"]);
  for (const { names, judge } of rules) {
    for (const name of names) known.add(name);
    judge(judging);
  }
  // Also what is inherited: a polluted prototype must not decide (TL-01).
  for (const name of isObject ? accessorsOf(options) : [])
    tell("tls.option.unknown", name, "an accessor may say another thing later", "RFC 9325 §3");
  for (const name in isObject ? options : {})
    if (!Object.hasOwn(options, name))
      tell("tls.option.unknown", name, "an inherited value is no option", "RFC 9325 §3");
    else if (!known.has(name))
      tell("tls.option.unknown", name, "no option of that name is known", "RFC 9325 §3");
  if (findings.length > 0) return { policy: undefined, findings };
  return { policy: policyOf(judging), findings: [] };
}

/** The own plain values of options: what a prototype or an accessor would add is never read. */
export function ownOptions(options: TlsOptions): TlsOptions {
  const own: { [name: string]: unknown } = Object.create(null);
  for (const [name, { value }] of Object.entries(Object.getOwnPropertyDescriptors(options)))
    own[name] = value;
  return own;
}

function accessorsOf(options: TlsOptions): readonly string[] {
  return Object.entries(Object.getOwnPropertyDescriptors(options))
    .filter(([, { get, set }]) => get !== undefined || set !== undefined)
    .map(([name]) => name);
}

/** The policy. @throws TlsPolicyError with all findings. */
export function tlsPolicy(options: TlsOptions): TlsPolicy {
  const { policy, findings } = checkPolicy(options);
  if (policy === undefined) throw new TlsPolicyError(findings);
  return policy;
}

function policyOf({ role, protocols, limits, option }: Judging): TlsPolicy {
  const list = (name: string): readonly string[] =>
    Object.freeze([...((option(name) as readonly string[] | undefined) ?? [])]);
  return Object.freeze({
    role,
    protocols,
    minVersion: (option("minVersion") as TlsPolicy["minVersion"] | undefined) ?? "TLSv1.2",
    maxVersion: (option("maxVersion") as TlsPolicy["maxVersion"] | undefined) ?? "TLSv1.3",
    ciphers: (option("ciphers") as string | undefined) ?? suites.join(":"),
    groups: (option("ecdhCurve") as string | undefined) ?? groups.join(":"),
    alpn: list("ALPNProtocols"),
    requestCert: option("requestCert") === true,
    clientIdentities: list("clientIdentities"),
    servername: option("servername") as string | undefined,
    pins: list("pins"),
    limits,
  });
}

function roleOf(given: unknown, tell: Judging["tell"]): TlsRole {
  if (given === undefined || given === "server" || given === "client") return given ?? "server";
  tell("tls.option.unknown", "role", 'expected "server" or "client"', "RFC 8446 §2");
  return "server";
}

function protocolsOf(given: unknown, tell: Judging["tell"]): readonly TlsProtocol[] {
  if (given === undefined) return Object.freeze(["h2", "http/1.1"]);
  if (Array.isArray(given) && given.length > 0 && given.every((name) => PROTOCOLS.has(name)))
    return Object.freeze([...(given as TlsProtocol[])]);
  tell(
    "tls.option.unknown",
    "protocols",
    "expected a list of h2, http/1.1 and grpc",
    "RFC 7301 §6",
  );
  return Object.freeze(["h2", "http/1.1"]);
}

function limitsOf(given: unknown, tell: Judging["tell"]): TlsLimits {
  try {
    return limitsTable.resolve(given as { readonly [K in TlsLimitName]?: number } | undefined);
  } catch (error) {
    tell("tls.option.unknown", "limits", (error as Error).message, "RFC 9325 §3");
    return limitsTable.resolve();
  }
}
