// One frame in words: what its flags and its payload say (RFC 9113 §6, RFC 9218 §7.1), without
// judging it. A payload that is too short for its type says nothing.

import { errorName, frameName } from "@wirewall/http2";
import { grouped } from "../terminal/number.js";
import { byteString, printableBytes } from "../terminal/printable.js";
import type { Frame } from "./http2-frames.js";

/** The name of a frame type; unknown ones by their number. */
export function nameOf({ type }: Frame): string {
  const name = frameName(type);
  return name === "unknown" ? `type 0x${type.toString(16)}` : name;
}

/** The flags that mean something in a frame of that type. */
export function flagsOf({ type, flags }: Frame): string[] {
  return (FLAGS.get(type) ?? []).filter(([bit]) => (flags & bit) !== 0).map(([, name]) => name);
}

/** What the payload says, as pairs of a name and a value. */
export function detailsOf(frame: Frame): [name: string, value: string | number][] {
  const payload = frame.bytes.subarray(9);
  const view = new DataView(payload.buffer, payload.byteOffset, payload.byteLength);
  const { type, flags } = frame;
  if (payload.length < frame.length) return [];
  const isAck = (flags & 1) !== 0;
  if (type === 3 && payload.length === 4) return [["error", errorText(view.getUint32(0))]];
  if (type === 4 && !isAck && payload.length % 6 === 0) return settings(view);
  if (type === 6 && payload.length === 8) return [["data", Buffer.from(payload).toString("hex")]];
  if (type === 8 && payload.length === 4) return [["increment", view.getUint32(0) & 0x7fff_ffff]];
  if (type === 7 && payload.length >= 8) {
    const debug = printableBytes(byteString(payload.subarray(8, 72)));
    return [
      ["last stream", view.getUint32(0) & 0x7fff_ffff],
      ["error", errorText(view.getUint32(4))],
      ...(debug === "" ? [] : ([["debug", debug]] as [string, string][])),
    ];
  }
  if (type === 2 && payload.length === 5) return [["depends on", view.getUint32(0) & 0x7fff_ffff]];
  if (type === 0x10 && payload.length >= 4)
    return [
      ["of stream", view.getUint32(0) & 0x7fff_ffff],
      ["priority", printableBytes(byteString(payload.subarray(4, 68)))],
    ];
  if ((type === 0 || type === 1) && (flags & 8) !== 0 && payload.length > 0)
    return [["padding", view.getUint8(0)]];
  return [];
}

/** `PROTOCOL_ERROR (0x1)`. */
export function errorText(error: number): string {
  return `${errorName(error)} (0x${error.toString(16)})`;
}

/** `increment 5, padding 2`. */
export function detailText(details: readonly [string, string | number][]): string {
  return details
    .map(([name, value]) => `${name} ${typeof value === "number" ? grouped(value) : value}`)
    .join(", ");
}

const END_STREAM = [0x1, "END_STREAM"] as const;
const END_HEADERS = [0x4, "END_HEADERS"] as const;
const PADDED = [0x8, "PADDED"] as const;
const ACK = [0x1, "ACK"] as const;

const FLAGS: ReadonlyMap<number, readonly (readonly [bit: number, name: string])[]> = new Map([
  [0x0, [END_STREAM, PADDED]],
  [0x1, [END_STREAM, END_HEADERS, PADDED, [0x20, "PRIORITY"] as const]],
  [0x4, [ACK]],
  [0x5, [END_HEADERS, PADDED]],
  [0x6, [ACK]],
  [0x9, [END_HEADERS]],
]);

const SETTINGS: readonly string[] = [
  "",
  "HEADER_TABLE_SIZE",
  "ENABLE_PUSH",
  "MAX_CONCURRENT_STREAMS",
  "INITIAL_WINDOW_SIZE",
  "MAX_FRAME_SIZE",
  "MAX_HEADER_LIST_SIZE",
  "",
  "ENABLE_CONNECT_PROTOCOL",
  "NO_RFC7540_PRIORITIES",
];

function settings(view: DataView): [string, number][] {
  const entries: [string, number][] = [];
  for (let at = 0; at < view.byteLength && entries.length < MOST_ENTRIES; at += 6) {
    const id = view.getUint16(at);
    const name = SETTINGS[id] ?? "";
    entries.push([name === "" ? `setting 0x${id.toString(16)}` : name, view.getUint32(at + 2)]);
  }
  return entries;
}

/** More than any limit lets through are not shown. */
const MOST_ENTRIES = 32;
