// Connections to upstreams, kept by the whole identity of each (identity.ts): over HTTP/1.1 for one
// call at a time, over HTTP/2 for as many as the upstream takes. A connection that is used again is
// given its request only after all that arrived in the same turn of the event loop was read: bytes
// that came while it was idle are never taken for an answer.

import { clockOf, platformClock, type Clock } from "@wirewall/host";
import { limits as http1Limits, type Http1LimitName } from "@wirewall/http1";
import { limits as http2Limits, type Http2LimitName } from "@wirewall/http2";
import { Ledger, type Preset } from "@wirewall/limits";
import type { Cx } from "@wirewall/runtime";
import { Call, type CallHandler } from "./call.js";
import { Counters, increment, type PoolCounters } from "./counters.js";
import { ClientError } from "./errors.js";
import type { CallRequest } from "./heads.js";
import { identify, type Identity, type Upstream } from "./identity.js";
import { limits as limitsTable, type ClientLimitName, type ClientLimits } from "./limits.js";
import { openSocket, type Dial } from "./open-socket.js";
import { Origin } from "./origin.js";
import { requestWith, type ClientRequest } from "./request.js";
import type { ClientResponse } from "./response.js";
import type { UpstreamConnection } from "./upstream-connection.js";

export interface PoolOptions {
  /** Limits of this package (`wirewall limits` lists them). */
  readonly limits?: { readonly [K in ClientLimitName]?: number };
  /** Limits of each connection that speaks HTTP/1.1. */
  readonly http1?: { readonly [K in Http1LimitName]?: number };
  /** Limits of each connection that speaks HTTP/2. */
  readonly http2?: { readonly [K in Http2LimitName]?: number };
  readonly preset?: Preset;
}

/** Where a pool has its time and its sockets from. */
export interface Platform {
  readonly clock: Clock;
  readonly dial: Dial;
}

const PLATFORM: Platform = { clock: platformClock, dial: openSocket };

export class Pool {
  readonly limits: ClientLimits;
  readonly #counters: Counters = new Counters();
  readonly #origins: Map<string, Origin> = new Map();
  readonly #host: ConstructorParameters<typeof Origin>[1];
  #due: UpstreamConnection[] = [];
  #closed: { readonly promise: Promise<void>; readonly resolve: () => void } | undefined;

  /**
   * @param platform the system's network and time unless said otherwise (`poolOver`).
   * @throws TypeError or RangeError for limits that are none.
   */
  constructor(options: PoolOptions = {}, platform: Platform = PLATFORM) {
    const { preset = "default", http1, http2 } = options;
    const limits = limitsTable.resolve(options.limits, preset);
    const ledger = new Ledger({ maxRetainedBytes: limits.maxClientRetainedBytes });
    this.limits = limits;
    this.#host = {
      http1: { limits: http1Limits.resolve(http1, preset), ledger },
      http2: {
        limits: http2Limits.resolve(
          { streamStallTimeoutMs: limits.responseTimeoutMs, ...http2 },
          preset,
        ),
        ledger,
      },
      limits,
      clock: platform.clock,
      dial: platform.dial,
      counters: this.#counters,
      soon: (connection) => this.#soon(connection),
      empty: (origin) => this.#empty(origin),
    };
  }

  get counters(): PoolCounters {
    return this.#counters;
  }

  /** Connections that are open or being opened. */
  get connectionCount(): number {
    return sum(this.#origins, (origin) => origin.connectionCount);
  }

  get idleCount(): number {
    return sum(this.#origins, (origin) => origin.idleCount);
  }

  /** Calls that wait for a connection. */
  get waitingCount(): number {
    return sum(this.#origins, (origin) => origin.waitingCount);
  }

  /**
   * Sends a request and tells the handler what comes of it. The handler is never called before this
   * returned, except for errors of the pool itself.
   *
   * A request that asks for a tunnel goes out over HTTP/1.1, where a connection can become one.
   *
   * @throws TypeError for a request that could become a tunnel which the handler does not take, that
   * asks for one and has content, or for one to an upstream that speaks HTTP/2 only.
   */
  dispatch(identity: Identity, request: CallRequest, handler: CallHandler): Call {
    const { method, fields, content } = request;
    let place = identity;
    if (method === "CONNECT" || fields.has("upgrade")) {
      if (handler.onTunnel === undefined) throw new TypeError("handler: expected onTunnel");
      if (content !== "none")
        throw new TypeError("content: a request that asks for a tunnel has none (RFC 9110 §7.8)");
      if (identity.protocol === "h2")
        throw new TypeError("request: HTTP/2 has no upgrade (RFC 9113 §8.6)");
      place = identity.overHttp1;
    }
    const call = new Call(place, request, handler);
    const known = this.#closed === undefined ? this.#origins.get(place.key) : undefined;
    const origin = known ?? this.#open(place);
    if (origin !== undefined) origin.dispatch(call);
    else {
      const code = this.#closed === undefined ? "client.pool.exhausted" : "client.pool.closed";
      increment(this.#counters.errors, code);
      handler.onError(new ClientError(code), call);
    }
    return call;
  }

  /**
   * Sends a request; the promise is settled by the head of the response, or rejected by a
   * `ClientError`. The content of a response has to be read or cancelled.
   */
  request(
    upstream: Upstream | URL | string | Identity,
    request: ClientRequest = {},
  ): Promise<ClientResponse> {
    return requestWith(this, identify(upstream), request);
  }

  /** Takes nothing more, and ends: at once what is idle or waits, after `timeoutMs` the rest. */
  close(options: { readonly timeoutMs?: number } = {}): Promise<void> {
    const { timeoutMs = 0 } = options;
    if (this.#closed !== undefined) return this.#closed.promise;
    let resolve = (): void => {};
    const promise = new Promise<void>((settle) => {
      resolve = settle;
    });
    this.#closed = { promise, resolve };
    for (const origin of this.#origins.values()) origin.shut();
    if (timeoutMs <= 0) this.#destroy();
    else if (this.#origins.size > 0) {
      const { clock } = this.#host;
      const timer = clock.after(timeoutMs, () => this.#destroy(), undefined);
      void promise.then(() => clock.clear(timer));
    }
    this.#settle();
    return promise;
  }

  #open(identity: Identity): Origin | undefined {
    if (this.#closed !== undefined) return undefined;
    if (this.#origins.size >= this.limits.maxOriginCount) this.#evict();
    if (this.#origins.size >= this.limits.maxOriginCount) return undefined;
    const origin = new Origin(identity, this.#host);
    this.#origins.set(identity.key, origin);
    return origin;
  }

  /** Makes room where all connections are idle. */
  #evict(): void {
    for (const origin of this.#origins.values())
      if (origin.waitingCount === 0 && origin.idleCount === origin.connectionCount) {
        origin.shut();
        return;
      }
  }

  #soon(connection: UpstreamConnection): void {
    this.#due.push(connection);
    if (this.#due.length === 1) this.#host.clock.later(beginDue, this);
  }

  /** @internal */
  beginDue(): void {
    const due = this.#due;
    this.#due = [];
    for (const connection of due) connection.begin();
  }

  #destroy(): void {
    for (const origin of this.#origins.values()) origin.destroy("client.pool.closed");
  }

  #empty(origin: Origin): void {
    if (this.#origins.get(origin.identity.key) === origin)
      this.#origins.delete(origin.identity.key);
    this.#settle();
  }

  #settle(): void {
    if (this.#closed !== undefined && this.#origins.size === 0) this.#closed.resolve();
  }
}

/**
 * A pool in the time of the host of `cx`, over sockets that `dial` makes: for networks of one's own, and
 * the lab.
 */
export function poolOver(cx: Cx<"io">, dial: Dial, options: PoolOptions = {}): Pool {
  return new Pool(options, { clock: clockOf(cx.host()), dial });
}

function beginDue(pool: Pool): void {
  pool.beginDue();
}

function sum(origins: Map<string, Origin>, count: (origin: Origin) => number): number {
  let total = 0;
  for (const origin of origins.values()) total += count(origin);
  return total;
}
