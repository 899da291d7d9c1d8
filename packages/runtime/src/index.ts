export {
  defaultBudget,
  exhaustedBy,
  infiniteBudget,
  meet,
  minimalBudget,
  remainingMs,
  zeroBudget,
} from "./budget.js";
export type { Budget } from "./budget.js";
export { Channel, Oneshot, SendPermit } from "./channel.js";
export {
  bracket,
  firstOk,
  hedge,
  InsufficientSuccesses,
  joinAll,
  quorum,
  race,
  settleAll,
  timeout,
} from "./combine.js";
export { Cx, Region } from "./cx.js";
export type { Capability, TaskHandle } from "./cx.js";
export { LimitReached, RuntimeError } from "./errors.js";
export type { RuntimeCode } from "./errors.js";
export type { Access, Host, Micros, PendingOp, TimerHandle } from "./host.js";
export { Cancelled, DomainError, joinOutcome, severityOf, valueOf } from "./outcome.js";
export type { Outcome } from "./outcome.js";
export { cancelKinds, explainReason, isStronger, reasonOf, strengthen } from "./reason.js";
export type { CancelKind, CancelReason } from "./reason.js";
export type { FailurePolicy, LeakResponse, RegionLimits, RegionOptions } from "./region.js";
export { nameFrom, nameOf, namesMade } from "./names.js";
export { operation } from "./operation.js";
export { run } from "./run.js";
export type { Program, RunOptions } from "./run.js";
export { Mutex, Permit, Semaphore } from "./semaphore.js";
export { Barrier, Notify, Once, Watch } from "./signals.js";
export { Pool } from "./pool.js";
export { Bulkhead, CircuitBreaker, retry } from "./policies.js";
