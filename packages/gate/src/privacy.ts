// The privacy assertions: over the manifest of what a run leaves behind, and over each byte of it.

import { checkLifecycle } from "@wirewall/redaction";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { PrivacyResult } from "./report.js";

/** PRIV-01 to PRIV-06. */
export function judgeLifecycle(lifecycle: unknown): readonly PrivacyResult[] {
  const findings = checkLifecycle(lifecycle);
  return [1, 2, 3, 4, 5, 6].map((number) => {
    const id = `PRIV-0${number}`;
    const broken = findings.filter((finding) => finding.id === id).map(({ message }) => message);
    return { id, status: broken.length === 0 ? "pass" : "fail", detail: broken.join("; ") };
  });
}

/** PRIV-07: a canary that was planted occurs in no byte below these folders, in whatever way it is written. */
export function judgeArtifacts(folders: readonly string[], canary: string): PrivacyResult {
  const bytes = Buffer.from(canary);
  const forms = [
    canary,
    bytes.toString("base64").replace(/=+$/, ""),
    bytes.toString("hex"),
    encodeURIComponent(canary),
  ];
  const found: string[] = [];
  const visit = (place: string): void => {
    for (const entry of readdirSync(place, { withFileTypes: true })) {
      const path = join(place, entry.name);
      if (entry.isDirectory()) visit(path);
      else if (entry.isFile()) {
        const text = readFileSync(path, "latin1");
        if (forms.some((form) => text.includes(form))) found.push(`${entry.name}: a canary`);
      }
    }
  };
  for (const folder of folders) visit(folder);
  return { id: "PRIV-07", status: found.length === 0 ? "pass" : "fail", detail: found.join("; ") };
}
