// Who asked, as this gateway saw it (RFC 7239, and the X-Forwarded fields that came before). What
// the peer says about itself in any of these fields is dropped, in every spelling.

import { fieldName, fieldValue, isToken, type FieldName, type FieldValue } from "@wirewall/fields";
import type { ConnectionInfo, ExchangeHead } from "@wirewall/server";

/** What does not change during a connection. */
interface Peer {
  readonly address: FieldValue;
  /** The beginning of Forwarded: `for=…;proto=…`. */
  readonly forwarded: string;
  readonly scheme: FieldValue;
}

const FORWARDED: FieldName = /* @__PURE__ */ fieldName("forwarded");
const FOR: FieldName = /* @__PURE__ */ fieldName("x-forwarded-for");
const PROTO: FieldName = /* @__PURE__ */ fieldName("x-forwarded-proto");
const HOST: FieldName = /* @__PURE__ */ fieldName("x-forwarded-host");
const UNKNOWN: FieldValue = /* @__PURE__ */ fieldValue("unknown");
const HTTP: FieldValue = /* @__PURE__ */ fieldValue("http");
const HTTPS: FieldValue = /* @__PURE__ */ fieldValue("https");

const peers = /* @__PURE__ */ new WeakMap<ConnectionInfo, Peer>();

/** Adds the fields to a flat list of names and values. */
export function addForwarded(
  flat: (FieldName | FieldValue)[],
  head: ExchangeHead,
  info: ConnectionInfo,
): void {
  let peer = peers.get(info);
  if (peer === undefined) {
    peer = peerOf(info);
    peers.set(info, peer);
  }
  const host = head.authority;
  // Every part was validated: the address by the system, the authority by the decoder.
  flat.push(
    FORWARDED,
    (host === undefined ? peer.forwarded : `${peer.forwarded};host=${quoted(host)}`) as FieldValue,
    FOR,
    peer.address,
    PROTO,
    peer.scheme,
  );
  if (host !== undefined) flat.push(HOST, host as FieldValue);
}

function peerOf(info: ConnectionInfo): Peer {
  const scheme = info.encrypted ? HTTPS : HTTP;
  const address = addressOf(info.remoteAddress);
  const node = address.includes(":") ? `"[${address}]"` : address;
  return { address, scheme, forwarded: `for=${node};proto=${scheme}` };
}

/** Without zone, and IPv4 as such also where the socket is IPv6; `unknown` on a Unix socket. */
function addressOf(address: string | undefined): FieldValue {
  if (address === undefined || address === "") return UNKNOWN;
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address);
  return fieldValue(mapped?.[1] ?? address.replace(/%.*$/, ""));
}

/** An authority holds neither quotes nor backslashes. */
function quoted(authority: string): string {
  return isToken(authority) ? authority : `"${authority}"`;
}
