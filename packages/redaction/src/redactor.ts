// One redactor for all that leaves a program: values, texts and names of fields, under one mode.

import type { TraceSink } from "@wirewall/trace";
import type { LimitValues } from "@wirewall/limits";
import { readPaths } from "./class-paths.js";
import type { DataClass, RedactionMode } from "./classes.js";
import { noCounts, tellCounts, type RedactionCounts } from "./counts.js";
import { limits as table, type RedactionLimitName } from "./limits.js";
import { Names } from "./names.js";
import { scanText } from "./scan-text.js";
import { Walk, type Finding, type WalkRules } from "./walk.js";

export interface RedactorOptions {
  /** `metadata_only` if absent. */
  readonly mode?: RedactionMode;
  /** Where it runs: in `ci` the mode `none` is refused. `local` if absent. */
  readonly environment?: "local" | "ci";
  /** Classes by place, such as `user.id` or `items.*.id`. */
  readonly classes?: Readonly<Record<string, DataClass>>;
  /** Names whose values are harmless here, wherever they stand. */
  readonly metadata?: readonly string[];
  readonly limits?: { readonly [K in RedactionLimitName]?: number };
  /** Is told how much was taken out, after each run. */
  readonly trace?: TraceSink;
  /** Microseconds, for the trace. */
  readonly now?: () => number;
}

export interface Redacted {
  /** Plain objects without prototype, lists, texts, numbers, booleans and null. */
  readonly value: unknown;
  readonly counts: RedactionCounts;
}

export interface Redactor {
  readonly mode: RedactionMode;
  /** A copy without what may not be kept. Never throws, whatever it is given. */
  redact(value: unknown): Redacted;
  /** What `redact` would take out, and where, without any of it. */
  check(value: unknown): readonly Finding[];
  /** Text in which only secrets, and in URLs and addresses what is sensitive, are taken out. */
  text(text: string): string;
  /** What `text` would take out, cut off or write out ("removed"), by class and without a place. */
  checkText(text: string): readonly Finding[];
}

const MODES = ["metadata_only", "strict", "none"];

/** @throws TypeError or RangeError for options that are none, and for `none` in `ci`. */
export function redactor(options: RedactorOptions = {}): Redactor {
  const { mode = "metadata_only", environment = "local", classes = {}, metadata = [] } = options;
  if (!MODES.includes(mode)) throw new RangeError(`mode: expected one of ${MODES.join(", ")}`);
  if (environment !== "local" && environment !== "ci")
    throw new RangeError('environment: expected "local" or "ci"');
  if (mode === "none" && environment === "ci")
    throw new RangeError("mode: none is for one's own machine, and refused in ci");
  const rules: WalkRules = {
    mode,
    limits: table.resolve(options.limits as LimitValues<RedactionLimitName> | undefined),
    paths: readPaths(classes),
    names: new Names(mode, new Set(metadata.map((name) => name.toLowerCase()))),
  };
  const tell = (counts: RedactionCounts): void =>
    tellCounts(options.trace, counts, options.now?.() ?? 0);
  const cleanText = (text: string, counts: RedactionCounts): string => {
    const kept = text.slice(0, rules.limits.maxStringBytes);
    const scanned = scanText(kept, mode, counts);
    if (kept.length === text.length) return scanned;
    counts.removed++;
    return `${scanned}[truncated]`;
  };
  return Object.freeze({
    mode,
    redact(value: unknown): Redacted {
      const counts = noCounts();
      const copy = new Walk(rules, counts).run(value);
      tell(counts);
      return { value: copy, counts };
    },
    check(value: unknown): readonly Finding[] {
      const findings: Finding[] = [];
      new Walk(rules, noCounts(), (finding) => void findings.push(finding)).run(value);
      return findings;
    },
    text(text: string): string {
      const counts = noCounts();
      const clean = cleanText(text, counts);
      tell(counts);
      return clean;
    },
    checkText(text: string): readonly Finding[] {
      const counts = noCounts();
      const isSame = cleanText(text, counts) === text;
      const kinds = (["secret", "sensitive", "removed"] as const).filter(
        (kind) => counts[kind] > 0,
      );
      if (kinds.length === 0 && !isSame) kinds.push("removed");
      return kinds.map((kind) => ({ path: "", kind }));
    },
  });
}
