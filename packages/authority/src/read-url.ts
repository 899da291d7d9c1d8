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

/** A URL, or why it is none that may be used. */
export function readUrl(text: unknown, rules: UrlRules): URL | Denial {
  const url = parseUrl(text, rules);
  return url instanceof URL ? (judgeUrlHost(url, rules) ?? url) : url;
}

/**
 * All but what is judged of the host.
 *
 * @param isListed it begins with an origin that was judged, as that is serialised, and a slash or nothing follows.
 */
export function parseUrl(text: unknown, rules: UrlRules, isListed = false): URL | Denial {
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
  if (isMended(text)) return invalid("mended");
  let url: URL;
  try {
    url = new URL(text);
  } catch {
    return invalid("syntax");
  }
  if (isListed) return url;
  if (!rules.schemes.includes(url.protocol)) return invalid("scheme");
  const fault = authorityFault(text);
  return fault === undefined ? url : invalid(fault);
}

/** Whether the parser would drop some of it, or turn it into something else. */
function isMended(text: string): boolean {
  // One search for each is cheaper than an expression for all.
  return (
    text.includes("\\") ||
    text.includes("\t") ||
    text.includes("\n") ||
    text.includes("\r") ||
    text.charCodeAt(0) <= SPACE ||
    text.charCodeAt(text.length - 1) <= SPACE
  );
}

/** The rest of what `readUrl` says: of a host that was not judged before. */
export function judgeUrlHost(url: URL, { kind }: UrlRules): Denial | undefined {
  const reason = url.port === "0" ? "port" : hostFault(url.hostname);
  return reason === undefined ? undefined : deny(kind, "InvalidUrl", { reason });
}

/** What is wrong with what stands between the slashes and the path, as it was written. */
function authorityFault(text: string): string | undefined {
  const colon = text.indexOf(":");
  // What has no "//" behind its scheme, or a third slash, has a host only by the parser's kindness.
  if (!text.startsWith("//", colon + 1) || text.charCodeAt(colon + 3) === SLASH)
    return "no-authority";
  for (let at = colon + 3; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === SLASH || code === QUESTION || code === HASH) break;
    if (code === AT) return "user-info";
    // Some parsers end a host where an escape begins.
    if (code === PERCENT) return "escaped-host";
  }
  return undefined;
}

const SPACE = 0x20;
const HASH = 0x23;
const PERCENT = 0x25;
const SLASH = 0x2f;
const QUESTION = 0x3f;
const AT = 0x40;

/** A name of letters, digits, hyphens and underscores, or an address, as `URL` writes it: nothing that another parser might end it at. */
const HOST = /^(?:[a-z0-9._-]+|\[[0-9a-f:]+\])$/;

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
