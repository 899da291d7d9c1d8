// What a run comes to in a few lines: whoever has the events can check that it is the run that is meant, and
// that it kept the rules that can be seen without knowing the program.

import type { TraceEvent } from "./event.js";
import { ndjsonLine } from "./exporters.js";
import type { NewHash } from "./file-format.js";

export interface RunCertificate {
  readonly schema: 1;
  readonly eventCount: number;
  /** SHA-256 over all events in their canonical form, in hexadecimal digits. */
  readonly eventHash: string;
  readonly tasks: number;
  readonly regions: number;
  readonly cancelRequests: number;
  readonly obligations: number;
  /** SHA-256 over whose step came when, and from which lane. */
  readonly scheduleHash: string;
  readonly firstViolation: string | null;
}

export type CertificateIssue =
  | "eventCount"
  | "eventHash"
  | "counts"
  | "scheduleHash"
  | "violation"
  | "ackWithoutRequest"
  | "obligationsUnbalanced";

/** @param firstViolation what was wrong with the run, if anything was. */
export function certifyRun(
  events: readonly TraceEvent[],
  newHash: NewHash,
  firstViolation: string | undefined,
): RunCertificate {
  const utf8 = new TextEncoder();
  const all = newHash();
  const schedule = newHash();
  const count = (kind: string, isTask?: boolean): number =>
    events.filter((one) => one.kind === kind && (isTask !== true || one.task !== undefined)).length;
  const lanes = new Map<string, number>();
  let step = 0;
  for (const event of events) {
    all.update(utf8.encode(ndjsonLine(event)));
    const { kind, task = "", data } = event;
    if (kind === "task_schedule") lanes.set(task, Number(data["lane"]));
    if (kind === "task_poll")
      schedule.update(utf8.encode(`${step++} ${task} ${lanes.get(task) ?? 0}\n`));
  }
  return {
    schema: 1,
    eventCount: events.length,
    eventHash: hexOf(all.digest()),
    tasks: count("task_spawn"),
    regions: count("region_open"),
    cancelRequests: count("cancel_request", true),
    obligations: count("obligation_reserve"),
    scheduleHash: hexOf(schedule.digest()),
    firstViolation: firstViolation ?? null,
  };
}

/** Whether the events are those of the certificate and keep the rules; what is wrong, in order. */
export function verifyRun(
  certificate: RunCertificate,
  events: readonly TraceEvent[],
  newHash: NewHash,
): CertificateIssue[] {
  const found = certifyRun(events, newHash, certificate.firstViolation ?? undefined);
  const issues: CertificateIssue[] = [];
  if (found.eventCount !== certificate.eventCount) issues.push("eventCount");
  if (found.eventHash !== certificate.eventHash) issues.push("eventHash");
  const counts = ["tasks", "regions", "cancelRequests", "obligations"] as const;
  if (counts.some((name) => found[name] !== certificate[name])) issues.push("counts");
  if (found.scheduleHash !== certificate.scheduleHash) issues.push("scheduleHash");
  if (certificate.firstViolation !== null) issues.push("violation");
  if (!areAcksAsked(events)) issues.push("ackWithoutRequest");
  if (!areObligationsKept(events)) issues.push("obligationsUnbalanced");
  return issues;
}

function areAcksAsked(events: readonly TraceEvent[]): boolean {
  const asked = new Set<string>();
  for (const { kind, task } of events) {
    if (task === undefined) continue;
    if (kind === "cancel_request") asked.add(task);
    else if (kind === "cancel_ack" && !asked.delete(task)) return false;
  }
  return true;
}

function areObligationsKept(events: readonly TraceEvent[]): boolean {
  let open = 0;
  for (const { kind } of events)
    if (kind === "obligation_reserve") open++;
    else if (kind === "obligation_commit" || kind === "obligation_abort") open--;
  return open === 0;
}

function hexOf(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
