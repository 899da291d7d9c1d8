// The audit log in a file that is written in batches; each batch is on the disk before the next.

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { hmacSigner, LogFile, sha256 } from "@wirewall/host";
import { AuditLog } from "@wirewall/trace";

export function create() {
  const folder = mkdtempSync(join(tmpdir(), "wirewall-audit-"));
  process.on("exit", () => rmSync(folder, { recursive: true, force: true }));
  const file = new LogFile(join(folder, "audit.log"));
  const log = new AuditLog({
    logId: "bench",
    sha256,
    signer: hmacSigner("k", new Uint8Array(32)),
    write: (lines) => file.append(lines),
    now: () => 0,
    every: 1_000,
  });
  const variant = {
    count: 0,
    feed(entries) {
      for (const entry of entries) log.append(entry);
      variant.count += entries.length;
      return log.size;
    },
    read: () => "written",
  };
  return variant;
}
