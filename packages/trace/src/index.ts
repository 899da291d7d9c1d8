export { AuditLog } from "./audit-log.js";
export type { AuditLogOptions, Checkpoint, Signer } from "./audit-log.js";
export { verifyAuditLog } from "./audit-verify.js";
export type { AuditVerdict, VerifyOptions } from "./audit-verify.js";
export { canonicalJson } from "./canonical.js";
export type {
  CancelKind,
  ControlKind,
  HostKind,
  Micros,
  ObligationKind,
  RegionKind,
  SecurityKind,
  TaskKind,
  TraceEvent,
  TraceKind,
  TraceSink,
  TraceValue,
} from "./event.js";
export { chromeTrace, ndjsonLine } from "./exporters.js";
export { areEqual, leafHash, MerkleTree, verifyConsistency, verifyInclusion } from "./merkle.js";
export type { Sha256 } from "./merkle.js";
export { Recorder } from "./recorder.js";
export type { RecorderOptions } from "./recorder.js";
export { timelineSvg } from "./timeline.js";
export type { TimelineOptions } from "./timeline.js";
