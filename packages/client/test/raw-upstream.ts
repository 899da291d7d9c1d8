// An upstream that says exactly what a test tells it to, byte for byte, and keeps what it was sent.

import { createServer, type AddressInfo, type Server, type Socket } from "node:net";
import { identify, type Identity } from "../src/index.js";

export class RawUpstream {
  readonly sockets: Socket[] = [];
  /** All that came, per connection. */
  readonly received: string[] = [];
  readonly #server: Server;

  private constructor(server: Server) {
    this.#server = server;
  }

  /** `answer` is called with all that came on a connection so far, whenever more came. */
  static async start(
    answer: (text: string, socket: Socket, connection: number) => void,
  ): Promise<RawUpstream> {
    const server = createServer({ allowHalfOpen: true });
    const upstream = new RawUpstream(server);
    server.on("connection", (socket) => {
      const connection = upstream.sockets.push(socket) - 1;
      upstream.received[connection] = "";
      socket.setNoDelay(true);
      socket.on("error", () => {});
      socket.on("end", () => socket.end());
      socket.on("data", (chunk) => {
        upstream.received[connection] += chunk.toString("latin1");
        answer(upstream.received[connection] ?? "", socket, connection);
      });
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    return upstream;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  get identity(): Identity {
    return identify(this.url);
  }

  /** All that came on all connections. */
  get all(): string {
    return this.received.join("");
  }

  async stop(): Promise<void> {
    for (const socket of this.sockets) socket.destroy();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}

/** Answers the n-th complete head of each connection by what `responses` has at that place. */
export function inOrder(
  ...responses: readonly string[]
): (text: string, socket: Socket, connection: number) => void {
  const answered = new Map<Socket, number>();
  return (text, socket) => {
    const heads = text.split("\r\n\r\n").length - 1;
    for (let at = answered.get(socket) ?? 0; at < heads; at++) {
      answered.set(socket, at + 1);
      const response = responses[Math.min(at, responses.length - 1)];
      if (response !== undefined) socket.write(response, "latin1");
    }
  };
}

export const OK = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

export function later(ms = 20): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

/** Waits until it holds; fails after twenty seconds. */
export async function until(holds: () => boolean): Promise<void> {
  const end = performance.now() + 20_000;
  while (!holds()) {
    if (performance.now() > end) throw new Error("waited in vain");
    await later(2);
  }
}
