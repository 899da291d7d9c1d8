// How far a value is looked into. Whatever lies beyond a bound is not kept: it is replaced by what says so.

import { defineLimits, type Limits, type LimitValues } from "@wirewall/limits";

export type RedactionLimitName = (typeof names)[number];
export type RedactionLimits = LimitValues<RedactionLimitName>;

const names = [
  "maxDepth",
  "maxNodeCount",
  "maxKeyCount",
  "maxItemCount",
  "maxStringBytes",
  "maxOutputBytes",
  "maxCauseDepth",
] as const;

const GiB = 1_073_741_824;

export const limits: Limits<RedactionLimitName> = /* @__PURE__ */ defineLimits("redaction", [
  {
    name: "maxDepth",
    default: 64,
    min: 1,
    max: 1_024,
    reason: "objects within objects; what lies deeper is [depth]",
  },
  {
    name: "maxNodeCount",
    default: 100_000,
    min: 1,
    max: 100_000_000,
    reason: "values of one record, with all that it holds; the rest is [truncated]",
  },
  {
    name: "maxKeyCount",
    default: 1_000,
    min: 1,
    max: 1_000_000,
    reason: "members of one object; the rest is [truncated]",
  },
  {
    name: "maxItemCount",
    default: 10_000,
    min: 1,
    max: 10_000_000,
    reason: "items of one list; the rest is [truncated]",
  },
  {
    name: "maxStringBytes",
    default: 65_536,
    min: 16,
    max: GiB,
    reason:
      "UTF-16 units, two bytes each at most, of a text that is looked into; a longer one is told by its length",
  },
  {
    name: "maxOutputBytes",
    default: 1_048_576,
    min: 64,
    max: GiB,
    reason: "names and texts of the result together; the rest is [truncated]",
  },
  {
    name: "maxCauseDepth",
    default: 8,
    min: 1,
    max: 64,
    reason: "errors that are the cause of an error; the rest is left out",
  },
]);
