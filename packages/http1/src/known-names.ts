// Field names that are met often: one shared string each, found by hash and compared byte by
// byte. The table is fixed; nothing from the wire is ever added to it.

import { tokenBytes, type FieldName } from "@wirewall/fields";

/** Names that decide about framing, routing or the connection come first: their place is their kind. */
export const HOST = 0;
export const CONTENT_LENGTH = 1;
export const TRANSFER_ENCODING = 2;
export const CONNECTION = 3;
export const EXPECT = 4;
export const UPGRADE = 5;
const FIRST_PLAIN = 6;

const NAMES = (
  "host content-length transfer-encoding connection expect upgrade " +
  "accept accept-charset accept-encoding accept-language accept-ranges access-control-allow-origin " +
  "access-control-request-headers access-control-request-method age alt-svc authorization " +
  "cache-control content-disposition content-encoding content-language content-location " +
  "content-range content-security-policy content-type cookie date dnt etag expires forwarded from " +
  "if-match if-modified-since if-none-match if-range if-unmodified-since keep-alive last-modified " +
  "link location max-forwards origin pragma priority proxy-authenticate proxy-authorization " +
  "proxy-connection range referer retry-after sec-ch-ua sec-ch-ua-mobile sec-ch-ua-platform " +
  "sec-fetch-dest sec-fetch-mode sec-fetch-site sec-fetch-user sec-gpc sec-websocket-accept " +
  "sec-websocket-extensions sec-websocket-key sec-websocket-protocol sec-websocket-version server " +
  "set-cookie strict-transport-security te traceparent tracestate trailer " +
  "upgrade-insecure-requests user-agent vary via www-authenticate x-content-type-options " +
  "x-forwarded-for x-forwarded-host x-forwarded-proto x-frame-options x-real-ip x-request-id " +
  "x-requested-with"
).split(" ") as FieldName[];

const SLOTS = 1_024;
const PROBES = 3;

const letters: readonly Uint8Array[] = /* @__PURE__ */ NAMES.map(bytesOf);
const slots: Int16Array = /* @__PURE__ */ fillSlots();

/** One step of the hash, over the lower-case form of a byte. */
export function hashStep(hash: number, byte: number): number {
  return (Math.imul(hash, 31) + byte) | 0;
}

/** The place of the known name that stands at `start` to `end` in any case, or -1. */
export function knownName(hash: number, bytes: Uint8Array, start: number, end: number): number {
  const length = end - start;
  for (let probe = 0; probe < PROBES; probe++) {
    const place = slots[(slotOf(hash) + probe) & (SLOTS - 1)] ?? -1;
    if (place === -1) return -1;
    const name = letters[place];
    if (name === undefined || name.length !== length) continue;
    let at = 0;
    while (at < length && tokenBytes[bytes[start + at] ?? 0] === name[at]) at++;
    if (at === length) return place;
  }
  return -1;
}

/** The shared string of a known name. */
export function nameAt(place: number): FieldName {
  return NAMES[place] as FieldName;
}

/** Whether a known name decides about framing, routing or the connection. */
export function isDeciding(place: number): boolean {
  return place >= 0 && place < FIRST_PLAIN;
}

function slotOf(hash: number): number {
  return (hash ^ (hash >>> 11)) & (SLOTS - 1);
}

function bytesOf(name: string): Uint8Array {
  return Uint8Array.from(name, (letter) => letter.charCodeAt(0));
}

function fillSlots(): Int16Array {
  const table = new Int16Array(SLOTS).fill(-1);
  for (const [place, name] of letters.entries()) {
    const slot = slotOf(name.reduce(hashStep, 0));
    for (let probe = 0; probe < PROBES; probe++) {
      const at = (slot + probe) & (SLOTS - 1);
      if (table[at] !== -1) continue;
      table[at] = place;
      break;
    }
  }
  return table;
}
