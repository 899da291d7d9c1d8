// Lists are counted before they are split: the bytes of a value do not bound its pieces, and every
// piece may cost an object.

import type { LimitValues } from "@wirewall/limits";
import { limits, type FieldsLimitName } from "./limits.js";
import { violations, type FieldsCode, type FieldsViolation } from "./violations.js";

const defaults: LimitValues<FieldsLimitName> = /* @__PURE__ */ limits.resolve();

/** A list as one value, or as the values of all of its field lines in order. */
export type ListValues = string | readonly string[];

/**
 * The refusal of a list of more pieces than the limit allows, or undefined. `separator` is one
 * character, between pieces of one value; `max` is the default if it is undefined.
 *
 * @throws RangeError if `max` is not a number within the limit's range.
 */
export function refuseOver(
  code: FieldsCode,
  name: keyof typeof defaults,
  values: readonly string[],
  separator: string,
  max: number = defaults[name],
): FieldsViolation | undefined {
  if (max !== defaults[name]) limits.check(name, max);
  let pieces = 0;
  for (const value of values)
    for (let at = 0; at !== -1;) {
      if (++pieces > max) return violations.refuse(code, at, { name, max, observed: pieces });
      const found = value.indexOf(separator, at);
      at = found === -1 ? -1 : found + 1;
    }
  return undefined;
}

/** One value is a list of values as well. */
export function listOf(values: ListValues): readonly string[] {
  return typeof values === "string" ? [values] : values;
}
