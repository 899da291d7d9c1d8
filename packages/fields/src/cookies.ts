// Cookies are opaque pairs (RFC 6265 §4.2.1, §5.4): nothing is decoded, unquoted or folded, and
// they are counted before the list is built.

import { trimBlanks } from "./list.js";
import { limits } from "./limits.js";
import { startOfPieceAfter } from "./pieces.js";
import { violations, type FieldsViolation } from "./violations.js";

/** Name and value of a cookie, as sent. A pair without "=" has an empty name. */
export type CookiePair = readonly [name: string, value: string];

/** The pairs of one `Cookie` value, in order. Empty pieces are skipped, but counted. */
export function parseCookies(
  value: string,
  maxCookieCount: number = limits.resolve().maxCookieCount,
): CookiePair[] | FieldsViolation {
  const over = startOfPieceAfter(value, ";", maxCookieCount);
  if (over !== -1)
    return violations.refuse("fields.cookie.count", over, {
      name: "maxCookieCount",
      max: maxCookieCount,
      observed: maxCookieCount + 1,
    });
  const pairs: CookiePair[] = [];
  for (const piece of value.split(";")) {
    const pair = trimBlanks(piece);
    if (pair === "") continue;
    const equals = pair.indexOf("=");
    pairs.push(equals === -1 ? ["", pair] : [pair.slice(0, equals), pair.slice(equals + 1)]);
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

const ATTRIBUTES = new Set([
  "expires",
  "max-age",
  "domain",
  "path",
  "secure",
  "httponly",
  "samesite",
]);
const SAME_SITE = new Set(["strict", "lax", "none"]);

/**
 * Reads one `Set-Cookie` value, or undefined if it has no name. An attribute is matched whole:
 * a `SameSite` that is not exactly Strict, Lax or None is left out (it never matches a part).
 */
export function parseSetCookie(
  value: string,
  maxCookieCount: number = limits.resolve().maxCookieCount,
): SetCookie | FieldsViolation | undefined {
  const pieces = parseCookies(value, maxCookieCount);
  if (!Array.isArray(pieces)) return pieces;
  const [pair, ...rest] = pieces;
  if (pair === undefined || pair[0] === "" || value.trimStart().startsWith(";")) return undefined;
  const attributes: CookiePair[] = [];
  for (const [left, right] of rest) {
    const name = trimBlanks(left === "" ? right : left).toLowerCase();
    const text = left === "" ? "" : trimBlanks(right);
    if (!ATTRIBUTES.has(name)) continue;
    if (name === "samesite" && !SAME_SITE.has(text.toLowerCase())) continue;
    attributes.push([name, text]);
  }
  return { name: pair[0], value: pair[1], attributes };
}
