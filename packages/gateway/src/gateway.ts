// A gateway to one upstream: what `serve` decodes is judged, written anew and sent on through a
// pool, and nothing that was not understood as a whole goes either way.

import {
  identify,
  Pool,
  type ClientLimitName,
  type Identity,
  type Tunnel,
  type Upstream,
} from "@wirewall/client";
import type { Http1LimitName, ResponseHead } from "@wirewall/http1";
import {
  serve,
  type Exchange,
  type ExchangeHandler,
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
  /** A URL without path, such as `http://127.0.0.1:3000`, or the parts of an upstream. */
  readonly upstream: URL | string | Upstream | Identity;
  /** Limits of this package. */
  readonly limits?: { readonly [K in GatewayLimitName]?: number };
  /** Limits of the pool of connections to the upstream. */
  readonly pool?: { readonly [K in ClientLimitName]?: number };
  /** Limits of what the upstream says; its content may have any length unless said otherwise. */
  readonly upstreamHttp1?: { readonly [K in Http1LimitName]?: number };
  /** Protocols that a client may switch to: only `websocket` unless said otherwise. */
  readonly upgrades?: readonly string[];
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
  maxHeaderCount: 160,
  maxHeaderBytes: 81_920,
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
  readonly #tunnelIdleTimeoutMs: number;
  readonly #servers: Set<Server> = new Set();
  readonly #tunnels: Set<() => void> = new Set();
  readonly #startedAt: number = performance.now();
  #closing = false;
  #lastCode: string | undefined;
  #answered = false;

  constructor(options: GatewayOptions) {
    const { upgrades = ["websocket"] } = options;
    const limits = limitsTable.resolve(options.limits);
    this.#identity = identify(options.upstream);
    this.authority = this.#identity.authority;
    this.maxHopCount = limits.maxHopCount;
    this.halfClosedTimeoutMs = limits.halfClosedTimeoutMs;
    this.#tunnelIdleTimeoutMs = limits.tunnelIdleTimeoutMs;
    this.upgrades = new Set(upgrades.map((protocol) => protocol.toLowerCase()));
    this.#pool = new Pool({
      limits: { ...options.pool },
      http1: { ...UPSTREAM_HTTP1, ...options.upstreamHttp1 },
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
      },
      requests: {
        total: counters.requests,
        live: counters.liveRequests,
        aborted: counters.aborted,
        truncated: counters.truncated,
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
