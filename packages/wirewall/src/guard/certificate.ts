// The key and the certificate that the guard shows over TLS: from two files that belong together, or
// made now, for development. A key is never written anywhere, and no message repeats a part of one.

import { createPrivateKey, X509Certificate, type KeyObject } from "node:crypto";
import { UsageProblem } from "../commands/usage.js";
import { readFileOf } from "../options/read-file.js";

export interface KeyAndCertificate {
  /** PEM. */
  readonly key: string;
  /** PEM: the certificate first, then those that signed it. */
  readonly cert: string;
}

/** Far above any chain that a peer would take. */
const MAX_PEM_BYTES = 262_144;

const DEVELOPMENT_DAYS = 30;

/** For whom a development certificate is made. */
export const DEVELOPMENT_NAMES = "localhost, 127.0.0.1 and ::1";

/** @throws UsageProblem, one line that names the option. */
export async function readCertificate(
  certPath: string,
  keyPath: string,
): Promise<KeyAndCertificate> {
  const cert = (await readFileOf("--tls-cert", certPath, MAX_PEM_BYTES)).toString("latin1");
  const key = (await readFileOf("--tls-key", keyPath, MAX_PEM_BYTES)).toString("latin1");
  const certificate = certificateOf(cert, `--tls-cert ${certPath}`);
  if (!certificate.checkPrivateKey(privateKeyOf(key, `--tls-key ${keyPath}`)))
    throw new UsageProblem(`--tls-key ${keyPath}: does not belong to the certificate`);
  if (Date.parse(certificate.validTo) <= Date.now())
    throw new UsageProblem(`--tls-cert ${certPath}: expired on ${certificate.validTo}`);
  return { key, cert };
}

/** Nobody trusts it, and it is gone with the process. */
export async function developmentCertificate(): Promise<KeyAndCertificate> {
  const { generate } = await import("selfsigned");
  const { private: key, cert } = generate([{ name: "commonName", value: "localhost" }], {
    algorithm: "sha256",
    keySize: 2_048,
    days: DEVELOPMENT_DAYS,
    extensions: [
      { name: "basicConstraints", cA: false },
      { name: "keyUsage", digitalSignature: true, keyEncipherment: true },
      { name: "extKeyUsage", serverAuth: true },
      {
        name: "subjectAltName",
        altNames: [
          { type: 2, value: "localhost" },
          { type: 7, ip: "127.0.0.1" },
          { type: 7, ip: "::1" },
        ],
      },
    ],
  });
  return { key, cert };
}

function certificateOf(pem: string, place: string): X509Certificate {
  try {
    return new X509Certificate(pem);
  } catch {
    throw new UsageProblem(`${place}: expected a certificate in PEM`);
  }
}

function privateKeyOf(pem: string, place: string): KeyObject {
  try {
    return createPrivateKey(pem);
  } catch {
    const what = /ENCRYPTED/.test(pem) ? "a private key without a passphrase" : "a private key";
    throw new UsageProblem(`${place}: expected ${what} in PEM`);
  }
}
