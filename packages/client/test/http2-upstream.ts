// Upstreams that speak HTTP/2: Node's, and one that sends the frames that a test wants.

import { createServer, type AddressInfo, type Server, type Socket } from "node:net";
import {
  createSecureServer,
  createServer as createHttp2Server,
  type Http2SecureServer,
  type Http2Server,
  type IncomingHttpHeaders,
  type ServerHttp2Session,
  type ServerHttp2Stream,
  type ServerOptions,
} from "node:http2";
import { identify, type Identity, type Upstream } from "../src/index.js";
import { CERT, KEY } from "./certificate.js";
import { atEnd } from "./at-end.js";
import { ACK, frame, FrameReader, PING, SETTINGS, type Frame } from "./http2-frames.js";

export interface NodeUpstream {
  readonly server: Http2Server | Http2SecureServer;
  readonly port: number;
  readonly identity: Identity;
  readonly sessions: ServerHttp2Session[];
}

type OnStream = (stream: ServerHttp2Stream, headers: IncomingHttpHeaders) => void;

/** Node's server without TLS, reached by prior knowledge. */
export function cleartext(onStream: OnStream, options: ServerOptions = {}): Promise<NodeUpstream> {
  return started(createHttp2Server(options), onStream, (port) => ({
    scheme: "http",
    protocol: "h2",
    host: "127.0.0.1",
    port,
  }));
}

/** Node's server over TLS; with HTTP/1.1 as well if that is allowed. */
export function encrypted(onStream: OnStream, allowHTTP1 = false): Promise<NodeUpstream> {
  const server = createSecureServer({ cert: CERT, key: KEY, allowHTTP1 });
  return started(server, onStream, (port) => ({
    scheme: "https",
    host: "localhost",
    port,
    tls: { ca: CERT },
  }));
}

async function started(
  server: Http2Server | Http2SecureServer,
  onStream: OnStream,
  place: (port: number) => Upstream,
): Promise<NodeUpstream> {
  const sessions: ServerHttp2Session[] = [];
  server.on("session", (session: ServerHttp2Session) => {
    sessions.push(session);
    session.on("error", () => {});
  });
  server.on("stream", (stream: ServerHttp2Stream, headers: IncomingHttpHeaders) => {
    stream.on("error", () => {});
    onStream(stream, headers);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  atEnd(() => {
    for (const session of sessions) session.destroy();
    server.close();
  });
  return { server, port, sessions, identity: identify(place(port)) };
}

/** Keeps the frames of each connection, and answers SETTINGS and PING; the rest is the test's. */
export class RawHttp2Upstream {
  readonly sockets: Socket[] = [];
  readonly frames: Frame[][] = [];
  answersPings = true;
  readonly #server: Server = createServer();
  readonly #onFrame: (received: Frame, socket: Socket, connection: number) => void;

  private constructor(onFrame: (received: Frame, socket: Socket, connection: number) => void) {
    this.#onFrame = onFrame;
    this.#server.on("connection", (socket) => this.#accept(socket));
  }

  static async start(
    onFrame: (received: Frame, socket: Socket, connection: number) => void,
  ): Promise<RawHttp2Upstream> {
    const upstream = new RawHttp2Upstream(onFrame);
    await new Promise<void>((resolve) => upstream.#server.listen(0, "127.0.0.1", resolve));
    atEnd(() => {
      for (const socket of upstream.sockets) socket.destroy();
      upstream.#server.close();
    });
    return upstream;
  }

  get identity(): Identity {
    return identify(`h2c://127.0.0.1:${(this.#server.address() as AddressInfo).port}`);
  }

  /** The frames of a type, of all connections. */
  of(type: number): Frame[] {
    return this.frames.flat().filter((received) => received.type === type);
  }

  #accept(socket: Socket): void {
    const connection = this.sockets.push(socket) - 1;
    const frames: Frame[] = [];
    this.frames[connection] = frames;
    const reader = new FrameReader(24);
    socket.setNoDelay(true);
    socket.on("error", () => {});
    socket.write(frame(SETTINGS, 0, 0));
    socket.on("data", (chunk) => {
      for (const received of reader.read(chunk)) {
        frames.push(received);
        const { type, flags, payload } = received;
        if (type === SETTINGS && flags === 0) socket.write(frame(SETTINGS, ACK, 0));
        if (type === PING && flags === 0 && this.answersPings)
          socket.write(frame(PING, ACK, 0, payload));
        this.#onFrame(received, socket, connection);
      }
    });
  }
}
