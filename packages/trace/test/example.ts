import {
  AuditLog,
  verifyAuditLog,
  type AuditVerdict,
  type Sha256,
  type Signer,
} from "@wirewall/trace";

/** Writes a log, and reads it as somebody who holds the key and trusts nothing else. */
export function example(
  sha256: Sha256,
  signer: Signer,
  verify: (bytes: Uint8Array, signature: Uint8Array) => boolean,
): AuditVerdict {
  let file = "";
  const log = new AuditLog({
    logId: "tenant-7",
    sha256,
    signer,
    write: (lines) => {
      file += lines;
    },
    now: () => 0,
  });
  log.append({ kind: "policy_denied", code: "authority.host" });
  log.close();
  return verifyAuditLog(file, { sha256, keys: new Map([[signer.keyId, verify]]) });
}
