// The fields of a request on their way to the upstream, written anew: those of the connection it
// came on are taken out (RFC 9110 §7.6.1), those that say who asked are replaced by our own, and
// Host is the authority that the decoder judged.

import { Fields, fieldName, fieldValue, type FieldName, type FieldValue } from "@wirewall/fields";
import { listedBy } from "./connection-list.js";
import type { ExchangeHead } from "@wirewall/server";
import type { ConnectionInfo } from "@wirewall/server";
import { addForwarded } from "./forwarded.js";
import type { GatewayCode } from "./refusals.js";

/** Names that do not go on, apart from those that Connection lists. */
const DROPPED: ReadonlySet<string> = /* @__PURE__ */ new Set([
  // Of the connection (RFC 9110 §7.6.1).
  "connection",
  "http2-settings",
  "keep-alive",
  "proxy-authenticate",
  "proxy-authorization",
  "proxy-connection",
  "te",
  "trailer",
  "transfer-encoding",
  "upgrade",
  // Written by the machine, or answered here.
  "content-length",
  "expect",
  "host",
  // Said by us.
  "forwarded",
  "x-real-ip",
]);

const X_FORWARDED = "x-forwarded-";

const HOST: FieldName = /* @__PURE__ */ fieldName("host");
const VIA: FieldName = /* @__PURE__ */ fieldName("via");
const CONNECTION: FieldName = /* @__PURE__ */ fieldName("connection");
const UPGRADE: FieldName = /* @__PURE__ */ fieldName("upgrade");
const TE: FieldName = /* @__PURE__ */ fieldName("te");
const TRAILERS: FieldValue = /* @__PURE__ */ fieldValue("trailers");
const VIA_1_0: FieldValue = /* @__PURE__ */ fieldValue("1.0 wirewall");
const VIA_1_1: FieldValue = /* @__PURE__ */ fieldValue("1.1 wirewall");
const MAX_FORWARDS: FieldName = /* @__PURE__ */ fieldName("max-forwards");

export interface RequestFieldsOptions {
  /** The value of Host where an HTTP/1.0 request has none. */
  readonly authority: string;
  readonly maxHopCount: number;
  /** The protocol to switch to, if one is asked for and allowed. */
  readonly upgrade: string | undefined;
  /** What is left of Max-Forwards, where it counts. */
  readonly maxForwards: number | undefined;
}

export function requestFields(
  head: ExchangeHead,
  info: ConnectionInfo,
  options: RequestFieldsOptions,
): Fields | GatewayCode {
  const { fields } = head;
  const { upgrade, maxForwards } = options;
  const listed = listedBy(fields);
  if (listed === undefined) return "gateway.connection";
  const flat: (FieldName | FieldValue)[] = [
    HOST,
    (head.authority ?? options.authority) as FieldValue,
  ];
  let hops = 0;
  let wantsTrailers = false;
  for (let line = 0; line < fields.size; line++) {
    const name = fields.nameAt(line);
    if (name === TE) wantsTrailers ||= acceptsTrailers(fields.valueAt(line));
    if (isDropped(name) || listed.has(name)) continue;
    if (name === MAX_FORWARDS && maxForwards !== undefined) continue;
    const value = fields.valueAt(line);
    if (name === VIA) hops += hopsOf(value);
    flat.push(name, value);
  }
  if (hops >= options.maxHopCount) return "gateway.hops";
  if (maxForwards !== undefined) flat.push(MAX_FORWARDS, String(maxForwards) as FieldValue);
  flat.push(VIA, head.version === "1.1" ? VIA_1_1 : VIA_1_0);
  addForwarded(flat, head, info);
  if (upgrade !== undefined)
    flat.push(CONNECTION, UPGRADE as string as FieldValue, UPGRADE, upgrade as FieldValue);
  else if (wantsTrailers) flat.push(CONNECTION, TE as string as FieldValue, TE, TRAILERS);
  return Fields.adopt(flat);
}

/**
 * What Max-Forwards (§7.6.2) says to do with an OPTIONS request: answer it here (0), forward it with
 * that number, forward it as it is (undefined), or refuse it.
 */
export function maxForwardsOf(head: ExchangeHead): number | undefined | GatewayCode {
  if (head.method !== "OPTIONS") return undefined;
  const values = head.fields.getAll("max-forwards");
  if (values.length === 0) return undefined;
  const [value] = values;
  if (values.length > 1 || value === undefined || !/^\d{1,9}$/.test(value))
    return "gateway.max-forwards";
  return Number(value);
}

/** Upstreams that read "_" as "-", as CGI does, must not be told what we say by somebody else. */
function isDropped(name: string): boolean {
  if (DROPPED.has(name) || name.startsWith(X_FORWARDED)) return true;
  return name.includes("_") && isDropped(name.replaceAll("_", "-"));
}

function acceptsTrailers(value: string): boolean {
  return /(?:^|,)[\t ]*trailers[\t ]*(?:,|$)/i.test(value);
}

function hopsOf(value: string): number {
  let count = 1;
  for (let at = value.indexOf(","); at !== -1; at = value.indexOf(",", at + 1)) count++;
  return count;
}
