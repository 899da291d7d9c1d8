// The fields of a request on their way to the upstream, written anew: those of the connection it
// came on are taken out (RFC 9110 §7.6.1), those that say who asked are replaced by our own, and
// Host is the authority that the decoder judged.

//
// They are written as HTTP/1.1 has them; the client writes them as HTTP/2 does where that is spoken.

import { Fields, fieldName, fieldValue, type FieldName, type FieldValue } from "@wirewall/fields";
import type { ConnectionInfo, ExchangeHead } from "@wirewall/server";
import { listedBy } from "./connection-list.js";
import { addForwarded } from "./forwarded.js";
import type { GatewayCode } from "./refusals.js";
import { isHttp2 } from "./version.js";

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
const VIA_2_0: FieldValue = /* @__PURE__ */ fieldValue("2.0 wirewall");
const COOKIE: FieldName = /* @__PURE__ */ fieldName("cookie");
const VIAS = { "1.0": VIA_1_0, "1.1": VIA_1_1, "2": VIA_2_0 } as const;
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
  const crumbs: string[] | undefined = isHttp2(head) ? [] : undefined;
  let hops = 0;
  let wantsTrailers = false;
  for (let line = 0; line < fields.size; line++) {
    const name = fields.nameAt(line);
    if (name === TE) wantsTrailers ||= acceptsTrailers(fields.valueAt(line));
    if (isDropped(name) || listed.has(name)) continue;
    if (name === MAX_FORWARDS && maxForwards !== undefined) continue;
    const value = fields.valueAt(line);
    if (name === COOKIE && crumbs !== undefined) {
      crumbs.push(value);
      continue;
    }
    if (name === VIA) hops += hopsOf(value);
    flat.push(name, value);
  }
  if (hops >= options.maxHopCount) return "gateway.hops";
  if (maxForwards !== undefined) flat.push(MAX_FORWARDS, String(maxForwards) as FieldValue);
  // RFC 9113 §8.2.3: one field again before it leaves HTTP/2.
  if (crumbs !== undefined && crumbs.length > 0) flat.push(COOKIE, crumbs.join("; ") as FieldValue);
  flat.push(VIA, VIAS[head.version]);
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
