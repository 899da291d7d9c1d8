// What the gate leaves behind: a report that is the same for the same tree but for its run, and events each of which has
// the hash of the one before. Both are written aside and put in place whole.

import { createHash } from "node:crypto";
import { mkdirSync, renameSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";

export const REPORT_SCHEMA = "wirewall-security-gate-report-v1";
export const EVENT_SCHEMA = "wirewall-security-gate-event-v1";

export class EventLog {
  #lines = [];
  #previous = "0".repeat(64);

  add(event, fields = {}) {
    const line = JSON.stringify({
      schemaVersion: EVENT_SCHEMA,
      seq: this.#lines.length,
      at: new Date().toISOString(),
      event,
      ...fields,
      previous: this.#previous,
    });
    this.#previous = createHash("sha256").update(line).digest("hex");
    this.#lines.push(line);
  }

  get text() {
    return `${this.#lines.join("\n")}\n`;
  }
}

/** Keys sorted at every depth, and a line end. */
export function stableJson(value) {
  return `${JSON.stringify(sorted(value), undefined, 2)}\n`;
}

export function writeWhole(path, text) {
  mkdirSync(dirname(path), { recursive: true });
  const aside = `${path}.${process.pid}.part`;
  writeFileSync(aside, text);
  renameSync(aside, path);
}

function sorted(value) {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.keys(value)
      .sort()
      .map((name) => [name, sorted(value[name])]),
  );
}
