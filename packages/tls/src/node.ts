// What only Node can do with a policy: look into certificates and keys, and make the options that
// `node:tls` takes. Callbacks of the caller are wrapped: what they throw ends their own handshake.

import { createHash, createPrivateKey, X509Certificate } from "node:crypto";
import type { ConnectionOptions, PeerCertificate, TlsOptions as NodeOptions } from "node:tls";
import { kindOf, TlsPolicyError, type TlsFinding } from "./findings.js";
import { canonicalHost } from "./host.js";
import { clientIdentity, matchClient, matchIdentity } from "./match-identity.js";
import { checkPolicy, ownOptions, type TlsOptions, type TlsPolicy } from "./policy.js";
import { subjectNames } from "./subject-names.js";

const PEM = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g;

/** A policy with its options for `node:tls`. */
export interface NodeTls {
  readonly policy: TlsPolicy;
  readonly options: NodeTlsOptions;
}

/** For `tls.createServer` or, in a client, `tls.connect`. */
export type NodeTlsOptions = Omit<NodeOptions, "pskCallback" | "ALPNCallback"> &
  Pick<ConnectionOptions, "checkServerIdentity">;

/**
 * Judges options, certificates and keys as a whole.
 *
 * @param now milliseconds since 1970, for the dates of certificates.
 */
export function checkNodeTls(options: TlsOptions, now: number = Date.now()): readonly TlsFinding[] {
  const { findings } = checkPolicy(options);
  return [...findings, ...(findings.length === 0 ? checkChain(options, now) : [])];
}

/** Options for `node:tls`. @throws TlsPolicyError with all findings. */
export function nodeTls(options: TlsOptions): NodeTls {
  const findings = checkNodeTls(options);
  const { policy } = checkPolicy(options);
  if (policy === undefined || findings.length > 0) throw new TlsPolicyError(findings);
  const own = ownOptions(options) as NodeOptions;
  const { key, cert, ca, pfx, passphrase, SNICallback } = own;
  const { sigalgs, secureOptions, sessionTimeout } = own;
  return {
    policy,
    options: {
      ...defined({ key, cert, ca, pfx, passphrase, sigalgs, secureOptions, sessionTimeout }),
      ...defined({ servername: policy.servername }),
      minVersion: policy.minVersion,
      maxVersion: policy.maxVersion,
      ciphers: policy.ciphers,
      ecdhCurve: policy.groups,
      honorCipherOrder: true,
      rejectUnauthorized: true,
      requestCert: policy.requestCert,
      handshakeTimeout: policy.limits.handshakeTimeoutMs,
      ...(policy.alpn.length === 0 ? {} : { ALPNProtocols: [...policy.alpn] }),
      ...(SNICallback === undefined ? {} : { SNICallback: guarded(SNICallback) }),
      ...(policy.role === "client"
        ? {
            checkServerIdentity: (host: string, certificate: PeerCertificate) =>
              refusal(host, certificate, policy),
          }
        : {}),
    },
  };
}

/** Why a certificate is not the one of that host, or undefined. */
export function refusal(
  host: string,
  certificate: PeerCertificate,
  policy: Pick<TlsPolicy, "pins" | "limits">,
): Error | undefined {
  const name = canonicalHost(host);
  const { raw } = certificate;
  const names = raw === undefined ? undefined : subjectNames(raw, policy.limits.maxSanCount);
  if (name === undefined || names === undefined || !matchIdentity(name, names))
    return coded("tls.identity.mismatch", "the certificate is for another host");
  if (policy.pins.length > 0 && !policy.pins.includes(keyDigest(new X509Certificate(raw))))
    return coded("tls.pin.mismatch", "the key of the certificate is none of the pinned ones");
  return undefined;
}

/** Whether a client's certificate, whose chain was verified, is one that the policy lets in. */
export function admits(policy: TlsPolicy, certificate: PeerCertificate): boolean {
  const { raw } = certificate;
  if (!policy.requestCert || raw === undefined) return false;
  const names = subjectNames(raw, policy.limits.maxSanCount);
  const allowed = policy.clientIdentities.flatMap((text) => clientIdentity(text) ?? []);
  return names !== undefined && matchClient(allowed, names, keyDigest(new X509Certificate(raw)));
}

/** SHA-256 of a certificate's key (RFC 7469 §2.4), in hexadecimal. */
export function keyDigest(certificate: X509Certificate): string {
  const key = certificate.publicKey.export({ type: "spki", format: "der" });
  return createHash("sha256").update(key).digest("hex");
}

/** The chain parses, is no longer than allowed, is current, and its key fits. */
function checkChain(options: TlsOptions, now: number): TlsFinding[] {
  const { cert, key, passphrase } = ownOptions(options);
  if (cert === undefined) return [];
  const findings: TlsFinding[] = [];
  const tell = (field: string, reason: string, spec: string): void => {
    findings.push({
      code: "tls.chain.invalid",
      field,
      value: kindOf(options[field]),
      reason,
      spec,
    });
  };
  const { policy } = checkPolicy(options);
  const chain = chainOf(cert);
  const [leaf] = chain ?? [];
  if (chain === undefined || leaf === undefined) {
    tell("cert", "no certificate in PEM can be read", "RFC 7468 §5");
    return findings;
  }
  const most = policy?.limits.maxChainCount ?? 0;
  if (chain.length > most) tell("cert", `more than ${most} certificates`, "RFC 5280 §6");
  for (const certificate of chain)
    if (Date.parse(certificate.validFrom) > now || Date.parse(certificate.validTo) < now) {
      tell("cert", "a certificate of the chain is not valid at this time", "RFC 5280 §4.1.2.5");
      break;
    }
  if (subjectNames(leaf.raw, policy?.limits.maxSanCount ?? 0) === undefined)
    tell("cert", "its alternative names cannot be read, or are too many", "RFC 5280 §4.2.1.6");
  try {
    const text = String(key);
    const made = createPrivateKey(
      typeof passphrase === "string" ? { key: text, passphrase } : text,
    );
    if (!leaf.checkPrivateKey(made))
      tell("key", "is not the key of the certificate", "RFC 8446 §4.4.2");
  } catch {
    tell("key", "no private key in PEM can be read", "RFC 7468 §10");
  }
  return findings;
}

function chainOf(cert: unknown): X509Certificate[] | undefined {
  const texts = Array.isArray(cert) ? cert.map(String) : [String(cert)];
  try {
    return texts.flatMap((text) => text.match(PEM) ?? []).map((pem) => new X509Certificate(pem));
  } catch {
    return undefined;
  }
}

type Sni = NonNullable<NodeOptions["SNICallback"]>;

/** A callback that throws, rejects or calls back twice ends its own handshake and nothing else. */
function guarded(callback: Sni): Sni {
  return (name, done) => {
    let isDone = false;
    const once: typeof done = (error, context) => {
      if (isDone) return;
      isDone = true;
      done(error, context);
    };
    const threw = (): void => once(coded("tls.callback.threw", "SNICallback threw"));
    try {
      // An async function is a callback as well; its rejection would end the process.
      Promise.resolve(callback(name, once) as unknown).catch(threw);
    } catch {
      threw();
    }
  };
}

function coded(code: string, message: string): Error {
  return Object.assign(new Error(message), { code });
}

function defined(values: { readonly [name: string]: unknown }): object {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined));
}
