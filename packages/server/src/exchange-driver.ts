// What an exchange asks of the connection it is on, by verbs that every version of HTTP has.

import type { Fields } from "@wirewall/fields";
import type { Clock } from "@wirewall/host";
import type { ConnectionInfo } from "./connection-info.js";
import type { ExchangeResponse } from "./exchange-response.js";
import type { ServerExchange } from "./server-exchange.js";

export interface ExchangeDriver {
  /** The handler that runs asks for its context. */
  enter(exchange: ServerExchange): void;
  readonly clock: Clock;
  readonly info: ConnectionInfo;
  sendResponse(
    exchange: ServerExchange,
    response: ExchangeResponse,
    content: Uint8Array | string | undefined,
  ): void;
  sendInformational(exchange: ServerExchange, status: number, fields: Fields | undefined): void;
  sendHead(exchange: ServerExchange, response: ExchangeResponse): void;
  /** False asks to wait until `drained` is called. */
  sendContent(exchange: ServerExchange, bytes: Uint8Array): boolean;
  sendEnd(exchange: ServerExchange, trailers: Fields | undefined): void;
  /** Content of the request is wanted. */
  pull(exchange: ServerExchange): void;
  /** So many bytes of content that was delivered were read. */
  consumed(exchange: ServerExchange, byteCount: number): void;
  /** Output was queued. */
  queued(): void;
  /** The response of the exchange was queued to its end. */
  responded(exchange: ServerExchange): void;
  /** A tunnel is closed; the peer has to see it if it did not end in both directions. */
  tunnelClosed(exchange: ServerExchange, isWhole: boolean): void;
  /** The client has to see that the response is not complete. */
  cutOff(exchange: ServerExchange): void;
}
