// The origins of a grant, each as `URL` serialises it and found by it as a whole: no prefix, no suffix, no
// pattern.

import { isDenial } from "./denials.js";
import { readFlag, readOptions, tooMuch } from "./grant-options.js";
import { readUrl, type UrlRules } from "./read-url.js";

export interface OriginGrant {
  /** Such as `https://api.example.org:8443`, or `*` for all of https. */
  readonly origin: string;
  /** May be sent cookies, Authorization and the like. Never with `*`. */
  readonly credentials?: boolean;
  /** May stand at an address that is not public. Never with `*`. */
  readonly privateAddress?: boolean;
}

/** As it is held. */
export interface GrantedOrigin {
  readonly origin: string;
  readonly credentials: boolean;
  readonly privateAddress: boolean;
}

export type Origins = ReadonlyMap<string, GrantedOrigin>;

const KNOWN = ["origin", "credentials", "privateAddress"];

/** @throws TypeError or RangeError for what is no origin. */
export function readOrigins(field: string, value: unknown, rules: UrlRules): Origins {
  const origins = new Map<string, GrantedOrigin>();
  if (value === undefined) return origins;
  if (!Array.isArray(value)) throw new TypeError(`${field}: expected a list`);
  const found: GrantedOrigin[] = [];
  for (const item of value as readonly unknown[]) {
    if (item === "") continue;
    const options = typeof item === "string" ? { origin: item } : item;
    const { origin, ...flags } = readOptions(field, options, KNOWN);
    const granted = {
      origin: readOrigin(field, origin, rules),
      credentials: readFlag(`${field}: credentials`, flags["credentials"]),
      privateAddress: readFlag(`${field}: privateAddress`, flags["privateAddress"]),
    };
    if (granted.origin === "*" && (granted.credentials || granted.privateAddress))
      throw new RangeError(`${field}: * implies neither credentials nor private addresses`);
    found.push(Object.freeze(granted));
  }
  for (const granted of found.sort((one, other) => (one.origin < other.origin ? -1 : 1))) {
    const before = origins.get(granted.origin);
    if (before !== undefined && !isSame(before, granted))
      throw new RangeError(`${field}: an origin is listed twice, and not alike`);
    origins.set(granted.origin, granted);
  }
  return origins;
}

/** Those asked for, none of which may have more than before. */
export function narrowOrigins(field: string, asked: Origins | undefined, held: Origins): Origins {
  if (asked === undefined) return held;
  for (const [origin, one] of asked) {
    const before = held.get(origin) ?? wildcardOf(held, origin);
    if (
      before === undefined ||
      (one.credentials && !before.credentials) ||
      (one.privateAddress && !before.privateAddress)
    )
      throw tooMuch(field);
  }
  return asked;
}

/** The grant that covers an origin: its own, or `*`, which is for https only. */
export function originOf(origins: Origins, origin: string): GrantedOrigin | undefined {
  return origins.get(origin) ?? wildcardOf(origins, origin);
}

function wildcardOf(origins: Origins, origin: string): GrantedOrigin | undefined {
  return origin.startsWith("https:") || origin.startsWith("wss:") ? origins.get("*") : undefined;
}

function readOrigin(field: string, value: unknown, rules: UrlRules): string {
  if (value === "*") return value;
  const url = readUrl(value, rules);
  if (isDenial(url))
    throw new TypeError(`${field}: expected an origin such as https://example.org`);
  if (url.hostname.includes("*"))
    throw new TypeError(`${field}: expected an origin or *, and no pattern`);
  if (url.pathname !== "/" || url.search !== "" || url.hash !== "")
    throw new TypeError(`${field}: expected an origin, without path, query and fragment`);
  return originText(url);
}

/** Scheme, host and port; `URL.origin` knows none for some schemes. */
export function originText(url: URL): string {
  return `${url.protocol}//${url.host}`;
}

function isSame(one: GrantedOrigin, other: GrantedOrigin): boolean {
  return one.credentials === other.credentials && one.privateAddress === other.privateAddress;
}
