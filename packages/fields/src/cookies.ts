// Cookies are opaque pairs (RFC 6265 §4.2.1, §5.2, §5.4): nothing is decoded, unquoted or folded.
// Only SP and HTAB around a name and a value go, as in every user agent.

import { trimBlanks } from "./list.js";
import { listOf, refuseOver, type ListValues } from "./pieces.js";
import type { FieldsViolation } from "./violations.js";

/** Name and value of a cookie, as sent. A pair without "=" has an empty name. */
export type CookiePair = readonly [name: string, value: string];

/**
 * The pairs of all `Cookie` lines, in order. Empty pieces are skipped, but counted.
 *
 * @throws RangeError if `maxCookieCount` is outside the limit's range.
 */
export function parseCookies(
  values: ListValues,
  maxCookieCount?: number,
): CookiePair[] | FieldsViolation {
  const list = listOf(values);
  const over = refuseOver("fields.cookie.count", "maxCookieCount", list, ";", maxCookieCount);
  if (over !== undefined) return over;
  const pairs: CookiePair[] = [];
  for (const value of list)
    for (const piece of value.split(";")) {
      const [left, right] = halvesOf(piece);
      if (right !== undefined) pairs.push([left, right]);
      else if (left !== "") pairs.push(["", left]);
    }
  return pairs;
}

/** A cookie to set (RFC 6265 §4.1): opaque value, attributes by whole, known names. */
export interface SetCookie {
  readonly name: string;
  readonly value: string;
  /** In the order sent: name in lower case, value as sent; unknown attributes are left out. */
  readonly attributes: readonly CookiePair[];
}

const ATTRIBUTES: ReadonlySet<string> = /* @__PURE__ */ new Set([
  "expires",
  "max-age",
  "domain",
  "path",
  "secure",
  "httponly",
  "samesite",
]);
const SAME_SITE: ReadonlySet<string> = /* @__PURE__ */ new Set(["strict", "lax", "none"]);

/**
 * Reads one `Set-Cookie` value, or undefined if it has no name. An attribute is matched whole:
 * a `SameSite` that is not exactly Strict, Lax or None is left out (it never matches a part).
 * Cookie and attributes together are at most `maxCookieCount` pieces.
 *
 * @throws RangeError if `maxCookieCount` is outside the limit's range.
 */
export function parseSetCookie(
  value: string,
  maxCookieCount?: number,
): SetCookie | FieldsViolation | undefined {
  const over = refuseOver("fields.cookie.count", "maxCookieCount", [value], ";", maxCookieCount);
  if (over !== undefined) return over;
  const [first = "", ...rest] = value.split(";");
  const [cookieName, cookieValue] = halvesOf(first);
  if (cookieName === "" || cookieValue === undefined) return undefined;
  const attributes: CookiePair[] = [];
  for (const piece of rest) {
    const [left, text = ""] = halvesOf(piece);
    const name = left.toLowerCase();
    if (!ATTRIBUTES.has(name)) continue;
    if (name === "samesite" && !SAME_SITE.has(text.toLowerCase())) continue;
    attributes.push([name, text]);
  }
  return { name: cookieName, value: cookieValue, attributes };
}

/** What stands before the first "=" and after it, without blanks at the edges; all, if there is none. */
function halvesOf(piece: string): [left: string, right: string | undefined] {
  const equals = piece.indexOf("=");
  return equals === -1
    ? [trimBlanks(piece), undefined]
    : [trimBlanks(piece, 0, equals), trimBlanks(piece, equals + 1)];
}
