// One text for each value: keys sorted, no blanks, control characters escaped, whole numbers only where
// they are exact. Two equal events have equal bytes, whoever wrote them.

import type { TraceValue } from "./event.js";

const MOST_DEPTH = 64;

/**
 * @throws RangeError for numbers that are not finite, and beyond 64 levels; TypeError for what is no
 * value.
 */
export function canonicalJson(value: TraceValue, depth = 0): string {
  if (depth > MOST_DEPTH) throw new RangeError(`value: expected at most ${MOST_DEPTH} levels`);
  switch (typeof value) {
    case "string":
      return quoted(value);
    case "boolean":
      return value ? "true" : "false";
    case "number":
      if (!Number.isFinite(value)) throw new RangeError("value: expected a finite number");
      return Object.is(value, -0) ? "0" : String(value);
    case "object":
      if (value === null) return "null";
      return isList(value)
        ? `[${value.map((item) => canonicalJson(item, depth + 1)).join(",")}]`
        : `{${members(value, depth).join(",")}}`;
    default:
      throw new TypeError("value: expected what JSON can hold");
  }
}

function members(value: { readonly [name: string]: TraceValue }, depth: number): string[] {
  return Object.keys(value)
    .filter((name) => value[name] !== undefined)
    .sort()
    .map((name) => `${quoted(name)}:${canonicalJson(value[name] ?? null, depth + 1)}`);
}

function isList(value: object): value is readonly TraceValue[] {
  return Array.isArray(value);
}

/** As JSON.stringify does, and DEL, C1 controls and line separators escaped as well. */
function quoted(text: string): string {
  return JSON.stringify(text).replace(
    /[\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff]/g,
    (one) => `\\u${one.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}
