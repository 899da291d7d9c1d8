// The URL of a request (RFC 9112 §3.3): the scheme is that of the connection, the authority the one
// that the decoder judged, never a field that a proxy may have written. It is the same text that
// `new Request(url).url` would have, so that a route and a policy cannot read two paths.

import type { ExchangeHead } from "./exchange-head.js";

/** What a URL parser would rewrite in a path or query: dot segments, backslashes, marks it encodes. */
const REWRITTEN = /\/\.|\/%2e|[\\"<>`{}^'|]/i;

/** More authorities than this are not remembered; a peer chooses them. */
const MAX_ORIGIN_COUNT = 64;

/** Turns authorities into origins, and remembers a few of them. */
export class Origins {
  readonly #scheme: string;
  readonly #fallback: () => string;
  readonly #known: Map<string, string | undefined> = new Map();
  #lastAuthority: string | undefined;
  #lastOrigin: string | undefined;

  /** `fallback` names this server, for HTTP/1.0 requests that name none. */
  constructor(encrypted: boolean, fallback: () => string) {
    this.#scheme = encrypted ? "https://" : "http://";
    this.#fallback = fallback;
  }

  /** The origin of a request, or undefined if its authority is none in a URL (`1.2.3.4.5`). */
  of(head: ExchangeHead): string | undefined {
    const authority = head.authority ?? this.#fallback();
    if (authority === this.#lastAuthority) return this.#lastOrigin;
    let origin = this.#known.get(authority);
    if (origin === undefined) {
      origin = this.#read(authority);
      if (this.#known.size >= MAX_ORIGIN_COUNT) this.#known.clear();
      this.#known.set(authority, origin);
    }
    this.#lastAuthority = authority;
    this.#lastOrigin = origin;
    return origin;
  }

  #read(authority: string): string | undefined {
    const text = this.#scheme + authority;
    return URL.canParse(text) ? new URL(text).origin : undefined;
  }
}

/** The URL of a request to that origin. */
export function urlOf(origin: string, head: ExchangeHead): string {
  const path = pathOf(head);
  return REWRITTEN.test(path) ? new URL(origin + path).href : origin + path;
}

function pathOf(head: ExchangeHead): string {
  const { target } = head;
  if (head.form === "origin") return target;
  if (head.form !== "absolute") return "/";
  const authority = target.indexOf("//") + 2;
  const rest = target.slice(authority).search(/[/?]/);
  if (rest === -1) return "/";
  const path = target.slice(authority + rest);
  return path.startsWith("/") ? path : `/${path}`;
}
