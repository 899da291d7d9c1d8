// §14: a certificate is of one run, and of none that breaks a rule that can be seen.

import { createHash } from "node:crypto";
import { runSeed } from "@wirewall/lab";
import { certifyRun, verifyRun, type TraceEvent } from "@wirewall/trace";
import { describe, expect, it } from "vitest";
import { randomProgram } from "./random-program.ts";

const sha256 = () => createHash("sha256");
const program = randomProgram([
  ["lock", "send", "nest", "race"],
  ["receive", "permit", "cancel", "quorum"],
]);
const { events } = await runSeed(program, { seed: 5 });
const certificate = certifyRun(events, sha256, undefined);
const verify = (changed: readonly TraceEvent[]) => verifyRun(certificate, changed, sha256);

describe("row: R9 run certificates", () => {
  it("hold for their run, and for every other run of its seed", async () => {
    expect(verify(events)).toEqual([]);
    expect(verify((await runSeed(program, { seed: 5 })).events)).toEqual([]);
    expect(certificate.eventCount).toBe(events.length);
    expect(certificate.tasks).toBe(events.filter(({ kind }) => kind === "task_spawn").length);
  });

  it("do not hold for another run, for one that lacks its end, or for a changed value", async () => {
    expect(verify((await runSeed(program, { seed: 6 })).events)).toContain("scheduleHash");
    expect(verify(events.slice(0, -1))).toEqual(["eventCount", "eventHash"]);
    const changed = events.map((event, at) => (at === 3 ? { ...event, t: event.t + 1 } : event));
    expect(verify(changed)).toEqual(["eventHash"]);
  });

  it("tell an acknowledgement that nobody asked for, an obligation that is open, and a violation", () => {
    const without = (kind: string): readonly TraceEvent[] =>
      events.filter((event) => event.kind !== kind);
    const issuesOf = (changed: readonly TraceEvent[], violation?: string) =>
      verifyRun(certifyRun(changed, sha256, violation), changed, sha256);
    expect(issuesOf(without("cancel_request"))).toEqual(["ackWithoutRequest"]);
    expect(issuesOf(without("obligation_commit"))).toEqual(["obligationsUnbalanced"]);
    expect(issuesOf(events, "deadlock")).toEqual(["violation"]);
  });
});
