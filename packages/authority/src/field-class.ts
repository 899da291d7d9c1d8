// What a field line is about, by its name: who somebody is, where a message goes or ends, or nothing of that kind.

import { isToken } from "@wirewall/fields";

export type FieldClass = "plain" | "credential" | "platform" | "malformed";

const CREDENTIALS: ReadonlySet<string> = /* @__PURE__ */ new Set([
  "authorization",
  "cookie",
  "cookie2",
  "proxy-authorization",
  "x-api-key",
]);

/** Fields that say where a message goes or ends, or that are the platform's to send. */
const PLATFORM: ReadonlySet<string> = /* @__PURE__ */ new Set([
  "connection",
  "content-length",
  "expect",
  "host",
  "http2-settings",
  "keep-alive",
  "proxy-connection",
  "te",
  "trailer",
  "transfer-encoding",
  "upgrade",
  "via",
]);

/** The first names that were met: programs use few, and whoever makes up more fills nothing. */
const known = /* @__PURE__ */ new Map<string, FieldClass>();
const MOST_KNOWN = 256;
const MOST_KNOWN_LENGTH = 64;

export function classOf(name: string): FieldClass {
  let found = known.get(name);
  if (found === undefined) {
    found = judge(name);
    if (known.size < MOST_KNOWN && name.length <= MOST_KNOWN_LENGTH) known.set(name, found);
  }
  return found;
}

function judge(name: string): FieldClass {
  if (!isToken(name)) return "malformed";
  const lower = name.toLowerCase();
  if (CREDENTIALS.has(lower)) return "credential";
  return PLATFORM.has(lower) || lower.startsWith("sec-") ? "platform" : "plain";
}
