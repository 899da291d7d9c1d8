// A server without its listening: connections that were accepted somewhere, what they share, and how
// they end. An error of one connection ends that connection. What a caller's callbacks throw is ignored.

import { limits as http1Limits } from "@wirewall/http1";
import { limits as http2Limits } from "@wirewall/http2";
import { Ledger } from "@wirewall/limits";
import type { Scope } from "@wirewall/runtime";
import type { Socket } from "node:net";
import type { Clock, ClockTimer } from "@wirewall/host";
import type { ConnectionHost, LiveConnection, ServerViolation } from "./connection-host.js";
import { Counters } from "./counters.js";
import { runFetch } from "./fetch-handler.js";
import { Http1Connection } from "./http1-connection.js";
import { Http2Connection } from "./http2-connection.js";
import { HttpDate } from "./http-date.js";
import { Opening } from "./opening.js";
import type { ResolvedOptions } from "./options.js";
import { isPromiseLike } from "./promise-like.js";
import { Origins } from "./request-url.js";

/** Whoever accepts for the core. */
export interface Acceptor {
  /** What names the server, for requests that name nothing. */
  readonly authority: string;
  /** Nothing is accepted any more, and nothing is held. */
  readonly isClosed: boolean;
  stopAccepting(): void;
  /** What is not yet a connection has to go too. */
  cut(): void;
}

export class ServerCore implements ConnectionHost {
  readonly http1: ConnectionHost["http1"];
  readonly http2: ConnectionHost["http2"];
  readonly encrypted: boolean;
  readonly clock: Clock;
  readonly makesTasks: boolean;
  readonly handlerMicros: number | undefined;
  readonly date: HttpDate;
  readonly scope: Scope;
  readonly counters: Counters = new Counters();
  readonly handle: ConnectionHost["handle"];
  readonly closed: Promise<void>;
  readonly #options: ResolvedOptions;
  readonly #acceptor: Acceptor;
  readonly #connections: Set<LiveConnection> = new Set();
  #resolveClosed: () => void = ignore;
  #stopping = false;
  #cutOff = false;
  #cutAt = Infinity;
  #timeout: ClockTimer | undefined;

  constructor(options: ResolvedOptions, acceptor: Acceptor, scope: Scope, clock: Clock) {
    const { limits, preset, tls } = options;
    const ledger = new Ledger({
      maxRetainedBytes: options.maxServerRetainedBytes,
      name: "maxServerRetainedBytes",
    });
    this.#options = options;
    this.#acceptor = acceptor;
    this.scope = scope;
    this.clock = clock;
    const { handlerTimeoutMs, trace } = options;
    this.makesTasks = trace !== undefined || handlerTimeoutMs !== undefined;
    this.handlerMicros = handlerTimeoutMs === undefined ? undefined : handlerTimeoutMs * 1_000;
    this.date = new HttpDate(clock);
    // Resolved once: every connection shares the values.
    this.http1 = { limits: http1Limits.resolve(limits, preset), preset, ledger };
    this.http2 = {
      limits: http2Limits.resolve(options.http2, preset),
      preset,
      ledger,
      enableConnectProtocol: options.extendedConnect,
    };
    this.encrypted = tls !== undefined;
    const origins = new Origins(this.encrypted, () => acceptor.authority);
    this.handle =
      "fetch" in options.handler
        ? runFetch(options.handler.fetch, origins, ledger)
        : options.handler.exchange;
    this.closed = new Promise((resolve) => {
      this.#resolveClosed = resolve;
    });
  }

  get connectionCount(): number {
    return this.#connections.size;
  }

  /** Handlers that outlive their connections count as well, which the system does not know. */
  accept(socket: Socket, isHttp2: boolean | undefined): void {
    if (this.#stopping || this.#connections.size >= this.#options.maxConnectionCount) {
      this.counters.dropped++;
      socket.on("error", ignore);
      socket.destroy();
      return;
    }
    this.counters.accepted++;
    const { protocols } = this.#options;
    const decided = isHttp2 ?? (protocols.length === 1 ? protocols[0] === "h2" : undefined);
    if (decided === undefined) this.#open(socket);
    else this.#speak(socket, decided, this.clock.now());
  }

  /** Lets running exchanges finish, for so long. */
  close(options: { readonly timeoutMs?: number } = {}): Promise<void> {
    const timeoutMs = options.timeoutMs ?? this.#options.shutdownTimeoutMs;
    if (!Number.isSafeInteger(timeoutMs) || timeoutMs < 0)
      throw new RangeError("timeoutMs: expected a whole number of milliseconds");
    if (!this.#stopping) {
      this.#stopping = true;
      this.#acceptor.stopAccepting();
      for (const connection of this.#connections) connection.shutdown();
    }
    const cutAt = this.clock.now() + timeoutMs;
    if (cutAt < this.#cutAt && !this.#isClosed) {
      this.#cutAt = cutAt;
      this.clock.clear(this.#timeout);
      this.#timeout = this.clock.after(timeoutMs, cut, this);
    }
    return this.closed;
  }

  violated(violation: ServerViolation, connection: LiveConnection): void {
    const { code, limit } = violation;
    this.counters.violated(code);
    const kind = code.includes(".flood")
      ? "flood_detected"
      : limit
        ? "limit_exceeded"
        : "protocol_error";
    connection.scope.tell(kind, {
      protocol: code.slice(0, code.indexOf(".")),
      code,
      ...(limit === undefined ? undefined : { limit: limit.max, observed: limit.observed }),
    });
    const { onViolation } = this.#options;
    if (onViolation !== undefined) callback(() => onViolation(violation, connection.info));
  }

  failed(error: unknown, connection: LiveConnection | undefined): void {
    const { onError } = this.#options;
    if (onError !== undefined) callback(() => onError(error, connection?.info));
  }

  left(connection: LiveConnection): void {
    this.#connections.delete(connection);
    this.settle();
  }

  /** To be called when the acceptor may have become closed. */
  settle(): void {
    if (!this.#isClosed) return;
    this.clock.clear(this.#timeout);
    this.scope.close();
    this.#resolveClosed();
  }

  /** @internal */
  cut(): void {
    this.#cutOff = true;
    for (const connection of this.#connections) connection.destroy("shutdown");
    this.#acceptor.cut();
    this.settle();
  }

  /** Cleartext on which both protocols may come. */
  #open(socket: Socket): void {
    const { headTimeoutMs } = http1Limits.resolve(this.http1.limits);
    const { prefaceTimeoutMs } = http2Limits.resolve(this.http2.limits);
    const timeouts = { headTimeoutMs, prefaceTimeoutMs };
    const opening = new Opening(socket, this, timeouts, (_, isHttp2, openedAt) => {
      this.#connections.delete(opening);
      return this.#speak(socket, isHttp2, openedAt);
    });
    this.#connections.add(opening);
  }

  #speak(socket: Socket, isHttp2: boolean, openedAt: number): Http1Connection | Http2Connection {
    const connection = isHttp2
      ? new Http2Connection(socket, this, openedAt)
      : new Http1Connection(socket, this, openedAt);
    this.#connections.add(connection);
    return connection;
  }

  get #isClosed(): boolean {
    return this.#acceptor.isClosed && (this.#cutOff || this.#connections.size === 0);
  }
}

function cut(core: ServerCore): void {
  core.cut();
}

/** Whatever a callback throws, or rejects, ends in here. */
function callback(call: () => unknown): void {
  try {
    const result = call();
    if (isPromiseLike(result)) Promise.resolve(result).catch(ignore);
  } catch {
    // Nobody is left who could be told.
  }
}

function ignore(): void {}
