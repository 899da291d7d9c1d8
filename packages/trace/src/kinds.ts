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

const OTHERS: ReadonlySet<string> = /* @__PURE__ */ new Set<Exclude<TraceKind, SecurityKind>>([
  "task_spawn",
  "task_schedule",
  "task_poll",
  "task_yield",
  "task_wake",
  "task_complete",
  "cancel_request",
  "cancel_ack",
  "cancel_drain",
  "cancel_finalize",
  "region_open",
  "region_close_begin",
  "region_close_complete",
  "obligation_reserve",
  "obligation_commit",
  "obligation_abort",
  "obligation_leak",
  "time_advance",
  "timer_set",
  "timer_fire",
  "timer_cancel",
  "io_request",
  "io_ready",
  "io_result",
  "io_error",
  "rng_seed",
  "rng_value",
  "checkpoint",
  "budget_exhausted",
  "futurelock",
  "chaos",
  "user",
]);

export function isSecurity(kind: TraceKind): kind is SecurityKind {
  return SECURITY.has(kind);
}

export function isKind(kind: string): kind is TraceKind {
  return SECURITY.has(kind) || OTHERS.has(kind);
}
