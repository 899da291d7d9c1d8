// One parser, that of WHATWG, and one parsed URL from here to the connection. What that parser mends in silence (a
// backslash, a tab, user info, a dot at the end) is refused instead, since some other parser reads it differently.

import { deny, type Denial } from "./denials.js";
import { decodePunycode } from "./punycode.js";

export interface UrlRules {
  readonly maxUrlBytes: number;
  /** With their colons. */
  readonly schemes: readonly string[];
  readonly kind: "fetch" | "transport";
}

/** Controls and spaces at the ends, and anywhere what the parser drops or turns into something else. */
const MENDED = /[\\\t\r\n]|^[\0- ]|[\0- ]$/;

export function readUrl(text: unknown, rules: UrlRules): URL | Denial {
  const { kind, maxUrlBytes } = rules;
  if (typeof text !== "string") return deny(kind, "InvalidUrl", { reason: "not-text" });
  const { length } = text;
  const invalid = (reason: string): Denial =>
    deny(kind, "InvalidUrl", { reason, observed: length });
  if (length * 3 > maxUrlBytes && byteLength(text) > maxUrlBytes)
    return deny(kind, "InvalidUrl", {
      reason: "too-long",
      limit: "maxUrlBytes",
      max: maxUrlBytes,
      observed: length,
    });
  if (MENDED.test(text)) return invalid("mended");
  let url: URL;
  try {
    url = new URL(text);
  } catch {
    return invalid("syntax");
  }
  if (!rules.schemes.includes(url.protocol)) return invalid("scheme");
  // What has no "//" behind its scheme, or a third slash, has a host only by the parser's kindness.
  const host = text.slice(text.indexOf(":") + 1);
  if (!host.startsWith("//") || host[2] === "/") return invalid("no-authority");
  const authority = authorityOf(host);
  if (authority.includes("@")) return invalid("user-info");
  // Some parsers end a host where an escape begins.
  if (authority.includes("%")) return invalid("escaped-host");
  if (url.port === "0") return invalid("port");
  const reason = hostFault(url.hostname);
  return reason === undefined ? url : invalid(reason);
}

/** A name of letters, digits, hyphens and underscores, or an address, as `URL` writes it: nothing that another parser might end it at. */
const HOST = /^(?:[a-z0-9._-]+|\[[0-9a-f:]+\])$/;

/** What stands between the slashes and the path. */
function authorityOf(host: string): string {
  const end = host.slice(2).search(/[/?#]/);
  return end < 0 ? host.slice(2) : host.slice(2, end + 2);
}

/** What is wrong with the host of a URL that was parsed. */
export function hostFault(host: string): string | undefined {
  if (host === "") return "empty-host";
  if (host.endsWith(".")) return "trailing-dot";
  if (host.startsWith(".") || host.includes("..")) return "empty-label";
  if (!HOST.test(host)) return "host";
  if (!host.includes("xn--")) return undefined;
  return host.split(".").every(survives) ? undefined : "punycode";
}

/** Whether a label decodes to something that is encoded to the same label. */
function survives(label: string): boolean {
  if (!label.startsWith("xn--")) return true;
  const decoded = decodePunycode(label.slice(4));
  if (decoded === undefined || !/[^\0-\x7f]/.test(decoded)) return false;
  try {
    return new URL(`https://${decoded}.invalid`).hostname === `${label}.invalid`;
  } catch {
    return false;
  }
}

function byteLength(text: string): number {
  let bytes = 0;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    bytes += code < 0x80 ? 1 : code < 0x800 ? 2 : code >= 0xd800 && code < 0xdc00 ? 4 : 3;
    if (code >= 0xd800 && code < 0xdc00) at++;
  }
  return bytes;
}
