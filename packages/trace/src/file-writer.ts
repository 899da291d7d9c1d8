// Writes a trace file.

import { canonicalJson } from "./canonical.js";
import type { TraceEvent } from "./event.js";
import { ndjsonLine } from "./exporters.js";
import {
  CHUNK_HEAD_BYTES,
  COUNT_BYTES,
  DEFLATED,
  HEAD_BYTES,
  MAGIC,
  MAX_EVENT_BYTES,
  MAX_EVENTS,
  MAX_METADATA_BYTES,
  STORED,
  VERSION,
  type Deflate,
  type NewHash,
  type TraceMetadata,
} from "./file-format.js";

const utf8 = /* @__PURE__ */ new TextEncoder();

/** What a chunk holds: a reader needs as much at once. */
const CHUNK_BYTES = 1_048_576;

/**
 * @param deflate compresses; without it nothing is.
 * @throws RangeError for what no file may hold: 10 M events, 16 MiB of one, 1 MiB of metadata.
 */
export function writeTraceFile(
  events: readonly TraceEvent[],
  metadata: TraceMetadata,
  newHash: NewHash,
  deflate?: Deflate,
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
  const plain = framed(frames);
  const body = deflate === undefined ? plain : chunked(plain, deflate);
  const file = new Uint8Array(HEAD_BYTES + about.length + COUNT_BYTES + body.length);
  const view = new DataView(file.buffer);
  file.set(MAGIC);
  view.setUint16(8, VERSION);
  view.setUint8(12, deflate === undefined ? STORED : DEFLATED);
  view.setUint32(13, about.length);
  file.set(digestOf(newHash, about), 17);
  file.set(about, HEAD_BYTES);
  const countAt = HEAD_BYTES + about.length;
  view.setBigUint64(countAt, BigInt(events.length));
  file.set(digestOf(newHash, plain), countAt + 8);
  file.set(body, countAt + COUNT_BYTES);
  return file;
}

function framed(frames: readonly Uint8Array[]): Uint8Array {
  const bytes = new Uint8Array(frames.reduce((sum, { length }) => sum + 4 + length, 0));
  const view = new DataView(bytes.buffer);
  let at = 0;
  for (const frame of frames) {
    view.setUint32(at, frame.length);
    bytes.set(frame, at + 4);
    at += 4 + frame.length;
  }
  return bytes;
}

function chunked(plain: Uint8Array, deflate: Deflate): Uint8Array {
  const chunks: Uint8Array[] = [];
  for (let at = 0; at < plain.length; at += CHUNK_BYTES) {
    const held = plain.subarray(at, at + CHUNK_BYTES);
    const packed = deflate(held);
    const chunk = new Uint8Array(CHUNK_HEAD_BYTES + packed.length);
    const view = new DataView(chunk.buffer);
    view.setUint32(0, packed.length);
    view.setUint32(4, held.length);
    chunk.set(packed, CHUNK_HEAD_BYTES);
    chunks.push(chunk);
  }
  const all = new Uint8Array(chunks.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const chunk of chunks) {
    all.set(chunk, at);
    at += chunk.length;
  }
  return all;
}

function digestOf(newHash: NewHash, bytes: Uint8Array): Uint8Array {
  const hash = newHash();
  hash.update(bytes);
  return hash.digest();
}
