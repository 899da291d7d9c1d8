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
export { otlpTrace } from "./otlp.js";
export type { OtlpOptions } from "./otlp.js";
export { certifyRun, verifyRun } from "./certificate.js";
export type { CertificateIssue, RunCertificate } from "./certificate.js";
export { TraceFileDecoder } from "./file-decoder.js";
export type { TraceFileItem } from "./file-decoder.js";
export type { Deflate, Hash, Inflate, NewHash, TraceFileOptions } from "./file-format.js";
export type { TraceFileCode, TraceFileIssue, TraceMetadata } from "./file-format.js";
export { readTraceFile, recoverTraceFile, TraceFileError } from "./file-reader.js";
export type { RecoveredTrace, TraceFile } from "./file-reader.js";
export { writeTraceFile } from "./file-writer.js";
export { areEqual, leafHash, MerkleTree, verifyConsistency, verifyInclusion } from "./merkle.js";
export type { Sha256 } from "./merkle.js";
export { Recorder } from "./recorder.js";
export type { RecorderOptions } from "./recorder.js";
export { timelineSvg } from "./timeline.js";
export type { TimelineOptions } from "./timeline.js";
