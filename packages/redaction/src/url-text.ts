// A URL within a text, reduced to what says where it leads: scheme, host and port.

import { escapeEnd, isEscaped } from "./characters.js";
import { markEnd, SECRET, sensitive, type RedactionMode } from "./classes.js";
import type { RedactionCounts } from "./counts.js";
import { promisesSecret } from "./denylist.js";

export interface ReducedUrl {
  /** Where it ends in the text. */
  readonly end: number;
  /** What stands for it; undefined if nothing had to be taken out. */
  readonly reduced: string | undefined;
}

/** `from` is where its scheme begins, `colon` the end of that. */
export function reducedUrl(
  text: string,
  from: number,
  colon: number,
  mode: RedactionMode,
  counts: RedactionCounts,
): ReducedUrl {
  const end = urlEnd(text, colon + 3);
  const host = colon + 3;
  let path = host;
  while (path < end && !"/?#".includes(text[path] ?? "")) path++;
  const at = text.lastIndexOf("@", path - 1);
  const hasUser = at >= host;
  let out = text.slice(from, host);
  if (hasUser) {
    out += markEnd(text, host) === at ? text.slice(host, at) : SECRET;
    if (markEnd(text, host) !== at) counts.secret++;
    out += "@";
  }
  out += text.slice(hasUser ? at + 1 : host, path);
  out += rest(text.slice(path, end), mode, counts);
  const isSame = out.length === end - from && text.startsWith(out, from);
  return { end, reduced: isSame ? undefined : out };
}

function rest(text: string, mode: RedactionMode, counts: RedactionCounts): string {
  const fragmentAt = indexOf(text, "#");
  const queryAt = indexOf(text.slice(0, fragmentAt), "?");
  const path = text.slice(0, queryAt);
  const query = text.slice(queryAt + 1, fragmentAt);
  const fragment = text.slice(fragmentAt + 1);
  let out = path.length <= 1 ? path : `/${kept(path.slice(1), mode, counts)}`;
  if (queryAt < fragmentAt)
    out += `?${query
      .split("&")
      .map((pair) => reducedPair(pair, mode, counts))
      .join("&")}`;
  if (fragmentAt < text.length) out += `#${reducedFragment(fragment, mode, counts)}`;
  return out;
}

function reducedPair(pair: string, mode: RedactionMode, counts: RedactionCounts): string {
  const equals = pair.indexOf("=");
  if (equals < 0) return pair === "" ? pair : kept(pair, mode, counts);
  const [name, value] = [pair.slice(0, equals), pair.slice(equals + 1)];
  if (value === "" || markEnd(value, 0) === value.length) return pair;
  if (promisesSecret(decoded(name))) {
    counts.secret++;
    return `${name}=${SECRET}`;
  }
  return `${name}=${kept(value, mode, counts)}`;
}

/** A fragment may be a query of its own, as OAuth hands tokens over. */
function reducedFragment(text: string, mode: RedactionMode, counts: RedactionCounts): string {
  return text.includes("=")
    ? text
        .split("&")
        .map((pair) => reducedPair(pair, mode, counts))
        .join("&")
    : kept(text, mode, counts);
}

function kept(text: string, mode: RedactionMode, counts: RedactionCounts): string {
  if (mode === "none" || text === "" || markEnd(text, 0) === text.length) return text;
  counts.sensitive++;
  return mode === "strict" ? "[sensitive]" : sensitive(text.length);
}

function decoded(name: string): string {
  if (!name.includes("%")) return name;
  try {
    return decodeURIComponent(name);
  } catch {
    return name;
  }
}

function indexOf(text: string, character: string): number {
  const at = text.indexOf(character);
  return at < 0 ? text.length : at;
}

/** To a blank, a quote or whatever no URL has; a mark is one piece. */
function urlEnd(text: string, from: number): number {
  let at = from;
  while (at < text.length) {
    const code = text.charCodeAt(at);
    const mark = text[at] === "[" ? markEnd(text, at) : undefined;
    if (mark !== undefined) at = mark;
    else if (
      code <= 0x20 ||
      isEscaped(code) ||
      escapeEnd(text, at) !== undefined ||
      "\"'<>`{}|".includes(text[at] ?? "")
    )
      break;
    else at++;
  }
  // Punctuation that ends a sentence is not the URL's.
  while (at > from && ".,;:!)".includes(text[at - 1] ?? "")) at--;
  return at;
}
