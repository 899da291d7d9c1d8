// Writes a trace file.

import { canonicalJson } from "./canonical.js";
import type { TraceEvent } from "./event.js";
import { ndjsonLine } from "./exporters.js";
import {
  COUNT_BYTES,
  HEAD_BYTES,
  MAGIC,
  MAX_EVENT_BYTES,
  MAX_EVENTS,
  MAX_METADATA_BYTES,
  VERSION,
  type NewHash,
  type TraceMetadata,
} from "./file-format.js";

const utf8 = /* @__PURE__ */ new TextEncoder();

/** @throws RangeError for what no file may hold: 10 M events, 16 MiB of one, 1 MiB of metadata. */
export function writeTraceFile(
  events: readonly TraceEvent[],
  metadata: TraceMetadata,
  newHash: NewHash,
): Uint8Array {
  if (events.length > MAX_EVENTS) throw new RangeError(`events: at most ${MAX_EVENTS}`);
  const about = utf8.encode(canonicalJson({ ...metadata, schema: 1 }));
  if (about.length > MAX_METADATA_BYTES)
    throw new RangeError(`metadata: at most ${MAX_METADATA_BYTES} bytes`);
  const frames = events.map((event) => {
    const frame = utf8.encode(ndjsonLine(event).slice(0, -1));
    if (frame.length > MAX_EVENT_BYTES)
      throw new RangeError(`event ${event.seq}: at most ${MAX_EVENT_BYTES} bytes`);
    return frame;
  });
  const framesBytes = frames.reduce((sum, { length }) => sum + 4 + length, 0);
  const file = new Uint8Array(HEAD_BYTES + about.length + COUNT_BYTES + framesBytes);
  const view = new DataView(file.buffer);
  file.set(MAGIC);
  view.setUint16(8, VERSION);
  view.setUint32(13, about.length);
  file.set(digestOf(newHash, about), 17);
  file.set(about, HEAD_BYTES);
  const countAt = HEAD_BYTES + about.length;
  view.setBigUint64(countAt, BigInt(events.length));
  let at = countAt + COUNT_BYTES;
  for (const frame of frames) {
    view.setUint32(at, frame.length);
    file.set(frame, at + 4);
    at += 4 + frame.length;
  }
  file.set(digestOf(newHash, file.subarray(countAt + COUNT_BYTES)), countAt + 8);
  return file;
}

function digestOf(newHash: NewHash, bytes: Uint8Array): Uint8Array {
  const hash = newHash();
  hash.update(bytes);
  return hash.digest();
}
