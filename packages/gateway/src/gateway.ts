// A gateway to one upstream: what `serve` decodes is judged, written anew and sent on through a
// pool, and nothing that was not understood as a whole goes either way.

import {
  identify,
  Pool,
  type ClientLimitName,
  type Identity,
  type ResponseHead,
  type Tunnel,
  type Upstream,
} from "@wirewall/client";
import type { Fields } from "@wirewall/fields";
import type { Http1LimitName } from "@wirewall/http1";
import type { Http2LimitName } from "@wirewall/http2";
import type { Preset } from "@wirewall/limits";
import {
  serve,
  type Exchange,
  type ExchangeHandler,
  type ExchangeHead,
  type ServeOptions,
  type Server,
  type ServerViolation,
} from "@wirewall/server";
import { adminResponse, type Report } from "./admin.js";
import { Counters, type GatewayCounters } from "./counters.js";
import { Forward, type ForwardHost } from "./forward.js";
import { limits as limitsTable, type GatewayLimitName } from "./limits.js";
import { responseFields } from "./response-fields.js";
import { joinTunnel } from "./tunnel.js";

export interface GatewayOptions {
  /**
   * A URL without path, such as `http://127.0.0.1:3000`, or the parts of an upstream. Over `https:`
   * ALPN chooses between HTTP/2 and HTTP/1.1; `h2c:` is HTTP/2 without TLS.
   */
  readonly upstream: URL | string | Upstream | Identity;
  /** Of which set all limits are, unless they are given. */
  readonly preset?: Preset;
  /** Limits of this package. */
  readonly limits?: { readonly [K in GatewayLimitName]?: number };
  /** Limits of the pool of connections to the upstream. */
  readonly pool?: { readonly [K in ClientLimitName]?: number };
  /** Limits of what the upstream says; its content may have any length unless said otherwise. */
  readonly upstreamHttp1?: { readonly [K in Http1LimitName]?: number };
  /** The same where the upstream speaks HTTP/2. */
  readonly upstreamHttp2?: { readonly [K in Http2LimitName]?: number };
  /**
   * Protocols that a client may switch to, where both sides speak HTTP/1.1: only `websocket` unless
   * said otherwise.
   */
  readonly upgrades?: readonly string[];
  /**
   * Is told what was received and which fields go on, before they do. What it throws is ignored.
   */
  readonly onForward?: (head: ExchangeHead, fields: Fields) => void;
}

/** Where `listen` listens, and what it takes from clients; see `serve`. */
export type ListenOptions = Omit<ServeOptions, "fetch" | "exchange">;

export interface Gateway {
  /** For `serve({ exchange, onViolation })`, where `listen` does not fit. */
  readonly exchange: ExchangeHandler;
  /** Counts a refused client. */
  readonly onViolation: (violation: ServerViolation) => void;
  readonly counters: GatewayCounters;
  /** Health and counters, for `serve({ fetch: gateway.adminFetch })` on an address of its own. */
  readonly adminFetch: (request: Request) => Response;
  /** Serves this gateway; may be called more than once. */
  listen(options?: ListenOptions): Promise<Server>;
  /** Closes what listens, lets running exchanges finish, and ends what is left after the time-out. */
  close(options?: { readonly timeoutMs?: number }): Promise<void>;
}

/** @throws TypeError or RangeError for options that are none. */
export function createGateway(options: GatewayOptions): Gateway {
  return new HttpGateway(options);
}

/**
 * Content of the upstream is passed on and not kept, so that its length costs nothing. A request may
 * have as many fields as a client may send, and those that are added here.
 */
const UPSTREAM_HTTP1 = {
  maxBodyBytes: Number.MAX_SAFE_INTEGER,
  // Events may be rare; a client that has left ends the wait.
  bodyIdleTimeoutMs: 3_600_000,
  maxHeaderCount: 288,
  maxHeaderBytes: 81_920,
} as const;

/** The same, for HTTP/2: streams of events may be silent for as long. */
const UPSTREAM_HTTP2 = {
  maxBodyBytes: Number.MAX_SAFE_INTEGER,
  streamStallTimeoutMs: 3_600_000,
} as const;

class HttpGateway implements Gateway, ForwardHost {
  readonly counters: Counters = new Counters();
  readonly authority: string;
  readonly maxHopCount: number;
  readonly halfClosedTimeoutMs: number;
  readonly upgrades: ReadonlySet<string>;
  readonly exchange: ExchangeHandler;
  readonly onViolation: (violation: ServerViolation) => void;
  readonly adminFetch: (request: Request) => Response;
  readonly #identity: Identity;
  readonly #pool: Pool;
  readonly #onForward: GatewayOptions["onForward"];
  readonly #tunnelIdleTimeoutMs: number;
  readonly #servers: Set<Server> = new Set();
  readonly #tunnels: Set<() => void> = new Set();
  readonly #startedAt: number = performance.now();
  #closing = false;
  #lastCode: string | undefined;
  #answered = false;

  constructor(options: GatewayOptions) {
    const { upgrades = ["websocket"], preset = "default" } = options;
    const limits = limitsTable.resolve(options.limits, preset);
    this.#identity = identify(options.upstream);
    this.#onForward = options.onForward;
    this.authority = this.#identity.authority;
    this.maxHopCount = limits.maxHopCount;
    this.halfClosedTimeoutMs = limits.halfClosedTimeoutMs;
    this.#tunnelIdleTimeoutMs = limits.tunnelIdleTimeoutMs;
    const offered = this.#identity.protocol === "h2" ? [] : upgrades;
    this.upgrades = new Set(offered.map((protocol) => protocol.toLowerCase()));
    this.#pool = new Pool({
      preset,
      limits: { ...options.pool },
      http1: { ...UPSTREAM_HTTP1, ...options.upstreamHttp1 },
      http2: { ...UPSTREAM_HTTP2, ...options.upstreamHttp2 },
    });
    this.exchange = (exchange) => new Forward(this, exchange).start();
    this.onViolation = (violation) => this.counters.refused(violation.code);
    this.adminFetch = (request) => adminResponse(request, this.#report());
  }

  dispatch(
    ...[request, handler]: Parameters<ForwardHost["dispatch"]>
  ): ReturnType<ForwardHost["dispatch"]> {
    return this.#pool.dispatch(this.#identity, request, handler);
  }

  forwards(head: ExchangeHead, fields: Fields): void {
    try {
      this.#onForward?.(head, fields);
    } catch {
      // Whoever watches cannot hold anything up.
    }
  }

  upstreamAnswered(code: string | undefined): void {
    this.#answered = true;
    this.#lastCode = code;
  }

  join(exchange: Exchange, head: ResponseHead, tunnel: Tunnel): void {
    const fields = responseFields(head.fields, "upgrade");
    if (fields === undefined) {
      tunnel.socket.destroy();
      exchange.cutOff();
      return;
    }
    exchange.upgrade({ status: 101, reason: head.reason, fields }).then(
      (client) => {
        this.counters.tunnels++;
        this.counters.liveTunnels++;
        const end = joinTunnel(client, tunnel, this.#tunnelIdleTimeoutMs, () => {
          this.counters.liveTunnels--;
          this.#tunnels.delete(end);
        });
        this.#tunnels.add(end);
        if (this.#closing) end();
      },
      () => tunnel.socket.destroy(),
    );
  }

  async listen(options: ListenOptions = {}): Promise<Server> {
    const { onViolation } = options;
    const server = await serve({
      ...options,
      exchange: this.exchange,
      onViolation: (violation, info) => {
        this.onViolation(violation);
        onViolation?.(violation, info);
      },
    });
    this.#servers.add(server);
    void server.closed.then(() => this.#servers.delete(server));
    return server;
  }

  #report(): Report {
    const { counters } = this;
    const pool = this.#pool;
    const servers = [...this.#servers];
    const lastError = this.#lastCode ?? null;
    return {
      status: this.#closing ? "closing" : "ok",
      uptimeSeconds: Math.round((performance.now() - this.#startedAt) / 1_000),
      upstream: {
        status: !this.#answered ? "unknown" : lastError === null ? "up" : "down",
        lastError,
        connections: pool.connectionCount,
        idle: pool.idleCount,
        waiting: pool.waitingCount,
        opened: pool.counters.opened,
        protocols: pool.counters.protocols,
        reused: pool.counters.reused,
        retried: pool.counters.retried,
        poisoned: pool.counters.poisoned,
        errors: counters.upstreamErrors,
      },
      connections: {
        live: sum(servers, (server) => server.connectionCount),
        accepted: sum(servers, (server) => server.counters.accepted),
        dropped: sum(servers, (server) => server.counters.dropped),
        idleClosed: counters.idleClosed,
        protocols: counters.connectionsByProtocol,
      },
      requests: {
        total: counters.requests,
        live: counters.liveRequests,
        aborted: counters.aborted,
        truncated: counters.truncated,
        protocols: counters.requestsByProtocol,
      },
      responses: counters.responses,
      refusals: counters.refusals,
      tunnels: { total: counters.tunnels, live: counters.liveTunnels },
      bytes: {
        requestContent: counters.requestContentBytes,
        responseContent: counters.responseContentBytes,
      },
    };
  }

  async close(options: { readonly timeoutMs?: number } = {}): Promise<void> {
    this.#closing = true;
    await Promise.all([...this.#servers].map((server) => server.close(options)));
    for (const end of this.#tunnels) end();
    await this.#pool.close();
  }
}

function sum(servers: readonly Server[], count: (server: Server) => number): number {
  return servers.reduce((total, server) => total + count(server), 0);
}
