// A trace file that is there as a whole.

import type { TraceEvent } from "./event.js";
import { TraceFileDecoder } from "./file-decoder.js";
import type {
  NewHash,
  TraceFileCode,
  TraceFileIssue,
  TraceFileOptions,
  TraceMetadata,
} from "./file-format.js";

export class TraceFileError extends Error {
  readonly code: TraceFileCode;
  readonly offset: number;
  readonly limit: number | undefined;

  constructor({ code, offset, limit }: TraceFileIssue) {
    super(`trace file: ${code} at byte ${offset}${limit === undefined ? "" : ` (limit ${limit})`}`);
    this.name = "TraceFileError";
    this.code = code;
    this.offset = offset;
    this.limit = limit;
  }
}

export interface TraceFile {
  readonly metadata: TraceMetadata;
  readonly events: readonly TraceEvent[];
}

/** What is left of a damaged file: the events before the damage, without a gap, and what that is. */
export interface RecoveredTrace extends TraceFile {
  readonly issue: TraceFileIssue | undefined;
}

/** @throws TraceFileError, and nothing else. */
export function readTraceFile(
  bytes: Uint8Array,
  newHash: NewHash,
  options?: TraceFileOptions,
): TraceFile {
  const { metadata, events, issue } = recoverTraceFile(bytes, newHash, options);
  if (issue !== undefined) throw new TraceFileError(issue);
  return { metadata, events };
}

/**
 * For what a crash has left. Events of a file that is not whole were checked one by one, and not as a
 * whole: somebody may have changed them.
 */
export function recoverTraceFile(
  bytes: Uint8Array,
  newHash: NewHash,
  options?: TraceFileOptions,
): RecoveredTrace {
  const decoder = new TraceFileDecoder(newHash, options);
  const events: TraceEvent[] = [];
  let metadata: TraceMetadata = {};
  decoder.receive(bytes);
  decoder.end();
  for (let item = decoder.next(); item !== undefined; item = decoder.next()) {
    if (item.type === "event") events.push(item.event);
    else if (item.type === "metadata") ({ metadata } = item);
    else if (item.type === "issue") return { metadata, events, issue: item };
  }
  return { metadata, events, issue: undefined };
}
