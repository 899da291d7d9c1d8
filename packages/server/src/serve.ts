// Listens, accepts, and shuts down. An error of one connection ends that connection; an error of
// accepting ends nothing. What a caller's callbacks throw is ignored.

import { limits as http1Limits } from "@wirewall/http1";
import { limits as http2Limits } from "@wirewall/http2";
import { Ledger } from "@wirewall/limits";
import { admits, type NodeTls } from "@wirewall/tls/node";
import { createServer, type AddressInfo, type Server as NetServer, type Socket } from "node:net";
import { createServer as createTlsServer, type TLSSocket } from "node:tls";
import type { ConnectionHost, LiveConnection, ServerViolation } from "./connection-host.js";
import { Counters, type ServerCounters } from "./counters.js";
import { ListenError } from "./errors.js";
import { runFetch } from "./fetch-handler.js";
import { Http1Connection } from "./http1-connection.js";
import { Http2Connection } from "./http2-connection.js";
import { HttpDate } from "./http-date.js";
import { Opening } from "./opening.js";
import { resolveOptions, type ResolvedOptions, type ServeOptions } from "./options.js";
import { isPromiseLike } from "./promise-like.js";
import { Origins } from "./request-url.js";
import { clearStaleSocket } from "./unix-socket.js";

/** A server that listens. */
export interface Server {
  /** Where it listens: an address with its port, or the path of a Unix socket. */
  readonly address: AddressInfo | string;
  /** Undefined on a Unix socket. */
  readonly port: number | undefined;
  /** `http://127.0.0.1:8080`, or `unix:` and the path. */
  readonly url: string;
  /** Connections that are open, or whose handlers still run. */
  readonly connectionCount: number;
  readonly counters: ServerCounters;
  /**
   * Stops accepting, closes idle connections, lets running exchanges finish with `Connection:
   * close`, and cuts off what is left after the time-out. Resolves like `closed`. A second call
   * may shorten the time.
   */
  close(options?: { readonly timeoutMs?: number }): Promise<void>;
  /** Resolves when nothing is left of the server. */
  readonly closed: Promise<void>;
}

/**
 * Serves HTTP/1.1 and HTTP/2 on one port.
 *
 * @throws ServeOptionError for an option that is not what it has to be.
 * @throws ListenError if the address cannot be listened on.
 */
export async function serve(options: ServeOptions): Promise<Server> {
  const resolved = resolveOptions(options);
  if (resolved.path !== undefined) await clearStaleSocket(resolved.path);
  const server = new HttpServer(resolved);
  await server.listen();
  return server;
}

class HttpServer implements Server, ConnectionHost {
  readonly http1: ConnectionHost["http1"];
  readonly http2: ConnectionHost["http2"];
  readonly encrypted: boolean;
  readonly date: HttpDate = new HttpDate();
  readonly counters: Counters = new Counters();
  readonly handle: ConnectionHost["handle"];
  readonly closed: Promise<void>;
  readonly #options: ResolvedOptions;
  readonly #net: NetServer;
  readonly #connections: Set<LiveConnection> = new Set();
  /** TLS: the sockets below the connections, also those that are still in their handshake. */
  readonly #raw: Set<Socket> = new Set();
  #address: AddressInfo | string = "";
  #resolveClosed: () => void = ignore;
  #stopping = false;
  #netClosed = false;
  #cutOff = false;
  #cutAt = Infinity;
  #timeout: NodeJS.Timeout | undefined;

  constructor(options: ResolvedOptions) {
    const { limits, preset, tls } = options;
    const ledger = new Ledger({
      maxRetainedBytes: options.maxServerRetainedBytes,
      name: "maxServerRetainedBytes",
    });
    this.#options = options;
    // Resolved once: every connection shares the values.
    this.http1 = { limits: http1Limits.resolve(limits, preset), preset, ledger };
    this.http2 = {
      limits: http2Limits.resolve(options.http2, preset),
      preset,
      ledger,
      enableConnectProtocol: options.extendedConnect,
    };
    this.encrypted = tls !== undefined;
    const origins = new Origins(this.encrypted, () => this.#authority);
    this.handle =
      "fetch" in options.handler
        ? runFetch(options.handler.fetch, origins, ledger)
        : options.handler.exchange;
    this.closed = new Promise((resolve) => {
      this.#resolveClosed = resolve;
    });
    this.#net = tls === undefined ? this.#plainServer() : this.#tlsServer(tls);
    this.#net.maxConnections = options.maxConnectionCount;
    this.#net.on("drop", () => this.counters.dropped++);
    this.#net.on("close", () => {
      this.#netClosed = true;
      this.#settle();
    });
  }

  get address(): AddressInfo | string {
    return this.#address;
  }

  get port(): number | undefined {
    return typeof this.#address === "string" ? undefined : this.#address.port;
  }

  get url(): string {
    if (typeof this.#address === "string") return `unix:${this.#address}`;
    return `${this.encrypted ? "https" : "http"}://${this.#authority}`;
  }

  get connectionCount(): number {
    return this.#connections.size;
  }

  listen(): Promise<void> {
    const { path, port, host, backlog } = this.#options;
    const net = this.#net;
    return new Promise((resolve, reject) => {
      const refused = (error: NodeJS.ErrnoException): void => {
        const code = error.code ?? "EIO";
        reject(new ListenError(code, path ?? authorityOf(host, port), whyNot(code), error));
      };
      net.once("error", refused);
      net.listen(path === undefined ? { port, host, backlog } : { path, backlog }, () => {
        net.off("error", refused);
        net.on("error", (error) => this.#acceptFailed(error));
        this.#address = net.address() ?? "";
        resolve();
      });
    });
  }

  close(options: { readonly timeoutMs?: number } = {}): Promise<void> {
    const timeoutMs = options.timeoutMs ?? this.#options.shutdownTimeoutMs;
    if (!Number.isSafeInteger(timeoutMs) || timeoutMs < 0)
      throw new RangeError("timeoutMs: expected a whole number of milliseconds");
    if (!this.#stopping) {
      this.#stopping = true;
      this.#net.close();
      for (const connection of this.#connections) connection.shutdown();
    }
    const cutAt = performance.now() + timeoutMs;
    if (cutAt < this.#cutAt && !this.#isClosed) {
      this.#cutAt = cutAt;
      clearTimeout(this.#timeout);
      this.#timeout = setTimeout(() => this.#cut(), timeoutMs);
    }
    return this.closed;
  }

  violated(violation: ServerViolation, connection: LiveConnection): void {
    this.counters.violated(violation.code);
    const { onViolation } = this.#options;
    if (onViolation !== undefined) callback(() => onViolation(violation, connection.info));
  }

  failed(error: unknown, connection: LiveConnection): void {
    const { onError } = this.#options;
    if (onError !== undefined) callback(() => onError(error, connection.info));
  }

  left(connection: LiveConnection): void {
    this.#connections.delete(connection);
    this.#settle();
  }

  #plainServer(): NetServer {
    const server = createServer(SOCKET_OPTIONS);
    server.on("connection", (socket) => this.#accept(socket, undefined));
    return server;
  }

  #tlsServer({ policy, options }: NodeTls): NetServer {
    const { handshakeTimeoutMs } = this.#options;
    const server = createTlsServer({
      ...options,
      ...SOCKET_OPTIONS,
      // A client that leaves during the handshake ends it; half-closing is for later.
      allowHalfOpen: false,
      handshakeTimeout: handshakeTimeoutMs,
    });
    server.on("connection", (socket: Socket) => {
      this.#raw.add(socket);
      socket.once("close", () => this.#raw.delete(socket));
    });
    server.on("secureConnection", (socket: TLSSocket) => {
      const { alpnProtocol } = socket;
      // Without ALPN nobody agreed on HTTP/2, which is all that is spoken (RFC 9113 §3.2).
      const isAgreed = alpnProtocol !== false || this.#options.protocols.includes("http/1.1");
      // A chain that was verified is not yet a client that is named.
      if (!isAgreed || (policy.requestCert && !admits(policy, socket.getPeerCertificate()))) {
        this.counters.handshakeErrors++;
        socket.on("error", ignore);
        socket.destroy();
        return;
      }
      socket.allowHalfOpen = true;
      this.#accept(socket, alpnProtocol === "h2");
    });
    server.on("tlsClientError", (_error: unknown, socket: Socket) => {
      this.counters.handshakeErrors++;
      socket.destroy();
    });
    return server;
  }

  /** Handlers that outlive their connections count as well, which the system does not know. */
  #accept(socket: Socket, isHttp2: boolean | undefined): void {
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
    else this.#speak(socket, decided, performance.now());
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

  #acceptFailed(error: unknown): void {
    this.counters.acceptErrors++;
    const { onError } = this.#options;
    if (onError !== undefined) callback(() => onError(error, undefined));
  }

  #cut(): void {
    this.#cutOff = true;
    for (const connection of this.#connections) connection.destroy("shutdown");
    for (const socket of this.#raw) socket.destroy();
    this.#settle();
  }

  get #isClosed(): boolean {
    return this.#netClosed && (this.#cutOff || this.#connections.size === 0);
  }

  #settle(): void {
    if (!this.#isClosed) return;
    clearTimeout(this.#timeout);
    this.#resolveClosed();
  }

  /** What names this server: for its own URL, and for requests that name nothing. */
  get #authority(): string {
    if (typeof this.#address === "string") return "localhost";
    const { address, port } = this.#address;
    const host = address === "0.0.0.0" ? "127.0.0.1" : address === "::" ? "::1" : address;
    return authorityOf(host, port);
  }
}

const SOCKET_OPTIONS = {
  allowHalfOpen: true,
  noDelay: true,
  // A peer whose machine died while a handler runs is noticed by nothing else.
  keepAlive: true,
  keepAliveInitialDelay: 60_000,
} as const;

function authorityOf(host: string, port: number): string {
  return `${host.includes(":") ? `[${host}]` : host}:${port}`;
}

function whyNot(code: string): string {
  switch (code) {
    case "EADDRINUSE":
      return "the address is in use";
    case "EACCES":
      return "permission was denied";
    case "EADDRNOTAVAIL":
      return "the address is not one of this machine";
    case "ENOTFOUND":
      return "the host name has no address";
    default:
      return `the system said ${code}`;
  }
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
