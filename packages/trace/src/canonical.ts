// One text for each value: keys sorted, no blanks, control characters escaped, whole numbers only where
// they are exact. Two equal events have equal bytes, whoever wrote them.

import type { TraceValue } from "./event.js";

const MOST_DEPTH = 64;
/** Nothing of it has to be escaped. */
const PLAIN = /^[\u0020\u0021\u0023-\u005b\u005d-\u007e]*$/;

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
        : object(value, depth);
    default:
      throw new TypeError("value: expected what JSON can hold");
  }
}

function object(value: { readonly [name: string]: TraceValue }, depth: number): string {
  let text = "";
  for (const name of Object.keys(value).sort()) {
    const item = value[name];
    if (item === undefined) continue;
    text += `${text === "" ? "" : ","}${quoted(name)}:${canonicalJson(item, depth + 1)}`;
  }
  return `{${text}}`;
}

function isList(value: object): value is readonly TraceValue[] {
  return Array.isArray(value);
}

/** As JSON.stringify does, and DEL, C1 controls and line separators escaped as well. */
function quoted(text: string): string {
  if (PLAIN.test(text)) return `"${text}"`;
  return JSON.stringify(text).replace(
    /[\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff]/g,
    (one) => `\\u${one.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}
