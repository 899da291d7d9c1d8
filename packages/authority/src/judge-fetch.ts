// Whether a grant allows a request, by rules in a fixed order of which the first that fails speaks. It is pure: no
// name is resolved and nothing is sent.

import { addressV4, addressV6, isFieldValue, isToken } from "@wirewall/fields";
import { judgeAddress } from "./address.js";

import { deny, isDenial, type Denial } from "./denials.js";
import { isFetchGrant, isUngrantable, normalMethod, type FetchGrant } from "./fetch-grant.js";
import { judgeName } from "./host-names.js";
import { originOf, originText, type GrantedOrigin } from "./origins.js";
import { readUrl } from "./read-url.js";

export interface FetchQuestion {
  /** As it was written, not as somebody parsed it. */
  readonly url: string;
  readonly method: string;
  /** All field lines that will be sent, with those that are added. */
  readonly fields: readonly (readonly [name: string, value: string])[];
  /** Cookies or client certificates of the platform are asked for. */
  readonly asksForCredentials: boolean;
}

export interface AllowedFetch {
  readonly type: "allowed";
  readonly url: URL;
  /** Normalised. */
  readonly method: string;
  readonly origin: GrantedOrigin;
}

const SCHEMES = ["http:", "https:"];

export const CREDENTIAL_FIELDS: ReadonlySet<string> = /* @__PURE__ */ new Set([
  "authorization",
  "cookie",
  "cookie2",
  "proxy-authorization",
  "x-api-key",
]);

/** Fields that say where a message goes or ends, or that are the platform's to send. */
const REFUSED_FIELDS: ReadonlySet<string> = /* @__PURE__ */ new Set([
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

/** @throws TypeError for a grant that is none. */
export function judgeFetch(grant: FetchGrant, question: FetchQuestion): AllowedFetch | Denial {
  if (!isFetchGrant(grant)) throw new TypeError("grant: expected a FetchGrant");
  const url = readUrl(question.url, {
    kind: "fetch",
    schemes: SCHEMES,
    maxUrlBytes: grant.limits.maxUrlBytes,
  });
  if (isDenial(url)) return url;
  const text = originText(url);
  const origin = originOf(grant.origins, text);
  if (origin === undefined) return deny("fetch", "OriginDenied", { origin: text });
  const method = normalMethod(question.method);
  if (isUngrantable(method) || !grant.methods.includes(method))
    return deny("fetch", "MethodDenied", { origin: text });
  return (
    judgeCredentials(question, origin, text) ??
    judgeFields(grant, question.fields, text) ??
    judgeHost(grant, url, origin) ?? { type: "allowed", url, method, origin }
  );
}

function judgeCredentials(
  { fields, asksForCredentials }: FetchQuestion,
  { credentials }: GrantedOrigin,
  origin: string,
): Denial | undefined {
  if (credentials) return undefined;
  if (asksForCredentials) return deny("fetch", "CredentialsDenied", { origin, reason: "mode" });
  for (const [name] of fields)
    if (CREDENTIAL_FIELDS.has(name.toLowerCase()))
      return deny("fetch", "CredentialsDenied", { origin, reason: "field" });
  return undefined;
}

function judgeFields(
  grant: FetchGrant,
  fields: FetchQuestion["fields"],
  origin: string,
): Denial | undefined {
  const count = fields.length;
  const { maxHeaderCount } = grant;
  if (count > maxHeaderCount) {
    const bound = { limit: "maxHeaderCount", max: maxHeaderCount, observed: count };
    return deny("fetch", "TooManyHeaders", { origin, ...bound });
  }
  let size = 0;
  for (const [name, value] of fields) {
    const lower = name.toLowerCase();
    if (!isToken(name) || !isFieldValue(value))
      return deny("fetch", "HeaderDenied", { origin, reason: "grammar" });
    if (REFUSED_FIELDS.has(lower) || lower.startsWith("sec-"))
      return deny("fetch", "HeaderDenied", { origin, reason: "platform" });
    size += name.length + value.length;
  }
  const max = grant.limits.maxRequestHeaderBytes;
  if (size <= max) return undefined;
  const bound = { limit: "maxRequestHeaderBytes", max, observed: size };
  return deny("fetch", "LimitExceeded", { origin, ...bound });
}

/** What the text of a host already says: an address, or a name that is local wherever it is resolved. */
export function judgeHost(
  grant: { readonly translators: readonly string[] },
  url: URL,
  origin: GrantedOrigin,
): Denial | undefined {
  const address = literalOf(url.hostname);
  const reason =
    address !== undefined
      ? judgeAddress(address, {
          translators: grant.translators,
          isPrivate: origin.privateAddress,
          isLiteral: true,
        })
      : origin.privateAddress
        ? undefined
        : judgeName(url.hostname);
  if (reason === undefined) return undefined;
  return deny("fetch", "AddressDenied", { origin: originText(url), reason });
}

/** The bytes of a host that is an address, as a parsed URL writes it. */
export function literalOf(host: string): readonly number[] | undefined {
  return host.startsWith("[") ? addressV6(host.slice(1, -1)) : addressV4(host);
}

/**
 * What a name was resolved to, or a literal address, judged before anybody connects. One address that is denied
 * denies all: a mixed answer is an attack or a mistake.
 */
export function judgeAnswers(
  grant: FetchGrant,
  url: URL,
  origin: GrantedOrigin,
  answers: readonly Uint8Array[],
): Denial | undefined {
  const text = originText(url);
  const max = grant.limits.maxDnsAnswerCount;
  if (answers.length > max) {
    const bound = { limit: "maxDnsAnswerCount", max, observed: answers.length };
    return deny("fetch", "LimitExceeded", { origin: text, ...bound });
  }
  if (answers.length === 0)
    return deny("fetch", "AddressDenied", { origin: text, reason: "no-answer" });
  const isLiteral = literalOf(url.hostname) !== undefined;
  const { translators } = grant;
  for (const answer of answers) {
    const rules = { translators, isPrivate: origin.privateAddress, isLiteral };
    const reason = judgeAddress(answer, rules);
    if (reason !== undefined) return deny("fetch", "AddressDenied", { origin: text, reason });
  }
  return undefined;
}
