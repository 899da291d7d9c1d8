// What a connection needs of the server that accepted it.

import type { Http1Options, Http1Violation } from "@wirewall/http1";
import type { Connection } from "./connection.js";
import type { Counters } from "./counters.js";
import type { ServerExchange } from "./exchange.js";
import type { HttpDate } from "./http-date.js";

/** What all connections of a server share. */
export interface ConnectionHost {
  readonly machine: Http1Options;
  readonly encrypted: boolean;
  readonly date: HttpDate;
  readonly counters: Counters;
  handle(exchange: ServerExchange): unknown;
  violated(violation: Http1Violation, connection: Connection): void;
  failed(error: unknown, connection: Connection): void;
  /** The socket is closed, and every handler has returned. */
  left(connection: Connection): void;
}
