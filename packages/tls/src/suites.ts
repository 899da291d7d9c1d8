// Cipher suites, groups and signatures that a policy may name. TLS 1.2 is left with ephemeral keys and
// authenticated encryption: all others are prohibited for HTTP/2 (RFC 9113 Appendix A) and advised
// against everywhere (RFC 9325 §4.2).

/** By the names of OpenSSL, the preferred ones first. */
export const suites: readonly string[] = [
  "TLS_AES_128_GCM_SHA256",
  "TLS_AES_256_GCM_SHA384",
  "TLS_CHACHA20_POLY1305_SHA256",
  "ECDHE-ECDSA-AES128-GCM-SHA256",
  "ECDHE-RSA-AES128-GCM-SHA256",
  "ECDHE-ECDSA-AES256-GCM-SHA384",
  "ECDHE-RSA-AES256-GCM-SHA384",
  "ECDHE-ECDSA-CHACHA20-POLY1305",
  "ECDHE-RSA-CHACHA20-POLY1305",
];

/** RFC 9325 §4.4. */
export const groups: readonly string[] = ["X25519", "P-256", "P-384"];

const GROUP_NAMES: ReadonlySet<string> = /* @__PURE__ */ new Set([
  ...groups,
  "prime256v1",
  "secp384r1",
]);

const SUITES: ReadonlySet<string> = /* @__PURE__ */ new Set(suites);

/** The first name of a list of suites that is none of ours, or undefined. Exclusions do no harm. */
export function weakSuite(list: string): string | undefined {
  const names = list.split(/[:, ]/).filter((name) => name !== "" && !name.startsWith("!"));
  return names.length === 0 ? list : names.find((name) => !SUITES.has(name));
}

/** The first name of a list of groups that is none of ours, or undefined. */
export function weakGroup(list: string): string | undefined {
  return list.split(":").find((name) => !GROUP_NAMES.has(name));
}

/** Whether a list of signature algorithms has one that is made with SHA-1 or MD5 (RFC 9155). */
export function hasWeakSignature(list: string): boolean {
  return list.split(":").some((name) => /sha1|md5|^dsa/i.test(name) || name === "");
}
