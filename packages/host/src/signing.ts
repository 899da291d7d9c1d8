// Hashes and signatures of Node, for logs whose alteration has to show.

import type { Sha256, Signer } from "@wirewall/trace";
import { createHmac, hash, sign, timingSafeEqual, verify, type KeyObject } from "node:crypto";

export type Verifier = (bytes: Uint8Array, signature: Uint8Array) => boolean;

/** Taken as text, since making a Buffer for each costs more than the hash. */
export const sha256: Sha256 = (bytes) => Buffer.from(hash("sha256", bytes, "binary"), "latin1");

/** HMAC-SHA-256: whoever can verify can also forge. */
export function hmacSigner(keyId: string, key: Uint8Array): Signer {
  checkKey(key);
  return { keyId, sign: (bytes) => createHmac("sha256", key).update(bytes).digest() };
}

export function hmacVerifier(key: Uint8Array): Verifier {
  checkKey(key);
  return (bytes, signature) => {
    const wanted = createHmac("sha256", key).update(bytes).digest();
    return signature.length === wanted.length && timingSafeEqual(signature, wanted);
  };
}

/** Ed25519: third parties verify with the public key alone. */
export function ed25519Signer(keyId: string, privateKey: KeyObject): Signer {
  if (privateKey.type !== "private" || privateKey.asymmetricKeyType !== "ed25519")
    throw new TypeError("privateKey: expected a private Ed25519 key");
  return { keyId, sign: (bytes) => sign(null, bytes, privateKey) };
}

export function ed25519Verifier(publicKey: KeyObject): Verifier {
  if (publicKey.type !== "public" || publicKey.asymmetricKeyType !== "ed25519")
    throw new TypeError("publicKey: expected a public Ed25519 key");
  return (bytes, signature) => verify(null, bytes, publicKey, signature);
}

const LEAST_KEY_BYTES = 32;

function checkKey(key: Uint8Array): void {
  if (!(key instanceof Uint8Array) || key.length < LEAST_KEY_BYTES)
    throw new RangeError(`key: expected at least ${LEAST_KEY_BYTES} bytes`);
}
