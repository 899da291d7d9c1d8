// RFC 9113 §6.5: what the two sides tell each other about themselves. A frame is judged whole
// before anything of it counts.

import { limits as hpackTable, type HpackLimits } from "@wirewall/hpack";
import type { Preset } from "@wirewall/limits";
import { read32 } from "./frame-reader.js";
import * as frames from "./frame-types.js";
import type { Http2Limits } from "./limits.js";
import type { Http2Code } from "./violations.js";

/** What the peer said, or what counts before it did (§6.5.2). */
export class PeerSettings {
  headerTableBytes = 4_096;
  maxConcurrentStreams: number = Number.POSITIVE_INFINITY;
  initialWindow: number = frames.INITIAL_WINDOW;
  maxFrameBytes: number = frames.LEAST_FRAME_BYTES;
  maxHeaderListBytes: number = Number.POSITIVE_INFINITY;
  connectProtocol = false;
}

/** A frame that cannot count, and the error that says so. */
export interface SettingsFault {
  readonly code: Http2Code;
  readonly error: number;
}

/** Judges the entries from `start` to `end`, of which the length is a multiple of six. */
export function judgeSettings(
  bytes: Uint8Array,
  start: number,
  end: number,
  known: PeerSettings,
  fromServer: boolean,
): SettingsFault | undefined {
  let { connectProtocol } = known;
  for (let at = start; at < end; at += 6) {
    const id = ((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0);
    const value = read32(bytes, at + 2);
    if (id === frames.SETTINGS_INITIAL_WINDOW_SIZE && value > frames.MAX_WINDOW)
      return { code: "http2.settings.value", error: frames.FLOW_CONTROL_ERROR };
    if (id === frames.SETTINGS_ENABLE_CONNECT_PROTOCOL) {
      if (connectProtocol && value === 0)
        return { code: "http2.settings.connect-protocol", error: frames.PROTOCOL_ERROR };
      connectProtocol = value === 1;
    }
    if (!isInRange(id, value, fromServer))
      return { code: "http2.settings.value", error: frames.PROTOCOL_ERROR };
  }
  return undefined;
}

/** Takes over entries that were judged. */
export function applySettings(
  bytes: Uint8Array,
  start: number,
  end: number,
  settings: PeerSettings,
): void {
  for (let at = start; at < end; at += 6) {
    const value = read32(bytes, at + 2);
    switch (((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0)) {
      case frames.SETTINGS_HEADER_TABLE_SIZE:
        settings.headerTableBytes = value;
        break;
      case frames.SETTINGS_MAX_CONCURRENT_STREAMS:
        settings.maxConcurrentStreams = value;
        break;
      case frames.SETTINGS_INITIAL_WINDOW_SIZE:
        settings.initialWindow = value;
        break;
      case frames.SETTINGS_MAX_FRAME_SIZE:
        settings.maxFrameBytes = value;
        break;
      case frames.SETTINGS_MAX_HEADER_LIST_SIZE:
        settings.maxHeaderListBytes = value;
        break;
      case frames.SETTINGS_ENABLE_CONNECT_PROTOCOL:
        settings.connectProtocol = value === 1;
        break;
      default:
    }
  }
}

/** Our own settings, as identifier, value, identifier, value. */
export function ownSettings(
  limits: Http2Limits,
  isServer: boolean,
  connectProtocol: boolean,
): number[] {
  const pairs = [
    frames.SETTINGS_INITIAL_WINDOW_SIZE,
    limits.streamWindowBytes,
    frames.SETTINGS_MAX_HEADER_LIST_SIZE,
    limits.maxHeaderListBytes,
  ];
  if (limits.maxFrameBytes !== frames.LEAST_FRAME_BYTES)
    pairs.push(frames.SETTINGS_MAX_FRAME_SIZE, limits.maxFrameBytes);
  if (isServer) {
    pairs.push(frames.SETTINGS_MAX_CONCURRENT_STREAMS, limits.maxConcurrentStreamCount);
    // RFC 9218 §2.1: the tree of priorities is not built.
    pairs.push(frames.SETTINGS_NO_RFC7540_PRIORITIES, 1);
    if (connectProtocol) pairs.push(frames.SETTINGS_ENABLE_CONNECT_PROTOCOL, 1);
  } else pairs.push(frames.SETTINGS_ENABLE_PUSH, 0, frames.SETTINGS_MAX_CONCURRENT_STREAMS, 0);
  return pairs;
}

/** One set for all connections of the same limits. */
const knownLimits = /* @__PURE__ */ new WeakMap<Http2Limits, HpackLimits>();

/** The limits of HPACK that follow from those of a connection. */
export function hpackLimits(limits: Http2Limits): HpackLimits {
  let known = knownLimits.get(limits);
  if (known === undefined) {
    const { maxHeaderListBytes, maxHeaderCount, headerFragmentMultiplierRatio } = limits;
    known = hpackTable.resolve({
      maxHeaderListBytes,
      maxHeaderCount,
      maxStringBytes: Math.max(64, maxHeaderListBytes),
      maxBlockBytes: maxHeaderListBytes * headerFragmentMultiplierRatio,
    });
    knownLimits.set(limits, known);
  }
  return known;
}

/** The two presets differ in what a path may look like. */
export function isStrict(preset: Preset | undefined): boolean {
  return preset === "strict";
}

function isInRange(id: number, value: number, fromServer: boolean): boolean {
  switch (id) {
    case frames.SETTINGS_ENABLE_PUSH:
      return value === 0 || (value === 1 && !fromServer);
    case frames.SETTINGS_MAX_FRAME_SIZE:
      return value >= frames.LEAST_FRAME_BYTES && value <= frames.MOST_FRAME_BYTES;
    case frames.SETTINGS_ENABLE_CONNECT_PROTOCOL:
    case frames.SETTINGS_NO_RFC7540_PRIORITIES:
      return value <= 1;
    default:
      return true;
  }
}
