// What Content-Length and Transfer-Encoding may say (RFC 9112 §6). Both are read as whole values,
// after every line of them was seen; anything that a second reader could take otherwise is refused.

import { parseTokenList } from "@wirewall/fields";
import type { LimitHit } from "@wirewall/limits";

/** The limit that a Content-Length value broke, if it is a number with too many digits. */
export function lengthLimitHit(value: string, maxDigits: number): LimitHit | undefined {
  const tooLong = value.length > maxDigits && /^[0-9]+$/.test(value);
  return tooLong
    ? { name: "maxContentLengthDigits", max: maxDigits, observed: value.length }
    : undefined;
}

/**
 * What a Transfer-Encoding value asks for: `chunked` if it is that one token, `unsupported` for
 * other codings before a final chunked (501, §6.1), `malformed` for everything else.
 */
export function readTransferCoding(value: string): "chunked" | "unsupported" | "malformed" {
  if (value === "chunked") return "chunked";
  const codings = parseTokenList([value]);
  if (!Array.isArray(codings)) return "malformed";
  const last = codings.length - 1;
  if (codings.indexOf("chunked") !== last) return "malformed";
  // Empty items are legal in other lists; around a framing coding they are an invitation.
  const items = value.split(",").length;
  if (items !== codings.length) return "malformed";
  return last === 0 ? "chunked" : "unsupported";
}
