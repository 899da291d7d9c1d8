// A client made of raw frames in front of a server connection, and a server in front of a client
// connection: what is sent is heard at once, and what comes back is taken apart.

import {
  ClientConnection,
  ServerConnection,
  isViolation,
  type ClientEvent,
  type Http2Options,
  type Http2Violation,
  type OutgoingRequest,
  type ServerEvent,
} from "@wirewall/http2";
import {
  HEADERS,
  END_HEADERS,
  END_STREAM,
  PREFACE,
  SETTINGS,
  block,
  errorsOf,
  frame,
  framesOf,
  joined,
  type RawFrame,
} from "./raw-frames.ts";

type Connection = ServerConnection | ClientConnection;
export type Heard = ServerEvent | ClientEvent | Http2Violation;

/** All that a connection says until it needs more bytes. */
export function listen(connection: Connection, now?: number): Heard[] {
  const heard: Heard[] = [];
  for (let event = connection.next(now); event !== undefined; event = connection.next(now))
    heard.push(event);
  return heard;
}

/** All output, which has then left. */
export function taken(connection: Connection, now?: number): Uint8Array {
  const pieces: Uint8Array[] = [];
  for (
    let piece = connection.takeOutput(now);
    piece !== undefined;
    piece = connection.takeOutput(now)
  )
    pieces.push(piece.slice());
  connection.outputSent(now);
  return joined(pieces);
}

/** The codes of what was refused. */
export function codes(heard: readonly Heard[]): string[] {
  return heard.filter(isViolation).map((violation) => violation.code.slice("http2.".length));
}

/** The other side of a connection. */
export class Peer<Side extends Connection = ServerConnection> {
  readonly connection: Side;
  now = 0;

  constructor(connection: Side) {
    this.connection = connection;
  }

  /** Sends frames, one chunk for all. */
  send(...frames: readonly Uint8Array[]): Heard[] {
    this.connection.receive(joined(frames), this.now);
    return listen(this.connection, this.now);
  }

  /** The frames that came back. */
  take(): RawFrame[] {
    return framesOf(taken(this.connection, this.now));
  }

  /** The error of each reset, by stream, and of GOAWAY under 0, in what came back. */
  errors(): Map<number, number> {
    return errorsOf(this.take());
  }
}

/** A client that has said hello. */
export function client(options: Http2Options = {}): Peer {
  const peer = new Peer(new ServerConnection({ now: 0, ...options }));
  peer.send(PREFACE, frame(SETTINGS, 0, 0));
  peer.take();
  return peer;
}

/** A server that has said hello. */
export function server(options: Http2Options = {}): Peer<ClientConnection> {
  const peer = new Peer(new ClientConnection({ now: 0, ...options }));
  peer.send(frame(SETTINGS, 0, 0));
  taken(peer.connection, 0);
  return peer;
}

export const REQUEST: readonly (readonly [string, string])[] = [
  [":method", "GET"],
  [":scheme", "https"],
  [":authority", "a.example"],
  [":path", "/"],
];

export const POST: readonly (readonly [string, string])[] = [
  [":method", "POST"],
  ...REQUEST.slice(1),
];

/** A field section in one frame. */
export function headers(
  stream: number,
  lines: readonly (readonly [string, string])[],
  endStream: boolean,
): Uint8Array {
  return frame(HEADERS, END_HEADERS | (endStream ? END_STREAM : 0), stream, block(lines));
}

export const GET: OutgoingRequest = {
  method: "GET",
  scheme: "https",
  authority: "a.example",
  path: "/",
  content: "none",
};
