// Clients that speak HTTP/2 to a gateway under test: Node's, and one that sends frames by hand.

import {
  connect as connectHttp2,
  type ClientHttp2Session,
  type OutgoingHttpHeaders,
} from "node:http2";
import { connect, type Socket } from "node:net";
import { atEnd } from "../../client/test/at-end.js";
import { ACK, frame, FrameReader, SETTINGS, type Frame } from "../../client/test/http2-frames.js";
import { until } from "../../client/test/raw-upstream.js";

export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly informational: readonly number[];
  readonly trailers: Readonly<Record<string, unknown>>;
  readonly text: string;
  /** RST_STREAM, 0 if the stream came to its end. */
  readonly code: number;
}

export function sessionTo(
  port: number,
  options: { readonly tls?: boolean } = {},
): ClientHttp2Session {
  const scheme = options.tls === true ? "https" : "http";
  const session = connectHttp2(`${scheme}://127.0.0.1:${port}`, { rejectUnauthorized: false });
  session.on("error", () => {});
  atEnd(() => session.destroy());
  return session;
}

/** Trailers go as they are given; content is sent in pieces. */
export function ask(
  session: ClientHttp2Session,
  headers: OutgoingHttpHeaders,
  content: readonly Uint8Array[] = [],
  trailers?: OutgoingHttpHeaders,
): Promise<Answer> {
  const endStream = content.length === 0 && trailers === undefined;
  const stream = session.request(headers, { endStream, waitForTrailers: trailers !== undefined });
  if (trailers !== undefined) stream.on("wantTrailers", () => stream.sendTrailers(trailers));
  for (const piece of content) stream.write(piece);
  if (!endStream) stream.end();
  return new Promise((resolve) => {
    const seen: { headers: object; trailers: object } = { headers: {}, trailers: {} };
    const informational: number[] = [];
    const pieces: Buffer[] = [];
    stream.on("headers", (given) => informational.push(Number(given[":status"])));
    stream.on("response", (given) => (seen.headers = given));
    stream.on("trailers", (given) => (seen.trailers = given));
    stream.on("data", (piece: Buffer) => pieces.push(piece));
    stream.on("error", () => {});
    stream.on("close", () => {
      const named = Object.fromEntries(Object.entries(seen.headers));
      resolve({
        status: Number(named[":status"]),
        headers: named,
        informational,
        trailers: Object.fromEntries(Object.entries(seen.trailers)),
        text: Buffer.concat(pieces).toString("latin1"),
        code: stream.rstCode,
      });
    });
  });
}

/** Says nothing that it is not told to, but for the preface, SETTINGS and their acknowledgement. */
export class RawHttp2Client {
  readonly frames: Frame[] = [];
  over = false;
  readonly #socket: Socket;

  constructor(port: number) {
    const socket = connect({ port, host: "127.0.0.1" });
    const reader = new FrameReader(0);
    this.#socket = socket;
    socket.setNoDelay(true);
    socket.write("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n");
    socket.write(frame(SETTINGS, 0, 0));
    socket.on("data", (chunk: Buffer) => {
      for (const received of reader.read(chunk)) {
        if (received.type === SETTINGS && received.flags === 0) this.send(frame(SETTINGS, ACK, 0));
        this.frames.push(received);
      }
    });
    socket.on("error", () => {});
    socket.on("close", () => {
      this.over = true;
    });
    atEnd(() => socket.destroy());
  }

  send(bytes: Uint8Array): void {
    if (!this.#socket.destroyed) this.#socket.write(bytes);
  }

  /** Waits for END_STREAM or RST_STREAM of a stream, or for the end; its frames. */
  async done(stream: number): Promise<readonly Frame[]> {
    const own = (): Frame[] => this.frames.filter((one) => one.stream === stream);
    await until(
      () =>
        this.over ||
        own().some(({ type, flags }) => type === 3 || (type <= 1 && (flags & 1) !== 0)),
    );
    return own();
  }
}
