// What a gate leaves behind: a report that is the same for the same tree but for its run, and events each of which has the
// hash of the one before. Both are written aside and put in place whole.

import { mkdirSync, renameSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { digest } from "./tests.js";

export const reportSchema = "wirewall-security-gate-report-v1";
export const eventSchema = "wirewall-security-gate-event-v1";

export type GateEvent =
  | "gate_start"
  | "check_start"
  | "check_end"
  | "adversarial_end"
  | "privacy_end"
  | "self_test_case"
  | "gate_end";

export class EventLog {
  readonly #lines: string[] = [];
  #previous: string = "0".repeat(64);

  add(
    event: GateEvent,
    fields: { readonly id?: string; readonly status?: string; readonly detail?: string } = {},
  ): void {
    const line = JSON.stringify({
      schemaVersion: eventSchema,
      seq: this.#lines.length,
      at: new Date().toISOString(),
      event,
      ...fields,
      previous: this.#previous,
    });
    this.#previous = digest(line);
    this.#lines.push(line);
  }

  /** A line for each. */
  get text(): string {
    return `${this.#lines.join("\n")}\n`;
  }
}

/** Keys sorted at every depth, and a line end. */
export function stableJson(value: unknown): string {
  return `${JSON.stringify(sorted(value), undefined, 2)}\n`;
}

export function writeWhole(path: string, text: string): void {
  mkdirSync(dirname(path), { recursive: true });
  const aside = `${path}.${process.pid}.part`;
  writeFileSync(aside, text);
  renameSync(aside, path);
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== "object" || value === null) return value;
  const members = value as Record<string, unknown>;
  return Object.fromEntries(
    Object.keys(members)
      .sort()
      .map((name) => [name, sorted(members[name])]),
  );
}
