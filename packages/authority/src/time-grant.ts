// The right to know what time it is, and to wait.

import { deny, type Denial } from "./denials.js";
import {
  descended,
  narrowFlag,
  narrowList,
  narrowNumber,
  readFlag,
  readList,
  readOptions,
  readWhole,
  tooMuch,
} from "./grant-options.js";

export type TimeSource = "wall" | "monotonic" | "timer";
export type TimeOperation = "now" | "sleep" | "interval";

export interface TimeGrantOptions {
  readonly sources?: readonly TimeSource[];
  readonly operations?: readonly TimeOperation[];
  /** A clock that can be set does not count. */
  readonly monotonicOnly?: boolean;
  readonly minDurationMs?: number;
  readonly maxDurationMs?: number;
}

export interface TimeQuestion {
  readonly source: TimeSource;
  readonly operation: TimeOperation;
  /** Of sleep and interval. */
  readonly durationMs?: number;
}

const SOURCES = ["wall", "monotonic", "timer"];
const OPERATIONS = ["now", "sleep", "interval"];
const KNOWN = ["sources", "operations", "monotonicOnly", "minDurationMs", "maxDurationMs"];
const DAY_MS = 86_400_000;
const GENUINE = /* @__PURE__ */ new WeakSet<object>();

export class TimeGrant {
  readonly sources: readonly TimeSource[];
  readonly operations: readonly TimeOperation[];
  readonly monotonicOnly: boolean;
  readonly minDurationMs: number;
  readonly maxDurationMs: number;

  /** @throws TypeError or RangeError for an option that is not what it has to be. */
  constructor(options: TimeGrantOptions = {}) {
    const known = readOptions("time grant", options, KNOWN);
    this.sources = readList("sources", known["sources"], SOURCES) as TimeSource[];
    this.operations = readList("operations", known["operations"], OPERATIONS) as TimeOperation[];
    this.monotonicOnly = readFlag("monotonicOnly", known["monotonicOnly"]);
    this.minDurationMs = readWhole("minDurationMs", known["minDurationMs"], 1, DAY_MS, 1);
    this.maxDurationMs = readWhole("maxDurationMs", known["maxDurationMs"], 1, DAY_MS, DAY_MS);
    Object.freeze(this);
    GENUINE.add(this);
  }

  static readonly none: TimeGrant = /* @__PURE__ */ new TimeGrant();

  /** @throws RangeError that names the field in which more is asked for than is held. */
  narrow(options: TimeGrantOptions): TimeGrant {
    const asked = new TimeGrant(options);
    if ((options.minDurationMs ?? DAY_MS) < this.minDurationMs) throw tooMuch("minDurationMs");
    const made = new TimeGrant({
      sources: narrowList("sources", options.sources && asked.sources, this.sources) as never,
      operations: narrowList(
        "operations",
        options.operations && asked.operations,
        this.operations,
      ) as never,
      // Here true is the lesser.
      monotonicOnly: !narrowFlag(
        "monotonicOnly",
        options.monotonicOnly === undefined ? undefined : !options.monotonicOnly,
        !this.monotonicOnly,
      ),
      minDurationMs: options.minDurationMs ?? this.minDurationMs,
      maxDurationMs: narrowNumber("maxDurationMs", options.maxDurationMs, this.maxDurationMs),
    });
    return descended(this, made);
  }
}

Object.freeze(TimeGrant.prototype);

/** @throws TypeError for a grant that is none. */
export function judgeTime(grant: TimeGrant, question: TimeQuestion): Denial | undefined {
  if (!GENUINE.has(grant)) throw new TypeError("grant: expected a TimeGrant");
  const { source, operation, durationMs } = question;
  if (!grant.sources.includes(source)) return deny("time", "SourceDenied");
  if (source === "wall" && grant.monotonicOnly)
    return deny("time", "SourceDenied", { reason: "monotonic" });
  if (!grant.operations.includes(operation)) return deny("time", "OperationDenied");
  if (operation === "now") return undefined;
  if (durationMs === undefined || Number.isNaN(durationMs)) return deny("time", "MissingDuration");
  const { minDurationMs, maxDurationMs } = grant;
  if (durationMs < minDurationMs)
    return deny("time", "DurationBelowMinimum", {
      limit: "minDurationMs",
      max: minDurationMs,
      observed: durationMs,
    });
  if (durationMs > maxDurationMs)
    return deny("time", "DurationAboveMaximum", {
      limit: "maxDurationMs",
      max: maxDurationMs,
      observed: durationMs,
    });
  return undefined;
}
