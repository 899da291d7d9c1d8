// Which kinds there are, and which of them are about security: those have a ring of their own.

import type { SecurityKind, TraceKind } from "./event.js";

const SECURITY: ReadonlySet<string> = /* @__PURE__ */ new Set<SecurityKind>([
  "protocol_error",
  "policy_denied",
  "limit_exceeded",
  "auth_failure",
  "flood_detected",
  "redaction_applied",
]);

export function isSecurity(kind: TraceKind): kind is SecurityKind {
  return SECURITY.has(kind);
}
