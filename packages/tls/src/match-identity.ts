// Whether a certificate is for a host (RFC 9525 §6): dNSName and iPAddress and nothing else, a
// wildcard only as the whole left-most label, letters without regard to case.

import type { Host } from "./host.js";
import type { SubjectNames } from "./subject-names.js";

/** Labels that a name with a wildcard has at least: "*.com" is for nobody. */
const LEAST_WILDCARD_LABELS = 3;

export function matchIdentity(host: Host, names: SubjectNames): boolean {
  if (host.kind === "address")
    return names.addresses.some(
      (address) =>
        address.length === host.bytes.length &&
        address.every((byte, at) => byte === host.bytes[at]),
    );
  const labels = host.name.split(".");
  return names.dns.some((name) => matches(labels, name.toLowerCase().split(".")));
}

function matches(host: readonly string[], pattern: readonly string[]): boolean {
  if (host.length !== pattern.length) return false;
  const [first = "", ...rest] = pattern;
  if (rest.some((label, at) => label !== host[at + 1] || label === "")) return false;
  if (first === "*") return pattern.length >= LEAST_WILDCARD_LABELS;
  return first === host[0] && !first.includes("*");
}

/** A client that is let in: by one of its names, or by the digest of its key. Never by a DN. */
export type ClientIdentity =
  | { readonly kind: "dns" | "uri"; readonly value: string }
  | { readonly kind: "spki"; readonly value: string };

/** `dns:a.example`, `uri:spiffe://a/b`, or `spki:` and a SHA-256 in hexadecimal; else undefined. */
export function clientIdentity(text: string): ClientIdentity | undefined {
  const [, kind, value = ""] = /^(dns|uri|spki):(.+)$/.exec(text) ?? [];
  if (kind === "spki") return /^[0-9a-f]{64}$/.test(value) ? { kind, value } : undefined;
  if (kind === "dns" || kind === "uri")
    return /^[\x21-\x7e]+$/.test(value) && !value.includes("*") ? { kind, value } : undefined;
  return undefined;
}

/** Whether one of the identities is that of the certificate, exactly. */
export function matchClient(
  allowed: readonly ClientIdentity[],
  names: SubjectNames,
  spkiSha256: string,
): boolean {
  return allowed.some(({ kind, value }) => {
    if (kind === "spki") return value === spkiSha256;
    if (kind === "uri") return names.uris.includes(value);
    return names.dns.some((name) => name.toLowerCase() === value.toLowerCase());
  });
}
