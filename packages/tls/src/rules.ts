// One rule for each question that a policy answers. A rule names the options that it reads; what no
// rule reads is unknown.

import { canonicalHost } from "./host.js";
import { clientIdentity } from "./match-identity.js";
import type { Judging } from "./policy.js";
import { hasWeakSignature, weakGroup, weakSuite } from "./suites.js";

export interface Rule {
  readonly names: readonly string[];
  judge(judging: Judging): void;
}

/** SSL_OP_LEGACY_SERVER_CONNECT and SSL_OP_ALLOW_UNSAFE_LEGACY_RENEGOTIATION of OpenSSL. */
const UNSAFE_OPTIONS = 0x4_0004;

export const rules: readonly Rule[] = [
  {
    names: ["minVersion", "maxVersion", "secureProtocol"],
    judge({ option, tell }) {
      const known = new Map<unknown, number>([
        ["TLSv1.2", 2],
        ["TLSv1.3", 3],
      ]);
      for (const name of ["minVersion", "maxVersion"])
        if (option(name) !== undefined && !known.has(option(name)))
          tell("tls.version.range", name, "expected TLSv1.2 or TLSv1.3", "RFC 8996 §2");
      const least = known.get(option("minVersion") ?? "TLSv1.2") ?? 2;
      const most = known.get(option("maxVersion") ?? "TLSv1.3") ?? 3;
      if (least > most)
        tell("tls.version.range", "minVersion", "is above maxVersion", "RFC 9325 §3.1.1");
      if (option("secureProtocol") !== undefined)
        tell(
          "tls.version.range",
          "secureProtocol",
          "overrules the versions that are checked",
          "RFC 9325 §3.1.1",
        );
    },
  },
  {
    names: ["rejectUnauthorized", "checkServerIdentity", "pskCallback"],
    judge({ option, tell }) {
      const value = option("rejectUnauthorized");
      if (value !== undefined && value !== true)
        tell("tls.verify.disabled", "rejectUnauthorized", "may only be true", "RFC 9525 §6");
      if (option("checkServerIdentity") !== undefined)
        tell(
          "tls.verify.disabled",
          "checkServerIdentity",
          "takes the place of the check of names",
          "RFC 9525 §6",
        );
      if (option("pskCallback") !== undefined)
        tell("tls.verify.disabled", "pskCallback", "no certificate is checked then", "RFC 9257 §4");
    },
  },
  {
    names: ["ALPNProtocols", "ALPNCallback"],
    judge({ option, tell, protocols }) {
      const list = option("ALPNProtocols");
      const needsH2 = protocols.includes("h2") || protocols.includes("grpc");
      if (option("ALPNCallback") !== undefined)
        tell(
          "tls.alpn.mismatch",
          "ALPNCallback",
          "could agree on what is not spoken",
          "RFC 7301 §3.2",
        );
      if (list === undefined || (Array.isArray(list) && list.length === 0)) {
        if (needsH2)
          tell("tls.alpn.empty", "ALPNProtocols", "HTTP/2 and gRPC need h2", "RFC 9113 §3.2");
        return;
      }
      const spoken = new Set<unknown>(protocols.map((name) => (name === "grpc" ? "h2" : name)));
      const isList = Array.isArray(list) && new Set(list).size === list.length;
      if (!isList || !list.every((name) => spoken.has(name)))
        tell(
          "tls.alpn.mismatch",
          "ALPNProtocols",
          "expected names of the protocols that are spoken, once each",
          "RFC 7301 §3.1",
        );
      else if (needsH2 && !list.includes("h2"))
        tell("tls.alpn.mismatch", "ALPNProtocols", "HTTP/2 and gRPC need h2", "RFC 9113 §3.2");
    },
  },
  {
    names: ["ciphers", "sigalgs", "secureOptions", "honorCipherOrder"],
    judge({ option, tell }) {
      const ciphers = option("ciphers");
      if (
        ciphers !== undefined &&
        (typeof ciphers !== "string" || weakSuite(ciphers) !== undefined)
      )
        tell(
          "tls.cipher.weak",
          "ciphers",
          "expected suites by name, each with ECDHE and AEAD",
          "RFC 9113 Appendix A",
        );
      const sigalgs = option("sigalgs");
      if (sigalgs !== undefined && (typeof sigalgs !== "string" || hasWeakSignature(sigalgs)))
        tell("tls.cipher.weak", "sigalgs", "no signature is made with SHA-1 or MD5", "RFC 9155 §2");
      const bits = option("secureOptions");
      if (bits !== undefined && (typeof bits !== "number" || (bits & UNSAFE_OPTIONS) !== 0))
        tell("tls.cipher.weak", "secureOptions", "unsafe renegotiation is off", "RFC 9325 §3.5");
      const order = option("honorCipherOrder");
      if (order !== undefined && order !== true)
        tell("tls.cipher.weak", "honorCipherOrder", "may only be true", "RFC 9325 §4.2.1");
    },
  },
  {
    names: ["ecdhCurve", "dhparam"],
    judge({ option, tell }) {
      const curves = option("ecdhCurve");
      if (curves !== undefined && (typeof curves !== "string" || weakGroup(curves) !== undefined))
        tell("tls.group.weak", "ecdhCurve", "expected X25519, P-256 and P-384", "RFC 9325 §4.4");
      if (option("dhparam") !== undefined)
        tell("tls.group.weak", "dhparam", "finite fields are not used", "RFC 9325 §4.1");
    },
  },
  {
    names: ["ca", "cert", "key", "pfx", "passphrase", "SNICallback"],
    judge({ option, tell, role }) {
      const ca = option("ca");
      if (ca !== undefined && isEmpty(ca))
        tell(
          "tls.roots.empty",
          "ca",
          "expected roots, or none for those of the system",
          "RFC 5280 §6",
        );
      const hasCert = option("cert") !== undefined;
      const hasKey = option("key") !== undefined;
      if (option("pfx") !== undefined && (hasCert || hasKey))
        tell("tls.chain.invalid", "pfx", "beside cert and key, one is unchecked", "RFC 5280 §6");
      const hasOther = option("pfx") !== undefined || option("SNICallback") !== undefined;
      if (hasCert !== hasKey)
        tell(
          "tls.chain.invalid",
          hasCert ? "key" : "cert",
          "key and cert go together",
          "RFC 8446 §4.4.2",
        );
      else if (role === "server" && !hasCert && !hasOther)
        tell("tls.chain.invalid", "cert", "a server needs a certificate", "RFC 8446 §4.4.2");
      for (const name of ["cert", "key"])
        if (option(name) !== undefined && isEmpty(option(name)))
          tell("tls.chain.invalid", name, "expected PEM", "RFC 7468 §5");
      const callback = option("SNICallback");
      if (callback !== undefined && typeof callback !== "function")
        tell("tls.callback.threw", "SNICallback", "expected a function", "RFC 6066 §3");
    },
  },
  {
    names: ["requestCert", "clientIdentities"],
    judge({ option, tell, role }) {
      const asks = option("requestCert");
      const allowed = option("clientIdentities");
      if (asks !== undefined && typeof asks !== "boolean")
        tell("tls.mtls.identity", "requestCert", "expected true or false", "RFC 8446 §4.3.2");
      if (asks !== true) {
        if (allowed !== undefined)
          tell(
            "tls.mtls.identity",
            "clientIdentities",
            "nobody is asked: requestCert",
            "RFC 9525 §6",
          );
        return;
      }
      if (role === "client")
        tell("tls.mtls.identity", "requestCert", "is for servers", "RFC 8446 §4.3.2");
      if (option("ca") === undefined)
        tell("tls.roots.empty", "ca", "clients are verified by roots of your own", "RFC 5280 §6");
      if (option("SNICallback") !== undefined)
        tell(
          "tls.mtls.identity",
          "SNICallback",
          "its context may have other roots for clients",
          "RFC 9525 §6",
        );
      const isList = Array.isArray(allowed) && allowed.length > 0;
      if (!isList || !allowed.every((text) => typeof text === "string" && clientIdentity(text)))
        tell(
          "tls.mtls.identity",
          "clientIdentities",
          "expected dns:NAME, uri:URI or spki:SHA256, never a distinguished name",
          "RFC 9525 §6",
        );
    },
  },
  {
    names: ["servername"],
    judge({ option, tell, role }) {
      const name = option("servername");
      if (name === undefined) return;
      const host = typeof name === "string" ? canonicalHost(name) : undefined;
      if (role === "server" || host?.kind !== "name" || host.name !== name)
        tell(
          "tls.identity.mismatch",
          "servername",
          "expected one name in its one form",
          "RFC 6066 §3",
        );
    },
  },
  {
    names: ["pins"],
    judge({ option, tell }) {
      const pins = option("pins");
      if (pins === undefined) return;
      const isList = Array.isArray(pins) && pins.length > 0;
      if (!isList || !pins.every((pin) => typeof pin === "string" && /^[0-9a-f]{64}$/.test(pin)))
        tell(
          "tls.pin.mismatch",
          "pins",
          "expected SHA-256 of keys in hexadecimal",
          "RFC 7469 §2.4",
        );
    },
  },
  {
    names: ["earlyData", "enableEarlyData", "maxEarlyData", "sessionTimeout", "ticketKeys"],
    judge({ option, tell, limits }) {
      for (const name of ["earlyData", "enableEarlyData", "maxEarlyData"])
        if (option(name) !== undefined && option(name) !== false && option(name) !== 0)
          tell("tls.early-data", name, "early data can be replayed", "RFC 8446 §8");
      const seconds = option("sessionTimeout");
      const most = limits.maxTicketAgeMs / 1_000;
      const isAge = Number.isSafeInteger(seconds) && Number(seconds) > 0 && Number(seconds) <= most;
      if (seconds !== undefined && !isAge)
        tell(
          "tls.ticket.age",
          "sessionTimeout",
          `expected 1 to ${most} seconds`,
          "RFC 8446 §4.6.1",
        );
    },
  },
];

function isEmpty(value: unknown): boolean {
  if (Array.isArray(value)) return value.length === 0 || value.some(isEmpty);
  if (value instanceof Uint8Array) return value.length === 0;
  return typeof value !== "string" || value.trim() === "";
}
