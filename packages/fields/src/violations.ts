// What the readers of derived lists refuse. Offsets count from the start of the value.

import {
  defineViolations,
  type Violation,
  type ViolationEntry,
  type Violations,
} from "@wirewall/limits";

export type FieldsCode =
  "fields.cookie.count" | "fields.query.count" | "fields.list.count" | "fields.list.syntax";

/** The status to answer with. */
export interface FieldsReply {
  readonly status: 400 | 431;
}

export type FieldsViolation = Violation<FieldsCode, FieldsReply>;

export const violations: Violations<FieldsCode, FieldsReply> = /* @__PURE__ */ defineViolations(
  "fields",
  {
    "fields.cookie.count": row("too many cookies", "RFC 6265 §5.4", 431),
    "fields.query.count": row("too many query parameters", "RFC 3986 §3.4", 400),
    "fields.list.count": row("too many items in a list", "RFC 9110 §5.6.1", 431),
    "fields.list.syntax": row("a list item is not a token", "RFC 9110 §5.6.1", 400),
  },
);

function row(summary: string, spec: string, status: 400 | 431): ViolationEntry<FieldsReply> {
  return { scope: "message", spec, reply: { status }, summary };
}
