// What a connection reaches is 4 or 16 bytes, and they are judged: whoever wrote which text, and wherever the bytes
// came from. An IPv6 address that carries an IPv4 address is judged by that.

import { addressV4, addressV6 } from "@wirewall/fields";
import {
  carriersV6,
  deniedV4,
  deniedV6,
  globalUnicastV6,
  metadataAddresses,
  type Range,
} from "./address-ranges-table.js";

type Bytes = readonly number[] | Uint8Array;

interface Parsed {
  readonly bytes: readonly number[];
  readonly bits: number;
  readonly reason: string;
}

export interface AddressRules {
  /** Prefixes of 96 bits by which a network translates to IPv4 (RFC 6052), beside the well-known one. */
  readonly translators?: readonly string[];
  /** The origin may be private. */
  readonly isPrivate?: boolean;
  /** The caller wrote this address, and no name. */
  readonly isLiteral?: boolean;
}

const V4: readonly Parsed[] = /* @__PURE__ */ deniedV4.map(parsed);
const V6: readonly Parsed[] = /* @__PURE__ */ deniedV6.map(parsed);
const GLOBAL: Parsed = /* @__PURE__ */ parsed(globalUnicastV6);
const CARRIERS: readonly (readonly number[])[] = /* @__PURE__ */ carriersV6.map(bytesOf);
const METADATA: readonly (readonly number[])[] = /* @__PURE__ */ metadataAddresses.map(bytesOf);

/** Why nobody may be connected to those bytes; undefined if somebody may. */
export function judgeAddress(address: Bytes, rules: AddressRules = {}): string | undefined {
  if (address.length !== 4 && address.length !== 16) return "not-an-address";
  const inner = embeddedV4(address, rules.translators ?? []);
  const bytes = inner ?? address;
  if (METADATA.some((each) => sameBytes(each, bytes)))
    return rules.isPrivate === true && rules.isLiteral === true ? undefined : "metadata";
  if (rules.isPrivate === true) return isNobody(bytes) ? "not-unicast" : undefined;
  return bytes.length === 4 ? rangeOf(V4, bytes) : reasonV6(bytes);
}

/** Unspecified, multicast, broadcast: no origin is there, private or not. */
function isNobody(bytes: Bytes): boolean {
  const [first = 0] = bytes;
  if (bytes.length === 16) return first === 0xff || bytes.every((byte) => byte === 0);
  return first === 0 || (first >= 224 && first < 240) || bytes.every((byte) => byte === 255);
}

function reasonV6(bytes: Bytes): string | undefined {
  if (bytes.every((byte, at) => byte === (at === 15 ? 1 : 0))) return "loopback";
  if (!isWithin(bytes, GLOBAL)) return GLOBAL.reason;
  // ISATAP (RFC 5214 §6.1): the interface identifier carries an IPv4 address behind 5efe.
  const isIsatap = bytes[9] === 0 && bytes[10] === 0x5e && bytes[11] === 0xfe;
  if (isIsatap && (bytes[8] === 0 || bytes[8] === 2)) return "isatap";
  return rangeOf(V6, bytes);
}

/** The IPv4 address that is reached behind a mapped or translated one. */
function embeddedV4(bytes: Bytes, translators: readonly string[]): Bytes | undefined {
  if (bytes.length !== 16) return undefined;
  const carries = (prefix: readonly number[]): boolean =>
    prefix.slice(0, 12).every((byte, at) => byte === bytes[at]);
  return CARRIERS.some(carries) || translators.some((prefix) => carries(bytesOf(prefix)))
    ? bytes.slice(12)
    : undefined;
}

function rangeOf(ranges: readonly Parsed[], bytes: Bytes): string | undefined {
  return ranges.find((range) => isWithin(bytes, range))?.reason;
}

function isWithin(bytes: Bytes, range: Parsed): boolean {
  for (let at = 0; at * 8 < range.bits; at++) {
    const mask = range.bits - at * 8 >= 8 ? 0xff : (0xff00 >> (range.bits - at * 8)) & 0xff;
    if (((bytes[at] ?? 0) & mask) !== ((range.bytes[at] ?? 0) & mask)) return false;
  }
  return true;
}

/** @throws TypeError for what is no address. */
export function bytesOf(address: string): readonly number[] {
  const bytes = addressV4(address) ?? addressV6(address);
  if (bytes === undefined) throw new TypeError("address: expected an IPv4 or IPv6 address");
  return bytes;
}

export function sameBytes(one: Bytes, other: Bytes): boolean {
  return one.length === other.length && one.every((byte, at) => byte === other[at]);
}

function parsed([first, bits, reason]: Range): Parsed {
  return { bytes: bytesOf(first), bits, reason };
}
