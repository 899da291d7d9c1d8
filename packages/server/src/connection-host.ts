// What a connection needs of the server that accepted it, and the server of a connection.

import type { Http1Options, Http1Violation } from "@wirewall/http1";
import type { Http2Options, Http2Violation } from "@wirewall/http2";
import type { Scope } from "@wirewall/runtime";
import type { ConnectionInfo } from "./connection-info.js";
import type { Clock } from "@wirewall/host";
import type { Counters } from "./counters.js";
import type { AbortCause } from "./errors.js";
import type { ServerExchange } from "./server-exchange.js";
import type { HttpDate } from "./http-date.js";

/** What a peer was refused for, whichever protocol it spoke. */
export type ServerViolation = Http1Violation | Http2Violation;

/** A socket with what speaks on it. */
export interface LiveConnection {
  readonly info: ConnectionInfo;
  /** What its handlers run in. */
  readonly scope: Scope;
  /** Finishes what is running and takes on nothing more. */
  shutdown(): void;
  /** Ends it at once, whatever is running. */
  destroy(why: AbortCause): void;
}

/** What all connections of a server share. */
export interface ConnectionHost {
  readonly http1: Http1Options;
  readonly http2: Http2Options;
  readonly encrypted: boolean;
  readonly clock: Clock;
  /** How long a handler may take, in microseconds. */
  /** Handlers that go on are tasks also where they do not ask for their context. */
  readonly makesTasks: boolean;
  readonly handlerMicros: number | undefined;
  readonly date: HttpDate;
  /** What all handlers run in; each connection has one of its own in it. */
  readonly scope: Scope;
  readonly counters: Counters;
  handle(exchange: ServerExchange): unknown;
  violated(violation: ServerViolation, connection: LiveConnection): void;
  failed(error: unknown, connection: LiveConnection): void;
  /** The socket is closed, and every handler has returned. */
  left(connection: LiveConnection): void;
}
