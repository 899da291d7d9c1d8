// Whether a token is good, here and now, and what it is good for: what its key stood for, met with every caveat.
// The order is fixed, so that nothing is told about a token whose tag does not fit.

import { areEqual } from "@wirewall/trace";
import { readCaveat, type Caveat } from "./caveats.js";
import { deny, type Denial } from "./denials.js";
import { FetchGrant, normalMethod } from "./fetch-grant.js";
import type { Keyring, Mac } from "./keys.js";
import { originOf } from "./origins.js";
import { narrowedNamespaces, StorageGrant } from "./storage-grant.js";
import { readToken, tagOf, type ReadToken } from "./token.js";

/** What the keys of a ring stand for. */
export interface TokenGrant {
  readonly fetch?: FetchGrant;
  readonly storage?: StorageGrant;
}

export interface TokenContext {
  readonly mac: Mac;
  readonly keys: Keyring;
  /** Milliseconds since 1970. */
  readonly now: number;
  readonly root: TokenGrant;
  readonly audience?: string;
  /** The path of the region and of the task that use it. */
  readonly region?: string;
  readonly task?: string;
  /** SHA-256 of the request that it is used for. */
  readonly requestDigest?: Uint8Array;
  /**
   * Counts a use, and says whether there was one left, in one step; `id` is the token's, in hexadecimal. Without
   * it a token with `maxUses` is good for nothing.
   */
  readonly takeUse?: (id: string, maxUses: number) => boolean | Promise<boolean>;
  /** Judges a caveat of one's own; without it such a caveat denies. */
  readonly custom?: (name: string, value: string) => boolean;
}

export interface VerifiedToken {
  readonly type: "verified";
  /** In hexadecimal. */
  readonly id: string;
  readonly grant: TokenGrant;
}

/** How far the clocks of two machines may be apart. */
const SKEW_MS = 5_000;

export async function verifyToken(
  token: Uint8Array,
  context: TokenContext,
): Promise<VerifiedToken | Denial> {
  const read = readToken(token);
  if (read === undefined) return deny("token", "TokenMalformed");
  if (!(await isGenuine(read, context))) return deny("token", "TokenRejected");
  const caveats: Caveat[] = [];
  for (const field of read.caveats) {
    const caveat = readCaveat(field);
    if (caveat === undefined) return deny("token", "CaveatFailed", { reason: "unknown" });
    caveats.push(caveat);
  }
  for (const caveat of caveats) {
    const denial = judgeCaveat(caveat, context);
    if (denial !== undefined) return denial;
  }
  const id = Array.from(read.id, (byte) => byte.toString(16).padStart(2, "0")).join("");
  const grant = met(context.root, caveats);
  const uses = caveats.flatMap((caveat) => (caveat.type === "maxUses" ? [caveat.count] : []));
  if (uses.length > 0) {
    const max = Math.min(...uses);
    const { takeUse } = context;
    if (takeUse === undefined) return deny("token", "CaveatFailed", { reason: "no-counter" });
    if (!(await takeUse(id, max)))
      return deny("token", "UsesExhausted", { limit: "maxUses", max, observed: max + 1 });
  }
  return { type: "verified", id, grant };
}

/** Both keys are tried whatever the token says, so that time does not tell which there are. */
async function isGenuine(token: ReadToken, { keys, mac }: TokenContext): Promise<boolean> {
  const { active, retired = active } = keys;
  const byActive = await tagOf(active, token, mac);
  const byRetired = await tagOf(retired, token, mac);
  const isZero = token.tag.every((byte) => byte === 0);
  const fitsActive = areEqual(byActive, token.tag);
  const fitsRetired = areEqual(byRetired, token.tag);
  const isOfActive = fitsActive && token.keyId === active.id;
  const isOfRetired = fitsRetired && token.keyId === retired.id;
  return !isZero && (isOfActive || isOfRetired);
}

function judgeCaveat(caveat: Caveat, context: TokenContext): Denial | undefined {
  const { now } = context;
  const failed = (reason: string): Denial => deny("token", "CaveatFailed", { reason });
  switch (caveat.type) {
    case "timeAfter":
      return now + SKEW_MS < caveat.at ? deny("token", "TokenNotYetValid") : undefined;
    case "timeBefore":
      return now - SKEW_MS >= caveat.at ? deny("token", "TokenExpired") : undefined;
    case "audience":
      return context.audience === caveat.value ? undefined : failed(caveat.type);
    case "regionScope":
      return isBelow(context.region, caveat.value) ? undefined : failed(caveat.type);
    case "taskScope":
      return isBelow(context.task, caveat.value) ? undefined : failed(caveat.type);
    case "requestDigest": {
      const { requestDigest } = context;
      const fits = requestDigest !== undefined && areEqual(requestDigest, caveat.digest);
      return fits ? undefined : failed(caveat.type);
    }
    case "custom":
      return context.custom?.(caveat.name, caveat.value) === true ? undefined : failed(caveat.type);
    default:
      return undefined;
  }
}

/** A path, or one below it, by whole segments. */
function isBelow(path: string | undefined, scope: string): boolean {
  return path !== undefined && (path === scope || path.startsWith(`${scope}.`));
}

/** A caveat that names more than there is adds nothing: what is left is what both have. */
function met(root: TokenGrant, caveats: readonly Caveat[]): TokenGrant {
  let { fetch: fetching, storage } = root;
  for (const caveat of caveats) {
    if (caveat.type === "origins" && fetching !== undefined)
      fetching = meetOrigins(fetching, caveat.values);
    if (caveat.type === "methods" && fetching !== undefined) {
      const held = fetching.methods;
      const methods = caveat.values.map(normalMethod).filter((method) => held.includes(method));
      fetching = fetching.narrow({ methods });
    }
    if (caveat.type === "namespaces" && storage !== undefined)
      storage = storage.narrow({ namespaces: narrowedNamespaces(storage, caveat.values) });
  }
  return Object.freeze({
    ...(fetching === undefined ? undefined : { fetch: fetching }),
    ...(storage === undefined ? undefined : { storage }),
  });
}

function meetOrigins(grant: FetchGrant, values: readonly string[]): FetchGrant {
  const origins = [...grant.origins.values()].filter(({ origin }) => values.includes(origin));
  for (const value of values) {
    const covering = originOf(grant.origins, value);
    if (covering !== undefined && covering.origin !== value)
      origins.push({ ...covering, origin: value });
  }
  // What the caveat calls all of https is, of what is held, that of https.
  if (values.includes("*"))
    for (const held of grant.origins.values())
      if (held.origin.startsWith("https:") && !origins.includes(held)) origins.push(held);
  return grant.narrow({ origins });
}
