// What of a request goes on to where a redirect points (Fetch §4.4, RFC 9110 §15.4), and what stays behind for good.

import { deny, isDenial, type Denial } from "./denials.js";
import type { FetchGrant } from "./fetch-grant.js";
import { originText } from "./origins.js";
import type { Content } from "./plain-request.js";
import { readUrl } from "./read-url.js";

/** A request on its way: what has been dropped is not in it any more, so that nothing can come back. */
export interface Hop {
  readonly url: string;
  readonly method: string;
  readonly fields: readonly (readonly [name: string, value: string])[];
  readonly content: Content;
  readonly credentials: Request["credentials"];
}

const SURVIVES: ReadonlySet<string> = /* @__PURE__ */ new Set([
  "accept",
  "accept-language",
  "user-agent",
]);

export function isRedirect(status: number): boolean {
  return status === 301 || status === 302 || status === 303 || status === 307 || status === 308;
}

/** The next hop, or why there is none. */
export function nextHop(
  grant: FetchGrant,
  hop: Hop,
  here: URL,
  status: number,
  location: string,
): Hop | Denial {
  const from = originText(here);
  const refused = (reason: string): Denial =>
    deny("fetch", "RedirectDenied", { origin: from, reason });
  const url = resolve(grant, here, location);
  if (isDenial(url)) return url;
  const to = originText(url);
  if (here.protocol === "https:" && url.protocol === "http:") return refused("downgrade");
  const changes =
    status === 303
      ? hop.method !== "GET" && hop.method !== "HEAD"
      : (status === 301 || status === 302) && hop.method === "POST";
  const content = changes ? undefined : hop.content;
  const isElsewhere = from !== to;
  if (content instanceof ReadableStream) return refused("stream");
  if (content !== undefined && isElsewhere && !grant.crossOriginBody) return refused("content");
  const fields = hop.fields.filter(([name]) => {
    const lower = name.toLowerCase();
    if (lower.startsWith("content-")) return content !== undefined;
    return !isElsewhere || SURVIVES.has(lower);
  });
  return {
    url: url.href,
    method: changes ? "GET" : hop.method,
    fields,
    content,
    credentials: isElsewhere ? "omit" : hop.credentials,
  };
}

/** A location is judged as it was sent, and as what it means here. */
function resolve(grant: FetchGrant, here: URL, location: string): URL | Denial {
  const { maxUrlBytes } = grant.limits;
  const rules = { kind: "fetch", schemes: ["http:", "https:"], maxUrlBytes } as const;
  if (location.length > maxUrlBytes || /[\\\t\r\n]|^[\0- ]|[\0- ]$/.test(location))
    return deny("fetch", "InvalidUrl", { reason: "location", observed: location.length });
  let url: URL;
  try {
    url = new URL(location, here);
  } catch {
    return deny("fetch", "InvalidUrl", { reason: "location", observed: location.length });
  }
  // Relative, or written out: then it has to stand the rules of a URL that is written out.
  const isWritten = /^[a-z][a-z0-9+.-]*:/i.test(location);
  const judged = readUrl(isWritten ? location : url.href, rules);
  return isDenial(judged) ? judged : url;
}
