// What a client gets when there is no response: a status, its phrase, and nothing about the cause.

import { Fields } from "@wirewall/fields";
import { Cancelled } from "@wirewall/runtime";
import type { ConnectionHost, LiveConnection } from "./connection-host.js";
import { ExchangeAborted, HandlerError, ServerFull } from "./errors.js";
import type { Exchange } from "./exchange.js";
import type { ServerExchange } from "./server-exchange.js";

const PLAIN: Fields = /* @__PURE__ */ new Fields([["content-type", "text/plain;charset=UTF-8"]]);

const TEXTS = {
  400: "Bad Request\n",
  499: "Cancelled\n",
  500: "Internal Server Error\n",
  501: "Not Implemented\n",
  503: "Service Unavailable\n",
} as const;

export function answerStatus(exchange: Exchange, status: keyof typeof TEXTS): void {
  exchange.respond({ status, fields: PLAIN }, TEXTS[status]);
}

/** 503 if the server is full, 499 if the handler was cancelled for a reason of its own, else 500. */
export function answerFailure(exchange: Exchange, error: unknown): void {
  const isFull = error instanceof ServerFull;
  answerStatus(exchange, isFull ? 503 : error instanceof Cancelled ? 499 : 500);
}

/** A handler has returned: what it left undone is a failure of its own. */
export function handlerReturned(
  host: ConnectionHost,
  connection: LiveConnection,
  exchange: ServerExchange,
): void {
  if (exchange.ended || exchange.aborted || exchange.tunnels) return;
  const error = new HandlerError("the handler returned without answering");
  handlerFailed(host, connection, exchange, error);
}

/** What a handler threw is reported and never sent; that it was cut off is no news. */
export function handlerFailed(
  host: ConnectionHost,
  connection: LiveConnection,
  exchange: ServerExchange,
  error: unknown,
): void {
  if (!(error instanceof ExchangeAborted)) {
    host.counters.handlerErrors++;
    host.failed(error, connection);
  }
  if (exchange.ended || exchange.aborted) return;
  if (exchange.headSent) exchange.cutOff();
  else answerFailure(exchange, error);
}
