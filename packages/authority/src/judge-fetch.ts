// Whether a grant allows a request, by rules in a fixed order of which the first that fails speaks. It is pure: no
// name is resolved and nothing is sent.

import { addressV4, addressV6, isFieldValue } from "@wirewall/fields";
import { judgeAddress } from "./address.js";
import { deny, type Denial } from "./denials.js";
import { isFetchGrant, normalMethod, type FetchGrant } from "./fetch-grant.js";
import { judgeName } from "./host-names.js";
import { classOf } from "./field-class.js";
import { originOf, originText, type GrantedOrigin } from "./origins.js";
import { judgeUrlHost, parseUrl } from "./read-url.js";

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

/** @throws TypeError for a grant that is none. */
export function judgeFetch(grant: FetchGrant, question: FetchQuestion): AllowedFetch | Denial {
  if (!isFetchGrant(grant)) throw new TypeError("grant: expected a FetchGrant");
  const rules = { kind: "fetch", schemes: SCHEMES, maxUrlBytes: grant.limits.maxUrlBytes } as const;
  // Most write an origin as it is listed: then its host was judged when it was granted.
  const written = grant.origins.get(beginning(question.url));
  const url = parseUrl(question.url, rules, written !== undefined);
  if (!(url instanceof URL)) return url;
  const text = written?.origin ?? beginning(url.href);
  const listed = written ?? grant.origins.get(text);
  const invalid = listed === undefined ? judgeUrlHost(url, rules) : undefined;
  if (invalid !== undefined) return invalid;
  const origin = listed ?? originOf(grant.origins, text);
  if (origin === undefined) return deny("fetch", "OriginDenied", { origin: text });
  const { methods } = grant;
  const isNormal = methods.includes(question.method);
  const method = isNormal ? question.method : normalMethod(question.method);
  if (!isNormal && !methods.includes(method))
    return deny("fetch", "MethodDenied", { origin: text });
  return (
    judgeCredentials(question, origin, text) ??
    judgeFields(grant, question.fields, text) ??
    (listed === undefined ? judgeHost(grant, url, origin) : judgeListed(grant, url, origin)) ?? {
      type: "allowed",
      url,
      method,
      origin,
    }
  );
}

/** What stands before the path. */
function beginning(url: string): string {
  if (typeof url !== "string") return "";
  const end = url.indexOf("/", AFTER_SCHEME);
  return end < 0 ? url : url.slice(0, end);
}

/** Behind "https://", and behind "http://" with a host of one character. */
const AFTER_SCHEME = 8;

/** What was said of an origin that a grant lists: it is always the same. */
const judged = /* @__PURE__ */ new WeakMap<GrantedOrigin, Denial | null>();

function judgeListed(grant: FetchGrant, url: URL, origin: GrantedOrigin): Denial | undefined {
  let denial = judged.get(origin);
  if (denial === undefined) {
    denial = judgeHost(grant, url, origin) ?? null;
    judged.set(origin, denial);
  }
  return denial ?? undefined;
}

function judgeCredentials(
  { fields, asksForCredentials }: FetchQuestion,
  { credentials }: GrantedOrigin,
  origin: string,
): Denial | undefined {
  if (credentials) return undefined;
  if (asksForCredentials) return deny("fetch", "CredentialsDenied", { origin, reason: "mode" });
  for (const [name] of fields)
    if (classOf(name) === "credential")
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
    const kind = classOf(name);
    if (kind === "malformed" || !isFieldValue(value))
      return deny("fetch", "HeaderDenied", { origin, reason: "grammar" });
    if (kind === "platform") return deny("fetch", "HeaderDenied", { origin, reason: "platform" });
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
