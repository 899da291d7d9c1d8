// One violation for each check: what it would mean if nobody looked. Each has to be caught by its own check.

import { readFileSync, writeFileSync, readdirSync } from "node:fs";
import { join } from "node:path";

/** In a copy of the sources: a file, what stands in it, and what stands there instead. */
export const broken = {
  // An authority that allows GET by default.
  "SEC-BLOCK-02": [
    "packages/authority/src/judge-fetch.ts",
    "if (!isNormal && !methods.includes(method))",
    'if (!isNormal && !methods.includes(method) && method !== "GET")',
  ],
  // A codec with one check removed.
  "SEC-BLOCK-03": [
    "packages/http1/src/field-lines.ts",
    "if (count >= maxCount) return this.#overCount(at - origin, count + 1);",
    "",
  ],
  // A redactor that is blind below depth 5.
  "SEC-BLOCK-04": [
    "packages/redaction/src/walk.ts",
    "if (path?.declared !== undefined)",
    'if (this.#stack.length > 5) return { kind: "metadata", isListed: true };\n    if (path?.declared !== undefined)',
  ],
  // A leaked permit that nobody hears of.
  "SEC-BLOCK-05": [
    "packages/runtime/src/obligation.ts",
    'if (response !== "fail") return outcome;',
    "return outcome;",
  ],
  // A wrapper that keeps Authorization.
  "SEC-WARN-02": [
    "packages/authority/src/redirect.ts",
    "return !isElsewhere || SURVIVES.has(lower);",
    'return !isElsewhere || SURVIVES.has(lower) || lower === "authorization";',
  ],
  "ADV-01": [
    "packages/authority/src/judge-fetch.ts",
    "if (!isNormal && !methods.includes(method))",
    "if (false)",
  ],
  "ADV-02": [
    "packages/authority/src/origins.ts",
    "return origins.get(origin) ?? wildcardOf(origins, origin);",
    "return origins.get(origin) ?? [...origins.values()].find((each) => origin.startsWith(each.origin)) ?? wildcardOf(origins, origin);",
  ],
  "ADV-03": [
    "packages/authority/src/storage-grant.ts",
    "namespace.startsWith(`${stem}:`)",
    "namespace.startsWith(stem)",
  ],
  "ADV-04": [
    "packages/authority/src/judge-fetch.ts",
    "if (count > maxHeaderCount)",
    "if (count > maxHeaderCount + 1)",
  ],
  "ADV-05": [
    "packages/authority/src/field-class.ts",
    'if (CREDENTIALS.has(lower)) return "credential";',
    "",
  ],
  "ADV-06": [
    "packages/authority/src/authorized-storage.ts",
    "`namespace[len:${utf8Length(String(namespace))}]`",
    "`namespace[${namespace}]`",
  ],
};

/** A target that never calls its decoder. */
export const deafTarget = [
  "packages/http2/fuzz/http2-frame.fuzz.ts",
  /export function fuzz\((\w+): (\w+)\): void \{/,
  "export function fuzz($1: $2): void {\n  if ($1.length >= 0) return;",
];

/** Puts a violation into a copy. @throws if what it is put into is not there any more. */
export function plant(folder, [path, before, after]) {
  const place = join(folder, path);
  const text = readFileSync(place, "utf8");
  const planted = text.replace(before, after);
  if (planted === text) throw new Error(`${path}: what the self-test breaks is not there any more`);
  writeFileSync(place, planted);
  return () => writeFileSync(place, text);
}

/** A package that somebody's dependency brings along. */
export function forbiddenDependency(unpacked) {
  const fields = join(unpacked.project, "node_modules", "@wirewall", "fields", "dist", "index.js");
  const text = readFileSync(fields, "utf8");
  writeFileSync(fields, `import "zone.js";\n${text}`);
  return () => writeFileSync(fields, text);
}

/** One bit of the first tarball. */
export function flipByte(folder) {
  const name = readdirSync(folder).find((each) => each.endsWith(".tgz"));
  const bytes = readFileSync(join(folder, name));
  bytes[bytes.length >> 1] ^= 1;
  writeFileSync(join(folder, name), bytes);
}

/** A transition that ran out a second ago. */
export function expiredTransition(policy, now) {
  const [{ name }] = policy.conditional;
  const plan = {
    name,
    status: "active",
    owner: "self-test",
    issue: "self-test",
    expiresAt: new Date(now - 1_000).toISOString(),
    notes: "",
  };
  return { ...policy, transitions: [...(policy.transitions ?? []), plan] };
}

/** A manifest that breaks one assertion. */
export const brokenLifecycles = {
  "PRIV-01": { environment: "local", retentionDays: 7 },
  "PRIV-02": { redaction: { mode: "none", redactedFields: ["suite_log"] } },
  "PRIV-03": { redaction: { mode: "strict", redactedFields: [] } },
  "PRIV-04": { retentionDays: 31 },
  "PRIV-05": { storageRoots: ["/artifacts/gate/../../home/"] },
  "PRIV-06": { suites: [] },
};
