// Who is at the other end of a connection, as the operating system says. Nothing in here comes
// from a message: neither Forwarded nor X-Forwarded-* is read.

import type { Socket } from "node:net";
import type { TLSSocket } from "node:tls";

/** One object per connection, made when it is first asked for; addresses are looked up when read. */
export class ConnectionInfo {
  readonly #socket: Socket;
  /** The connection is TLS. */
  readonly encrypted: boolean;

  constructor(socket: Socket, encrypted: boolean) {
    this.#socket = socket;
    this.encrypted = encrypted;
  }

  /** The peer's address; undefined on a Unix socket, or when the peer is gone. */
  get remoteAddress(): string | undefined {
    return this.#socket.remoteAddress;
  }

  get remotePort(): number | undefined {
    return this.#socket.remotePort;
  }

  get localAddress(): string | undefined {
    return this.#socket.localAddress;
  }

  get localPort(): number | undefined {
    return this.#socket.localPort;
  }

  /** The TLS version that was negotiated (`TLSv1.3`), or undefined without TLS. */
  get tlsVersion(): string | undefined {
    if (!this.encrypted) return undefined;
    return (this.#socket as TLSSocket).getProtocol() ?? undefined;
  }

  /** The name that the client asked for by SNI (RFC 6066 §3), or undefined. */
  get serverName(): string | undefined {
    if (!this.encrypted) return undefined;
    const name: unknown = (this.#socket as unknown as { servername?: unknown }).servername;
    return typeof name === "string" && name !== "" ? name : undefined;
  }
}
