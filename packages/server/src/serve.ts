// Listens, accepts, and shuts down. An error of one connection ends that connection; an error of
// accepting ends nothing. What a caller's callbacks throw is ignored.

import { limits as http1Limits, type Http1Violation } from "@wirewall/http1";
import { Ledger } from "@wirewall/limits";
import { createServer, type AddressInfo, type Server as NetServer, type Socket } from "node:net";
import { createServer as createTlsServer, type SecureContextOptions } from "node:tls";
import type { ConnectionHost } from "./connection-host.js";
import { Connection } from "./connection.js";
import { Counters, type ServerCounters } from "./counters.js";
import { ListenError, ServeOptionError } from "./errors.js";
import { runFetch } from "./fetch-handler.js";
import { HttpDate } from "./http-date.js";
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
 * Serves HTTP/1.1.
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
  readonly machine: ConnectionHost["machine"];
  readonly encrypted: boolean;
  readonly date: HttpDate = new HttpDate();
  readonly counters: Counters = new Counters();
  readonly handle: ConnectionHost["handle"];
  readonly closed: Promise<void>;
  readonly #options: ResolvedOptions;
  readonly #net: NetServer;
  readonly #connections: Set<Connection> = new Set();
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
    const ledger = new Ledger({ maxRetainedBytes: options.maxServerRetainedBytes });
    this.#options = options;
    // Resolved once: every connection shares the values.
    this.machine = { limits: http1Limits.resolve(limits, preset), preset, ledger };
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

  violated(violation: Http1Violation, connection: Connection): void {
    this.counters.violated(violation.code);
    const { onViolation } = this.#options;
    if (onViolation !== undefined) callback(() => onViolation(violation, connection.info));
  }

  failed(error: unknown, connection: Connection): void {
    const { onError } = this.#options;
    if (onError !== undefined) callback(() => onError(error, connection.info));
  }

  left(connection: Connection): void {
    this.#connections.delete(connection);
    this.#settle();
  }

  #plainServer(): NetServer {
    const server = createServer(SOCKET_OPTIONS);
    server.on("connection", (socket) => this.#accept(socket));
    return server;
  }

  #tlsServer(tls: SecureContextOptions): NetServer {
    const { handshakeTimeoutMs } = this.#options;
    let server: NetServer;
    try {
      server = createTlsServer({
        minVersion: "TLSv1.2",
        ...tls,
        ...SOCKET_OPTIONS,
        // A client that leaves during the handshake ends it; half-closing is for later.
        allowHalfOpen: false,
        ALPNProtocols: ["http/1.1"],
        handshakeTimeout: handshakeTimeoutMs,
      });
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      throw new ServeOptionError("tls", "a key and a certificate that belong together", `${code}`);
    }
    server.on("connection", (socket: Socket) => {
      this.#raw.add(socket);
      socket.once("close", () => this.#raw.delete(socket));
    });
    server.on("secureConnection", (socket: Socket) => {
      socket.allowHalfOpen = true;
      this.#accept(socket);
    });
    server.on("tlsClientError", (_error: unknown, socket: Socket) => {
      this.counters.handshakeErrors++;
      socket.destroy();
    });
    return server;
  }

  /** Handlers that outlive their connections count as well, which the system does not know. */
  #accept(socket: Socket): void {
    if (this.#stopping || this.#connections.size >= this.#options.maxConnectionCount) {
      this.counters.dropped++;
      socket.on("error", ignore);
      socket.destroy();
      return;
    }
    this.counters.accepted++;
    this.#connections.add(new Connection(socket, this));
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
