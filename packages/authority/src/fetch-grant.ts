// The right to fetch: from listed origins, by listed methods, within bounds. Made here and nowhere else; whoever holds
// one can make a smaller one of it, and nothing larger.

import type { LimitValues } from "@wirewall/limits";
import { bytesOf } from "./address.js";
import {
  descended,
  narrowFlag,
  narrowList,
  readFlag,
  readList,
  readOptions,
  tooMuch,
} from "./grant-options.js";
import { limits as table, type AuthorityLimitName, type AuthorityLimits } from "./limits.js";
import { narrowOrigins, readOrigins, type OriginGrant, type Origins } from "./origins.js";
import { isToken } from "@wirewall/fields";

export interface FetchGrantOptions {
  readonly origins?: readonly (string | OriginGrant)[];
  /** As Fetch normalises them. CONNECT, TRACE and TRACK cannot be granted. */
  readonly methods?: readonly string[];
  readonly limits?: { readonly [K in AuthorityLimitName]?: number };
  /** A 307 or 308 to another origin may take the content along. */
  readonly crossOriginBody?: boolean;
  /**
   * Who holds a connection to the address that was judged: we do ("required"), or the platform is believed
   * ("host"), as where a browser resolves.
   */
  readonly pinning?: "required" | "host";
  /** Prefixes of 96 bits of networks that translate to IPv4, such as `2001:67c:2960:6464::`. */
  readonly translators?: readonly string[];
}

const KNOWN = ["origins", "methods", "limits", "crossOriginBody", "pinning", "translators"];
const UNGRANTABLE = new Set(["CONNECT", "TRACE", "TRACK"]);
const NORMALISED = new Set(["DELETE", "GET", "HEAD", "OPTIONS", "POST", "PUT"]);
const GENUINE = /* @__PURE__ */ new WeakSet<object>();
const SCHEMES = ["http:", "https:"];

export class FetchGrant {
  readonly limits: AuthorityLimits;
  readonly methods: readonly string[];
  readonly crossOriginBody: boolean;
  readonly pinning: "required" | "host";
  readonly translators: readonly string[];
  readonly #origins: Origins;

  /** @throws TypeError or RangeError for an option that is not what it has to be. */
  constructor(options: FetchGrantOptions = {}) {
    const known = readOptions("fetch grant", options, KNOWN);
    this.limits = table.resolve(known["limits"] as LimitValues<AuthorityLimitName> | undefined);
    this.methods = readMethods(known["methods"]);
    this.#origins = readOrigins("origins", known["origins"], {
      kind: "fetch",
      schemes: SCHEMES,
      maxUrlBytes: this.limits.maxUrlBytes,
    });
    this.crossOriginBody = readFlag("crossOriginBody", known["crossOriginBody"]);
    const { pinning = "required" } = known;
    if (pinning !== "required" && pinning !== "host")
      throw new RangeError('pinning: expected "required" or "host"');
    this.pinning = pinning;
    this.translators = readList("translators", known["translators"]);
    for (const prefix of this.translators) bytesOf(prefix);
    Object.freeze(this);
    GENUINE.add(this);
  }

  /** Nothing at all. */
  static readonly none: FetchGrant = /* @__PURE__ */ new FetchGrant();

  get origins(): Origins {
    return this.#origins;
  }

  /** Field lines that a request may have: none if it may go nowhere. */
  get maxHeaderCount(): number {
    return this.#origins.size === 0 ? 0 : this.limits.maxHeaderCount;
  }

  /**
   * A grant with what is asked for, and all that is not spoken of.
   *
   * @throws RangeError that names the field in which more is asked for than is held.
   */
  narrow(options: FetchGrantOptions): FetchGrant {
    const asked = new FetchGrant(options);
    const origins = narrowOrigins(
      "origins",
      options.origins === undefined ? undefined : asked.#origins,
      this.#origins,
    );
    const limits: { -readonly [K in AuthorityLimitName]?: number } = { ...this.limits };
    for (const name of Object.keys(options.limits ?? {}) as AuthorityLimitName[]) {
      if (asked.limits[name] > this.limits[name]) throw tooMuch(name);
      limits[name] = asked.limits[name];
    }
    if (options.pinning === "host" && this.pinning === "required") throw tooMuch("pinning");
    const made = new FetchGrant({
      origins: [...origins.values()],
      methods: narrowList("methods", options.methods && asked.methods, this.methods),
      limits,
      crossOriginBody: narrowFlag("crossOriginBody", options.crossOriginBody, this.crossOriginBody),
      pinning: options.pinning ?? this.pinning,
      // More prefixes deny more.
      translators: [...this.translators, ...asked.translators],
    });
    return descended(this, made);
  }
}

Object.freeze(FetchGrant.prototype);

/** Whether it was made here, and not copied, cast or dressed up. */
export function isFetchGrant(value: unknown): value is FetchGrant {
  return typeof value === "object" && value !== null && GENUINE.has(value);
}

/** Fetch §2.2.1: six methods are written in capitals whatever their case, others are as they are. */
export function normalMethod(method: string): string {
  const capitals = method.toUpperCase();
  return NORMALISED.has(capitals) ? capitals : method;
}

/** Methods that no grant has. */
export function isUngrantable(method: string): boolean {
  return UNGRANTABLE.has(method.toUpperCase());
}

function readMethods(value: unknown): readonly string[] {
  const methods = readList("methods", value).map(normalMethod);
  for (const method of methods) {
    if (!isToken(method)) throw new TypeError("methods: expected tokens (RFC 9110 §9.1)");
    if (isUngrantable(method)) throw new RangeError(`methods: ${method} cannot be granted`);
  }
  return Object.freeze([...new Set(methods)].sort());
}
