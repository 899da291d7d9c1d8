// Runs what a pack says, and says whether it went as it did where the pack was made.

import { ndjsonLine, type Sha256 } from "@wirewall/trace";
import type { Judge, LabProgram } from "../lab-execution.js";
import { replay, type LabOptions, type LabReport } from "../play.js";
import { fingerprintOf, type CrashPack } from "./crash-pack.js";

/** The first event that is another one. */
export interface Divergence {
  readonly at: number;
  readonly expected: string | undefined;
  readonly found: string | undefined;
}

export interface PackReplay {
  readonly report: LabReport;
  /** Events and failure are those of the pack. */
  readonly isSame: boolean;
  /** Undefined if the pack does not keep the events in which they differ. */
  readonly divergence: Divergence | undefined;
}

/** What a pack does not keep. */
export interface PackReplayOptions extends Pick<
  LabOptions,
  "awaits" | "guard" | "io" | "watchdog"
> {
  /** The one that was used when the pack was made. */
  readonly judge?: Judge;
}

export async function replayPack(
  program: LabProgram,
  pack: CrashPack,
  sha256: Sha256,
  options: PackReplayOptions = {},
): Promise<PackReplay> {
  const { config, divergentPrefix } = pack;
  const report = await replay(program, divergentPrefix, {
    ...options,
    seed: config.seed,
    maxSteps: config.maxSteps,
    blocking: config.blocking,
    ...(config.chaos === "none" ? undefined : { chaos: config.chaos }),
  });
  const isSame = fingerprintOf(report.events, report.violation ?? "", sha256) === pack.fingerprint;
  return { report, isSame, divergence: isSame ? undefined : divergenceOf(report, pack) };
}

function divergenceOf({ events }: LabReport, pack: CrashPack): Divergence | undefined {
  const { canonicalPrefix, eventCount } = pack;
  for (let at = 0; at < Math.max(canonicalPrefix.length, events.length); at++) {
    if (at >= canonicalPrefix.length && at < eventCount) return undefined;
    const event = events[at];
    const found = event === undefined ? undefined : ndjsonLine(event);
    const expected = canonicalPrefix[at];
    if (found !== expected) return { at, expected, found };
  }
  return undefined;
}
