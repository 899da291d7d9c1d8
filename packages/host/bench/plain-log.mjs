// The same lines without a log: each is hashed, and a batch is written and on the disk before the next.

import { createHash } from "node:crypto";
import { fdatasyncSync, mkdtempSync, openSync, rmSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

export function create() {
  const folder = mkdtempSync(join(tmpdir(), "wirewall-plain-"));
  process.on("exit", () => rmSync(folder, { recursive: true, force: true }));
  const fd = openSync(join(folder, "plain.log"), "a");
  const variant = {
    count: 0,
    feed(entries) {
      let lines = "";
      let sum = 0;
      for (const entry of entries) {
        const line = JSON.stringify(entry);
        sum += createHash("sha256").update(line).digest()[0];
        lines += `${line}\n`;
      }
      writeSync(fd, lines);
      fdatasyncSync(fd);
      variant.count += entries.length;
      return sum;
    },
    read: () => "written",
  };
  return variant;
}
