// The machine that a capture is read by: a server for what a client sent, a client for what a server
// sent. The other direction is not there, so it is made up as the most willing peer would have had
// it: content is read at once, requests are answered when they are complete, and for each response
// there was a request. There is no clock either: all of it counts as one burst.

import {
  ClientConnection,
  isViolation,
  PREFACE,
  ServerConnection,
  type ClientEvent,
  type Http2Options,
  type Http2Violation,
  type ServerEvent,
} from "@wirewall/http2";

export type Http2Event = ServerEvent | ClientEvent | Http2Violation;

export interface Http2Machine {
  /** The events of a whole frame, or of what is left of one. */
  feed(bytes: Uint8Array): Http2Event[];
  end(): Http2Event[];
}

/** Reads what a client sent. */
export class RequestSide implements Http2Machine {
  readonly #connection: ServerConnection;
  /** Bytes that the machine was given beside the capture. */
  #shift = 0;

  constructor(options: Http2Options) {
    this.#connection = new ServerConnection({ ...options, enableConnectProtocol: true });
  }

  /** The capture begins behind the preface. */
  withoutPreface(): void {
    this.#connection.receive(PREFACE);
    this.#shift = PREFACE.length;
  }

  feed(bytes: Uint8Array): Http2Event[] {
    this.#connection.receive(bytes);
    return this.#listen();
  }

  end(): Http2Event[] {
    this.#connection.end();
    return this.#listen();
  }

  #listen(): Http2Event[] {
    const connection = this.#connection;
    const heard: Http2Event[] = [];
    for (let event = connection.next(); event !== undefined; event = connection.next()) {
      heard.push(shifted(event, this.#shift));
      if (event.type === "content") connection.consumed(event.stream, event.bytes.length);
      else if (event.type === "end" || (event.type === "request-head" && event.endStream)) {
        connection.sendResponse(event.stream, { status: 404 });
        connection.settled(event.stream);
      } else if (event.type === "reset") connection.settled(event.stream);
      else if (isViolation(event) && event.stream !== undefined) connection.settled(event.stream);
    }
    drain(connection);
    return heard;
  }
}

/** Most requests that are made up for one response. */
const MOST_REQUESTS = 1_024;

/** Reads what a server sent. */
export class ResponseSide implements Http2Machine {
  readonly #connection: ClientConnection;
  readonly #methods: readonly string[];
  readonly #open = new Set<number>();
  #next = 1;

  constructor(options: Http2Options, methods: readonly string[]) {
    this.#connection = new ClientConnection(options);
    this.#methods = methods;
    drain(this.#connection);
  }

  feed(bytes: Uint8Array): Http2Event[] {
    if (bytes.length >= 9 && OF_REQUESTS.has(bytes[3] ?? 0)) {
      const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
      this.#ask(view.getUint32(5) & 0x7fff_ffff);
    }
    this.#connection.receive(bytes);
    return this.#listen();
  }

  end(): Http2Event[] {
    this.#connection.end();
    return this.#listen();
  }

  /** Sends requests up to the one that is answered; the oldest is given up where there is no room. */
  #ask(stream: number): void {
    const connection = this.#connection;
    if (stream - this.#next > 2 * MOST_REQUESTS) return;
    while (this.#next <= stream) {
      const [oldest] = this.#open;
      if (!connection.canOpen && oldest !== undefined) {
        connection.reset(oldest);
        this.#open.delete(oldest);
      }
      if (!connection.canOpen) break;
      const method = this.#methods[Math.min(this.#next >>> 1, this.#methods.length - 1)] ?? "GET";
      const authority = "capture.invalid:443";
      const id =
        method === "CONNECT"
          ? connection.sendRequest({ method, authority, content: "none" })
          : connection.sendRequest({
              method,
              scheme: "https",
              authority,
              path: "/",
              content: "none",
            });
      this.#open.add(id);
      this.#next = id + 2;
    }
    drain(connection);
  }

  #listen(): Http2Event[] {
    const connection = this.#connection;
    const heard: Http2Event[] = [];
    for (let event = connection.next(); event !== undefined; event = connection.next()) {
      heard.push(event);
      if (event.type === "content") connection.consumed(event.stream, event.bytes.length);
      else if (event.type === "end" || event.type === "reset") this.#open.delete(event.stream);
      else if (event.type === "response-head" && event.endStream) this.#open.delete(event.stream);
      else if (isViolation(event) && event.stream !== undefined) this.#open.delete(event.stream);
    }
    drain(connection);
    return heard;
  }
}

/** DATA, HEADERS, RST_STREAM and WINDOW_UPDATE: only a stream that was opened has them. */
const OF_REQUESTS: ReadonlySet<number> = new Set([0x0, 0x1, 0x3, 0x8]);

/** What is sent goes nowhere. */
function drain(connection: ServerConnection | ClientConnection): void {
  while (connection.takeOutput() !== undefined);
  connection.outputSent();
}

function shifted(event: Http2Event, shift: number): Http2Event {
  return shift > 0 && isViolation(event) ? { ...event, offset: event.offset - shift } : event;
}
