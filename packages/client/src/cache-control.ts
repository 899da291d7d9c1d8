// Cache-Control (RFC 9111 §5.2) for whoever keeps responses. Directives are read by the grammar to
// the byte; a value that could be read in two ways has no reading, and what has no reading is not
// stored. Nothing is stored here.

import { isToken, trimBlanks, type Fields } from "@wirewall/fields";

/** A directive with its argument: text of a token, or of a quoted-string without its quotes. */
export interface Directive {
  readonly name: string;
  readonly argument: string | undefined;
  readonly quoted: boolean;
}

/** More would be an attack on whoever reads them: 13 directives are registered. */
const MAX_DIRECTIVES = 32;

/**
 * The directives of all lines by name, or undefined if they have no single reading: an empty list
 * or item, blanks around "=", an open quote, a name twice, or too many.
 */
export function parseCacheControl(
  values: readonly string[],
): ReadonlyMap<string, Directive> | undefined {
  const directives = new Map<string, Directive>();
  for (const value of values) {
    const items = splitItems(value);
    if (items === undefined) return undefined;
    for (const item of items) {
      const directive = readDirective(item);
      if (directive === undefined || directives.has(directive.name)) return undefined;
      directives.set(directive.name, directive);
      if (directives.size > MAX_DIRECTIVES) return undefined;
    }
  }
  return directives;
}

export interface StorageQuestion {
  readonly method: string;
  readonly requestFields: Fields;
  readonly status: number;
  readonly responseFields: Fields;
  /** More than one user is served from the store. */
  readonly shared: boolean;
}

/** Statuses whose meaning does not hang on more than the response itself. */
const STORABLE_STATUS: ReadonlySet<number> = /* @__PURE__ */ new Set([
  200, 203, 301, 308, 404, 410,
]);

/**
 * For how many seconds a response may be stored and used without asking again (RFC 9111 §3, §4.2);
 * 0 if it may not be stored. Only what the response says for itself counts, never a guess; what
 * would need revalidation or a part taken out (`no-cache`, `private` with names) is not stored.
 */
export function storableSeconds(question: StorageQuestion): number {
  const { method, requestFields, status, responseFields, shared } = question;
  if (method !== "GET" || !STORABLE_STATUS.has(status)) return 0;
  const asked = parseCacheControl(requestFields.getAll("cache-control"));
  const said = parseCacheControl(responseFields.getAll("cache-control"));
  if (asked === undefined || said === undefined) return 0;
  if (asked.has("no-store") || said.has("no-store") || said.has("no-cache")) return 0;
  for (const [name, { argument }] of said)
    if (WITHOUT_ARGUMENT.has(name) && argument !== undefined) return 0;
  const isPrivate = said.get("private");
  if (isPrivate !== undefined && (shared || isPrivate.argument !== undefined)) return 0;
  if (isPrivate !== undefined && said.has("public")) return 0;
  if (responseFields.getAll("vary").some((value) => value.includes("*"))) return 0;
  if (shared && responseFields.has("set-cookie")) return 0;
  const forAll = said.has("public") || said.has("s-maxage") || said.has("must-revalidate");
  if (shared && requestFields.has("authorization") && !forAll) return 0;
  const maxAge = seconds(said.get("max-age"));
  const sharedMaxAge = seconds(said.get("s-maxage"));
  if (maxAge === undefined || sharedMaxAge === undefined) return 0;
  return (shared ? sharedMaxAge : null) ?? maxAge ?? 0;
}

const WITHOUT_ARGUMENT: ReadonlySet<string> = /* @__PURE__ */ new Set([
  "immutable",
  "must-revalidate",
  "must-understand",
  "no-store",
  "no-transform",
  "proxy-revalidate",
  "public",
]);

/** Null where the directive is absent, undefined where it is not a plain number of seconds. */
function seconds(directive: Directive | undefined): number | null | undefined {
  if (directive === undefined) return null;
  const { argument, quoted } = directive;
  return !quoted && argument !== undefined && /^\d{1,10}$/.test(argument)
    ? Number(argument)
    : undefined;
}

/** The items between commas that stand outside quotes; undefined for an empty one or an open quote. */
function splitItems(value: string): string[] | undefined {
  const items: string[] = [];
  let start = 0;
  let quoted = false;
  for (let at = 0; at <= value.length; at++) {
    const code = at === value.length ? COMMA : value.charCodeAt(at);
    if (quoted && at < value.length) {
      if (code === BACKSLASH) at++;
      else if (code === QUOTE) quoted = false;
      continue;
    }
    if (quoted) return undefined;
    if (code === QUOTE) quoted = true;
    if (code !== COMMA) continue;
    const item = trimBlanks(value, start, at);
    if (items.length >= MAX_DIRECTIVES) return undefined;
    items.push(item);
    start = at + 1;
  }
  return items;
}

const QUOTE = 0x22;
const COMMA = 0x2c;
const BACKSLASH = 0x5c;

function readDirective(item: string): Directive | undefined {
  const equals = item.indexOf("=");
  const name = equals === -1 ? item : item.slice(0, equals);
  if (!isToken(name)) return undefined;
  if (equals === -1) return { name: name.toLowerCase(), argument: undefined, quoted: false };
  const text = item.slice(equals + 1);
  if (isToken(text)) return { name: name.toLowerCase(), argument: text, quoted: false };
  const inner = readQuoted(text);
  return inner === undefined
    ? undefined
    : { name: name.toLowerCase(), argument: inner, quoted: true };
}

/** RFC 9110 §5.6.4, without escapes: none is needed here, and readers differ about them. */
function readQuoted(text: string): string | undefined {
  return /^"[\t \x21\x23-\x5b\x5d-\x7e\x80-\xff]*"$/.test(text) ? text.slice(1, -1) : undefined;
}
