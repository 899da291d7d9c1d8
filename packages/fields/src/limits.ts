// Lists that are derived from a value have a count of their own: bytes do not bound them.

import { defineLimits, type Limits } from "@wirewall/limits";

export type FieldsLimitName = "maxCookieCount" | "maxQueryParameterCount" | "maxListItemCount";

export const limits: Limits<FieldsLimitName> = /* @__PURE__ */ defineLimits("fields", [
  {
    name: "maxCookieCount",
    default: 128,
    min: 1,
    max: 65_536,
    reason: "browsers keep at most 180 cookies a host; a pair takes 2 bytes (CVE-2025-58186)",
    spec: "RFC 6265 §5.4",
  },
  {
    name: "maxQueryParameterCount",
    default: 1_000,
    min: 1,
    max: 65_536,
    reason: "an empty parameter takes one byte (CVE-2025-61726)",
    spec: "RFC 3986 §3.4",
  },
  {
    name: "maxListItemCount",
    default: 256,
    min: 1,
    max: 65_536,
    reason: "far above the lists that are sent, each item of which may cost an object",
    spec: "RFC 9110 §5.6.1",
  },
]);
