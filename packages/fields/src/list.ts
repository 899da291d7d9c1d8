// Lists of tokens (RFC 9110 §5.6.1), as Connection, Trailer and Vary hold them.

import { isToken } from "./grammar.js";
import { listOf, refuseOver, type ListValues } from "./pieces.js";
import { violations, type FieldsViolation } from "./violations.js";

/**
 * The tokens of a list field, in lower case and in order. Empty items are skipped, as §5.6.1.2 asks
 * of recipients, and counted.
 *
 * @throws RangeError if `maxListItemCount` is outside the limit's range.
 */
export function parseTokenList(
  values: ListValues,
  maxListItemCount?: number,
): string[] | FieldsViolation {
  const list = listOf(values);
  const over = refuseOver("fields.list.count", "maxListItemCount", list, ",", maxListItemCount);
  if (over !== undefined) return over;
  const tokens: string[] = [];
  for (const value of list)
    for (let start = 0, stop = 0; start <= value.length; start = stop + 1) {
      const comma = value.indexOf(",", start);
      stop = comma === -1 ? value.length : comma;
      const item = trimBlanks(value, start, stop);
      if (item === "") continue;
      if (!isToken(item)) return violations.refuse("fields.list.syntax", start);
      tokens.push(item.toLowerCase());
    }
  return tokens;
}

/** The text from `start` to `stop` without SP and HTAB at its edges (OWS, §5.6.3). */
export function trimBlanks(text: string, start = 0, stop: number = text.length): string {
  let from = start;
  let to = stop;
  while (from < to && isBlank(text.charCodeAt(from))) from++;
  while (to > from && isBlank(text.charCodeAt(to - 1))) to--;
  return text.slice(from, to);
}

function isBlank(code: number): boolean {
  return code === 0x20 || code === 0x09;
}
