// The names that Connection takes out of one message (RFC 9110 §7.6.1).

import { connectionFields, type Fields } from "@wirewall/fields";

const NOTHING: ReadonlySet<string> = /* @__PURE__ */ new Set();

/** The names; undefined where the field is not a list of tokens. What nearly everybody sends is quick. */
export function listedBy(fields: Fields): ReadonlySet<string> | undefined {
  const value = fields.get("connection");
  if (value === undefined) return NOTHING;
  if ((value === "keep-alive" || value === "close") && fields.getAll("connection").length === 1)
    return NOTHING;
  const names = connectionFields(fields);
  return "type" in names ? undefined : names;
}
