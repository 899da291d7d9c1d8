// Listens, accepts, and shuts down. An error of accepting ends nothing.

import { nodeHost } from "@wirewall/host";
import { rootScope } from "@wirewall/runtime";
import { admits, type NodeTls } from "@wirewall/tls/node";
import { createServer, type AddressInfo, type Server as NetServer, type Socket } from "node:net";
import { createServer as createTlsServer, type TLSSocket } from "node:tls";
import { platformClock } from "@wirewall/host";
import type { ServerCounters } from "./counters.js";
import { ListenError } from "./errors.js";
import { resolveOptions, type ResolvedOptions, type ServeOptions } from "./options.js";
import { ServerCore, type Acceptor } from "./server-core.js";
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

class HttpServer implements Server, Acceptor {
  readonly #options: ResolvedOptions;
  readonly #core: ServerCore;
  readonly #net: NetServer;
  /** TLS: the sockets below the connections, also those that are still in their handshake. */
  readonly #raw: Set<Socket> = new Set();
  #address: AddressInfo | string = "";
  isClosed = false;

  constructor(options: ResolvedOptions) {
    const { tls, trace } = options;
    const scope = rootScope(nodeHost(trace === undefined ? {} : { trace }));
    this.#options = options;
    this.#core = new ServerCore(options, this, scope, platformClock);
    this.#net = tls === undefined ? this.#plainServer() : this.#tlsServer(tls);
    this.#net.maxConnections = options.maxConnectionCount;
    this.#net.on("drop", () => this.#core.counters.dropped++);
    this.#net.on("close", () => {
      this.isClosed = true;
      this.#core.settle();
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
    return `${this.#core.encrypted ? "https" : "http"}://${this.authority}`;
  }

  get connectionCount(): number {
    return this.#core.connectionCount;
  }

  get counters(): ServerCounters {
    return this.#core.counters;
  }

  get closed(): Promise<void> {
    return this.#core.closed;
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
    return this.#core.close(options);
  }

  stopAccepting(): void {
    this.#net.close();
  }

  cut(): void {
    for (const socket of this.#raw) socket.destroy();
  }

  /** What names this server: for its own URL, and for requests that name nothing. */
  get authority(): string {
    if (typeof this.#address === "string") return "localhost";
    const { address, port } = this.#address;
    const host = address === "0.0.0.0" ? "127.0.0.1" : address === "::" ? "::1" : address;
    return authorityOf(host, port);
  }

  #plainServer(): NetServer {
    const server = createServer(SOCKET_OPTIONS);
    server.on("connection", (socket) => this.#core.accept(socket, undefined));
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
        this.#core.counters.handshakeErrors++;
        socket.on("error", ignore);
        socket.destroy();
        return;
      }
      socket.allowHalfOpen = true;
      this.#core.accept(socket, alpnProtocol === "h2");
    });
    server.on("tlsClientError", (_error: unknown, socket: Socket) => {
      this.#core.counters.handshakeErrors++;
      socket.destroy();
    });
    return server;
  }

  #acceptFailed(error: unknown): void {
    this.#core.counters.acceptErrors++;
    this.#core.failed(error, undefined);
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

function ignore(): void {}
