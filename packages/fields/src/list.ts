// Lists of tokens (RFC 9110 §5.6.1), as Connection, Upgrade, TE and Trailer hold them. A list is
// counted while it is read: the bytes of a value do not bound its items.

import { isToken } from "./grammar.js";
import { limits } from "./limits.js";
import { violations, type FieldsViolation } from "./violations.js";

const defaults = /* @__PURE__ */ limits.resolve();

/**
 * The tokens of one or more values of a list field, in lower case and in order. Empty items are
 * skipped, as §5.6.1.2 asks of recipients, and counted.
 */
export function parseTokenList(
  values: Iterable<string>,
  maxListItemCount: number = defaults.maxListItemCount,
): string[] | FieldsViolation {
  const tokens: string[] = [];
  let count = 0;
  for (const value of values) {
    let start = 0;
    while (start <= value.length) {
      const comma = value.indexOf(",", start);
      const stop = comma === -1 ? value.length : comma;
      if (++count > maxListItemCount)
        return violations.refuse("fields.list.count", start, {
          name: "maxListItemCount",
          max: maxListItemCount,
          observed: count,
        });
      const item = trimBlanks(value, start, stop);
      if (item !== "") {
        if (!isToken(item)) return violations.refuse("fields.list.syntax", start);
        tokens.push(item.toLowerCase());
      }
      start = stop + 1;
    }
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
