// What a trace consists of. Data of an event, except of kind "user", are integers, booleans,
// enumerated codes and local ids: never payload, header values, credentials, URLs or a peer's words.

/** Microseconds on the host's monotonic clock. */
export type Micros = number;

export type TaskKind =
  "task_spawn" | "task_schedule" | "task_poll" | "task_yield" | "task_wake" | "task_complete";
export type CancelKind = "cancel_request" | "cancel_ack" | "cancel_drain" | "cancel_finalize";
export type RegionKind = "region_open" | "region_close_begin" | "region_close_complete";
export type ObligationKind =
  "obligation_reserve" | "obligation_commit" | "obligation_abort" | "obligation_leak";
export type HostKind =
  | "time_advance"
  | "timer_set"
  | "timer_fire"
  | "timer_cancel"
  | "io_request"
  | "io_ready"
  | "io_result"
  | "io_error"
  | "rng_seed"
  | "rng_value";
export type ControlKind = "checkpoint" | "budget_exhausted" | "futurelock" | "chaos" | "user";
export type SecurityKind =
  | "protocol_error"
  | "policy_denied"
  | "limit_exceeded"
  | "auth_failure"
  | "flood_detected"
  | "redaction_applied";
export type TraceKind =
  TaskKind | CancelKind | RegionKind | ObligationKind | HostKind | ControlKind | SecurityKind;

/** In events of kind "user" text and nesting are allowed, behind the redactor. */
export type TraceValue =
  | string
  | number
  | boolean
  | null
  | readonly TraceValue[]
  | { readonly [name: string]: TraceValue };

export interface TraceEvent {
  /** Counts the events of one trace from 0, without a gap. */
  readonly seq: number;
  readonly t: Micros;
  /** Logical time of the task. */
  readonly logical?: number;
  readonly kind: TraceKind;
  /** The path of a region or task, such as `0.2.1`. */
  readonly region?: string;
  readonly task?: string;
  readonly data: Readonly<Record<string, TraceValue>>;
}

/** Takes events. One that throws is detached and counted, and fails nobody. */
export interface TraceSink {
  event(event: TraceEvent): void;
}
