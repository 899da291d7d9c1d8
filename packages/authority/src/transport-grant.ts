// The right to open a connection that stays: WebSocket and WebTransport. Its origins are its own: who may fetch from
// `https://a` may not therefore speak over `wss://a`.

import { deny, isDenial, type Denial } from "./denials.js";
import {
  descended,
  narrowList,
  narrowNumber,
  readList,
  readOptions,
  readWhole,
  tooMuch,
} from "./grant-options.js";
import { judgeHost, literalOf } from "./judge-fetch.js";
import {
  narrowOrigins,
  originOf,
  originText,
  readOrigins,
  type GrantedOrigin,
  type OriginGrant,
  type Origins,
} from "./origins.js";
import { readUrl, type UrlRules } from "./read-url.js";

export type TransportKind = "websocket" | "webtransport";

export interface TransportGrantOptions {
  readonly kinds?: readonly TransportKind[];
  readonly origins?: readonly (string | OriginGrant)[];
  readonly maxSubprotocolCount?: number;
  readonly maxReconnectCount?: number;
  /** Of the first wait before another attempt, which doubles. */
  readonly reconnectDelayMs?: number;
  readonly maxReconnectDelayMs?: number;
}

export interface TransportQuestion {
  readonly url: string;
  readonly kind: TransportKind;
  readonly subprotocols?: readonly string[];
  /** 0 for the first connection. */
  readonly attempt?: number;
}

export interface AllowedTransport {
  readonly type: "allowed";
  readonly url: URL;
  readonly origin: GrantedOrigin;
  /** Milliseconds to wait before this attempt. */
  readonly delayMs: number;
}

const KINDS = ["websocket", "webtransport"];
const KNOWN = [
  "kinds",
  "origins",
  "maxSubprotocolCount",
  "maxReconnectCount",
  "reconnectDelayMs",
  "maxReconnectDelayMs",
];
const RULES: UrlRules = {
  kind: "transport",
  schemes: ["ws:", "wss:", "https:"],
  maxUrlBytes: 8_192,
};
const MOST_MS = 86_400_000;
const GENUINE = /* @__PURE__ */ new WeakSet<object>();

export class TransportGrant {
  readonly kinds: readonly TransportKind[];
  readonly maxSubprotocolCount: number;
  readonly maxReconnectCount: number;
  readonly reconnectDelayMs: number;
  readonly maxReconnectDelayMs: number;
  readonly translators: readonly string[] = Object.freeze([]);
  readonly #origins: Origins;

  /** @throws TypeError or RangeError for an option that is not what it has to be. */
  constructor(options: TransportGrantOptions = {}) {
    const known = readOptions("transport grant", options, KNOWN);
    this.kinds = readList("kinds", known["kinds"], KINDS) as readonly TransportKind[];
    this.#origins = readOrigins("origins", known["origins"], RULES);
    const whole = (name: keyof TransportGrantOptions, min: number, max: number, or: number) =>
      readWhole(name, known[name], min, max, or);
    this.maxSubprotocolCount = whole("maxSubprotocolCount", 0, 64, 8);
    this.maxReconnectCount = whole("maxReconnectCount", 0, 1_000, 3);
    this.reconnectDelayMs = whole("reconnectDelayMs", 1, MOST_MS, 250);
    this.maxReconnectDelayMs = whole("maxReconnectDelayMs", 1, MOST_MS, 5_000);
    Object.freeze(this);
    GENUINE.add(this);
  }

  static readonly none: TransportGrant = /* @__PURE__ */ new TransportGrant();

  get origins(): Origins {
    return this.#origins;
  }

  /** @throws RangeError that names the field in which more is asked for than is held. */
  narrow(options: TransportGrantOptions): TransportGrant {
    const asked = new TransportGrant(options);
    const origins = narrowOrigins("origins", options.origins && asked.#origins, this.#origins);
    // Whoever waits less tries more.
    if ((options.reconnectDelayMs ?? Infinity) < this.reconnectDelayMs)
      throw tooMuch("reconnectDelayMs");
    const made = new TransportGrant({
      kinds: narrowList("kinds", options.kinds && asked.kinds, this.kinds) as TransportKind[],
      origins: [...origins.values()],
      maxSubprotocolCount: narrowNumber(
        "maxSubprotocolCount",
        options.maxSubprotocolCount,
        this.maxSubprotocolCount,
      ),
      maxReconnectCount: narrowNumber(
        "maxReconnectCount",
        options.maxReconnectCount,
        this.maxReconnectCount,
      ),
      reconnectDelayMs: options.reconnectDelayMs ?? this.reconnectDelayMs,
      maxReconnectDelayMs: options.maxReconnectDelayMs ?? this.maxReconnectDelayMs,
    });
    return descended(this, made);
  }
}

Object.freeze(TransportGrant.prototype);

export function isTransportGrant(value: unknown): value is TransportGrant {
  return typeof value === "object" && value !== null && GENUINE.has(value);
}

/**
 * @param supported the kinds that this host has.
 * @throws TypeError for a grant that is none.
 */
export function judgeTransport(
  grant: TransportGrant,
  question: TransportQuestion,
  supported: readonly TransportKind[] = ["websocket"],
): AllowedTransport | Denial {
  if (!isTransportGrant(grant)) throw new TypeError("grant: expected a TransportGrant");
  const { kind, subprotocols = [], attempt = 0 } = question;
  const url = readUrl(question.url, RULES);
  if (isDenial(url)) return url;
  const text = originText(url);
  if (!supported.includes(kind)) return deny("transport", "UnsupportedKind", { origin: text });
  if (!grant.kinds.includes(kind)) return deny("transport", "KindDenied", { origin: text });
  const origin = originOf(grant.origins, text);
  if (origin === undefined) return deny("transport", "OriginDenied", { origin: text });
  if (subprotocols.length > grant.maxSubprotocolCount)
    return deny("transport", "TooManySubprotocols", {
      origin: text,
      limit: "maxSubprotocolCount",
      max: grant.maxSubprotocolCount,
      observed: subprotocols.length,
    });
  if (attempt > grant.maxReconnectCount)
    return deny("transport", "ReconnectAttemptExceeded", {
      origin: text,
      limit: "maxReconnectCount",
      max: grant.maxReconnectCount,
      observed: attempt,
    });
  if (!isSecureEnough(kind, url, origin))
    return deny("transport", "InsecureScheme", { origin: text });
  const denied = judgeHost(grant, url, origin);
  if (denied !== undefined)
    return deny("transport", "AddressDenied", { origin: text, reason: denied.reason ?? "" });
  return { type: "allowed", url, origin, delayMs: delayOf(grant, attempt) };
}

/** wss, or ws to this machine where that was granted; WebTransport over https. */
function isSecureEnough(kind: TransportKind, url: URL, origin: GrantedOrigin): boolean {
  if (kind === "webtransport") return url.protocol === "https:";
  if (url.protocol === "wss:") return true;
  return url.protocol === "ws:" && origin.privateAddress && isLoopback(url.hostname);
}

function isLoopback(host: string): boolean {
  const bytes = literalOf(host);
  if (bytes === undefined) return host === "localhost" || host.endsWith(".localhost");
  if (bytes.length === 4) return bytes[0] === 127;
  return bytes.every((byte, at) => byte === (at === 15 ? 1 : 0));
}

/** Doubles from attempt to attempt, without chance. */
function delayOf(grant: TransportGrant, attempt: number): number {
  if (attempt === 0) return 0;
  const doubled = grant.reconnectDelayMs * 2 ** Math.min(attempt - 1, 40);
  return Math.min(doubled, grant.maxReconnectDelayMs);
}
