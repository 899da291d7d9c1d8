export { Budget } from "./budget.js";
export type { BudgetOptions } from "./budget.js";
export type { Decoder } from "./decoder.js";
export { defineLimits, unitOf } from "./define-limits.js";
export type {
  LimitCatalogue,
  LimitEntry,
  LimitName,
  Limits,
  LimitUnit,
  LimitValues,
  Preset,
} from "./define-limits.js";
export { defineViolations } from "./define-violations.js";
export type { ViolationEntry, Violations } from "./define-violations.js";
export { Ledger, objectOverheadBytes } from "./ledger.js";
export type { LedgerOptions } from "./ledger.js";
export { UsageError, ViolationError } from "./violation.js";
export type { LimitHit, Violation, ViolationScope } from "./violation.js";
