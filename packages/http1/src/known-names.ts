// Field names that are met often, of four letters or more: one shared string each, found by hash
// and compared. The table is fixed; nothing from the wire is ever added to it.

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
  "access-control-request-headers access-control-request-method alt-svc authorization " +
  "cache-control content-disposition content-encoding content-language content-location " +
  "content-range content-security-policy content-type cookie date etag expires forwarded from " +
  "if-match if-modified-since if-none-match if-range if-unmodified-since keep-alive last-modified " +
  "link location max-forwards origin pragma priority proxy-authenticate proxy-authorization " +
  "proxy-connection range referer retry-after sec-ch-ua sec-ch-ua-mobile sec-ch-ua-platform " +
  "sec-fetch-dest sec-fetch-mode sec-fetch-site sec-fetch-user sec-gpc sec-websocket-accept " +
  "sec-websocket-extensions sec-websocket-key sec-websocket-protocol sec-websocket-version server " +
  "set-cookie strict-transport-security traceparent tracestate trailer " +
  "upgrade-insecure-requests user-agent vary www-authenticate x-content-type-options " +
  "x-forwarded-for x-forwarded-host x-forwarded-proto x-frame-options x-real-ip x-request-id " +
  "x-requested-with"
).split(" ") as FieldName[];

const SLOTS = 1_024;
const PROBES = 3;

const slots: Int16Array = /* @__PURE__ */ fillSlots();

/** The place of the known name that stands at `start` to `end` in any case, or -1. */
export function knownName(bytes: Uint8Array, start: number, end: number): number {
  const length = end - start;
  if (length < 4) return -1;
  const middle = bytes[start + (length >>> 1)] ?? 0;
  const slot = slotOf(length, bytes[start] ?? 0, middle, bytes[end - 1] ?? 0);
  for (let probe = 0; probe < PROBES; probe++) {
    const place = slots[(slot + probe) & (SLOTS - 1)] ?? -1;
    if (place === -1) return -1;
    if (isName(bytes, start, length, NAMES[place] ?? "")) return place;
  }
  return -1;
}

function isName(bytes: Uint8Array, start: number, length: number, name: string): boolean {
  if (name.length !== length) return false;
  for (let at = 0; at < length; at++)
    if (tokenBytes[bytes[start + at] ?? 0] !== name.charCodeAt(at)) return false;
  return true;
}

/**
 * The same for names in one buffer of our own, of which `view` is a view, by four bytes at a time.
 *
 * All names stand one after the other as words of four bytes, with a mask for each word that has
 * 0x20 where the name has a letter: a word of input is the same in any case exactly if
 * `(word | mask)` equals it. The last word of a name overlaps the one before.
 */
export function nameFinder(
  bytes: Uint8Array,
  view: DataView,
): (start: number, end: number) => number {
  // Within a function these are constants for the compiler, which bundled modules do not have.
  const table = slots;
  const lengths = Uint8Array.from(NAMES, (name) => name.length);
  const firstWords = wordPlaces();
  const words = wordsOf(false);
  const masks = wordsOf(true);
  return (start, end) => {
    const length = end - start;
    if (length < 4) return -1;
    const middle = bytes[start + (length >>> 1)] ?? 0;
    const slot = slotOf(length, bytes[start] ?? 0, middle, bytes[end - 1] ?? 0);
    const last = end - 4;
    for (let probe = 0; probe < 3; probe++) {
      const place = table[(slot + probe) & 0x3ff] ?? -1;
      if (place === -1) return -1;
      if (lengths[place] !== length) continue;
      let word = firstWords[place] ?? 0;
      let at = start;
      while (at < last && (view.getInt32(at, true) | (masks[word] ?? 0)) === words[word]) {
        at += 4;
        word++;
      }
      if (at >= last && (view.getInt32(last, true) | (masks[word] ?? 0)) === words[word])
        return place;
    }
    return -1;
  };
}

/** The shared string of a known name. */
export function nameAt(place: number): FieldName {
  return NAMES[place] as FieldName;
}

/** Whether a known name decides about framing, routing or the connection. */
export function isDeciding(place: number): boolean {
  return place >= 0 && place < FIRST_PLAIN;
}

/** Length and three letters, without regard to case. */
function slotOf(length: number, first: number, middle: number, last: number): number {
  const mixed = length * 7 + (first & 0x1f) * 37 + (middle & 0x1f) * 101 + (last & 0x1f) * 271;
  return mixed & (SLOTS - 1);
}

function wordPlaces(): Uint16Array {
  let next = 0;
  return Uint16Array.from(NAMES, (name) => {
    const place = next;
    next += Math.ceil(name.length / 4);
    return place;
  });
}

function wordsOf(mask: boolean): Int32Array {
  const list: number[] = [];
  for (const name of NAMES) {
    for (let at = 0; at < name.length; at += 4) {
      const start = Math.min(at, name.length - 4);
      let word = 0;
      for (let byte = 0; byte < 4; byte++) {
        const code = name.charCodeAt(start + byte);
        const isLetter = code >= 0x61 && code <= 0x7a;
        word |= (mask ? (isLetter ? 0x20 : 0) : code) << (byte * 8);
      }
      list.push(word);
    }
  }
  return Int32Array.from(list);
}

function fillSlots(): Int16Array {
  const table = new Int16Array(SLOTS).fill(-1);
  for (const [place, name] of NAMES.entries()) {
    const { length } = name;
    const middle = name.charCodeAt(length >>> 1);
    const slot = slotOf(length, name.charCodeAt(0), middle, name.charCodeAt(length - 1));
    for (let probe = 0; probe < PROBES; probe++) {
      const at = (slot + probe) & (SLOTS - 1);
      if (table[at] !== -1) continue;
      table[at] = place;
      break;
    }
  }
  return table;
}
