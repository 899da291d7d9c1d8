// Runs a WHATWG handler on exchanges. Methods that the Fetch standard forbids (CONNECT, TRACE,
// TRACK) are answered by 501, and an authority that no URL can have by 400, without calling it.

import type { Ledger } from "@wirewall/limits";
import { answer } from "./answer.js";
import type { ConnectionInfo } from "./connection-info.js";
import type { ServerExchange } from "./server-exchange.js";
import { answerStatus } from "./failure.js";
import { isPromiseLike } from "./promise-like.js";
import type { Origins } from "./request-url.js";
import { LazyRequest } from "./request.js";

export type FetchHandler = (request: Request, info: ConnectionInfo) => Response | Promise<Response>;

const FORBIDDEN = /^(?:connect|trace|track)$/i;

export function runFetch(
  fetch: FetchHandler,
  origins: Origins,
  ledger: Ledger,
): (exchange: ServerExchange) => Promise<void> | undefined {
  return (exchange) => {
    const { head } = exchange;
    if (FORBIDDEN.test(head.method)) {
      answerStatus(exchange, 501);
      return undefined;
    }
    const origin = origins.of(head);
    if (origin === undefined) {
      answerStatus(exchange, 400);
      return undefined;
    }
    const request = new LazyRequest(exchange, origin, ledger);
    const response: unknown = fetch(request as unknown as Request, exchange.info);
    return isPromiseLike(response) ? answerLater(exchange, response) : answer(exchange, response);
  };
}

async function answerLater(
  exchange: ServerExchange,
  response: PromiseLike<unknown>,
): Promise<void> {
  const streaming = answer(exchange, await response);
  if (streaming !== undefined) await streaming;
}
