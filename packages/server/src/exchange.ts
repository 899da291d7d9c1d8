// What a handler of `serve({ exchange })` is given: one request and its response, without Web objects,
// by whichever version of HTTP it came.

import type { Fields } from "@wirewall/fields";
import type { Cx } from "@wirewall/runtime";
import type { Duplex } from "node:stream";
import type { ConnectionInfo } from "./connection-info.js";
import type { ExchangeAborted } from "./errors.js";
import type { ExchangeHead } from "./exchange-head.js";
import type { ExchangeResponse, WholeResponse } from "./exchange-response.js";

/** A connection that speaks another protocol from now on. */
export interface Upgraded {
  /** Paused, without deadlines, and without listeners but one that swallows errors. */
  readonly socket: Duplex;
  /** What came after the request. */
  readonly head: Uint8Array;
}

/** Is told what happens to an exchange, without the cost of a signal. */
export interface ExchangeObserver {
  /** It was cut off: nothing that is sent from now on reaches anybody. */
  aborted(reason: ExchangeAborted): void;
  /** The client sends no more: it has left, or waits for what is still to come. */
  clientEnded(): void;
}

/** What a handler of `serve({ exchange })` is given. */
export interface Exchange {
  readonly head: ExchangeHead;
  readonly info: ConnectionInfo;
  /**
   * The task of the handler, which is asked to stop when the exchange is cut off: `linkedExit` if the
   * client has gone or broke the protocol, `shutdown`, `resourceUnavailable` if the response failed.
   */
  readonly cx: Cx;
  /**
   * Aborts when the client has gone, broke the protocol, or is cut off by a shutdown; the reason is
   * an `ExchangeAborted`. A client that only stops sending (`why: "client-ended"`) cannot be told
   * from one that left until something is written: the signal aborts, a response is still sent.
   */
  readonly signal: AbortSignal;
  /** The exchange was cut off: nothing that is sent from now on reaches anybody. */
  readonly aborted: boolean;
  /** The trailers of the request, once its content has ended. */
  readonly trailers: Fields | undefined;
  /**
   * The content of the request. Nothing is read from the socket beyond a small read-ahead unless it
   * is pulled; the first pull sends 100 Continue to a client that waits for it. Pieces are views of
   * the read buffer: they may be kept, but neither written to nor transferred.
   */
  content(): AsyncIterableIterator<Uint8Array>;
  /** Head, content and end in one. */
  respond(response: WholeResponse, content?: Uint8Array | string): void;
  sendInformational(status: number, fields?: Fields): void;
  /** The head of a response whose content follows by `write` and `end`. */
  sendHead(response: ExchangeResponse): void;
  /**
   * A piece of content; a promise if the sender has to wait, which rejects when the client is gone.
   * In answer to HEAD, and with 304, content is dropped.
   */
  write(bytes: Uint8Array): Promise<void> | undefined;
  end(trailers?: Fields): void;
  /**
   * Speaks another protocol from now on. HTTP/1.1: 101 with an `upgrade` field that was offered, or
   * 2xx to CONNECT; the connection is handed over. HTTP/2: 2xx to CONNECT, with or without
   * `head.protocol`; the socket is a Duplex on the stream, and other streams go on.
   */
  upgrade(response: WholeResponse): Promise<Upgraded>;
  /** Takes the one observer; what has happened already it is told at once. */
  observe(observer: ExchangeObserver): void;
  /** Ends the connection, or the stream, so that the client sees that its response is not complete. */
  cutOff(): void;
}
