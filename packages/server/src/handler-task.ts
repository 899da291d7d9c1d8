// A handler as a task of its connection: it is asked to stop when its exchange is cut off, and its
// response is an obligation that is kept or given up, and never left. A handler that never
// asks for its context is a task only where that is traced or has a deadline: nobody could tell.

import { Cancelled, type CancelKind, type Cx } from "@wirewall/runtime";
import type { ConnectionHost, LiveConnection } from "./connection-host.js";
import type { AbortCause } from "./errors.js";
import type { ExchangeTask } from "./exchange-task.js";
import { handlerFailed, handlerReturned } from "./failure.js";
import { isPromiseLike } from "./promise-like.js";
import type { ServerExchange } from "./server-exchange.js";

/** The connection of an exchange, as far as its handler concerns it. */
export interface HandlerOwner extends LiveConnection {
  /** A handler goes on after this turn. */
  handlerGoesOn(exchange: ServerExchange): void;
  /** A handler has returned, or failed: in the turn in which it began, or later. */
  handlerEnded(exchange: ServerExchange, isLater: boolean): void;
  /** Something of our own failed. */
  broke(error: unknown): void;
}

/** Why its task is asked to stop. */
const KINDS: Readonly<Record<AbortCause, CancelKind>> = {
  "client-gone": "linkedExit",
  "client-ended": "linkedExit",
  violation: "linkedExit",
  shutdown: "shutdown",
  "response-failed": "resourceUnavailable",
};

export function beginHandler(
  host: ConnectionHost,
  owner: HandlerOwner,
  exchange: ServerExchange,
): void {
  if (host.clock.isChosen) {
    // When it begins is chosen, and by then the client may have gone.
    owner.handlerGoesOn(exchange);
    beginTask(host, owner, exchange, async () => {
      if (exchange.aborted) owner.handlerEnded(exchange, true);
      else await handleLater(host, owner, exchange);
    });
    return;
  }
  let result: unknown;
  try {
    result = host.handle(exchange);
  } catch (error) {
    failed(host, owner, exchange, error);
    owner.handlerEnded(exchange, false);
    exchange.task?.handled();
    return;
  }
  if (!isPromiseLike(result)) {
    owner.handlerEnded(exchange, false);
    if (exchange.isOwed && host.makesTasks) enterTask(host, owner, exchange);
    exchange.task?.handled();
    return;
  }
  owner.handlerGoesOn(exchange);
  if (exchange.task === undefined && host.makesTasks) enterTask(host, owner, exchange);
  Promise.resolve(result).then(
    () => returned(host, owner, exchange),
    (error: unknown) => threw(host, owner, exchange, error),
  );
}

function returned(host: ConnectionHost, owner: HandlerOwner, exchange: ServerExchange): void {
  try {
    handlerReturned(host, owner, exchange);
  } catch (fault) {
    owner.broke(fault);
  }
  owner.handlerEnded(exchange, true);
  exchange.task?.handled();
}

function threw(
  host: ConnectionHost,
  owner: HandlerOwner,
  exchange: ServerExchange,
  error: unknown,
): void {
  failed(host, owner, exchange, error);
  owner.handlerEnded(exchange, true);
  exchange.task?.threw(error);
}

/** Makes a task of a handler that runs already; it ends when the exchange says so. */
export function enterTask(
  host: ConnectionHost,
  owner: HandlerOwner,
  exchange: ServerExchange,
): void {
  beginTask(host, owner, exchange, (task) => task.untilHandled());
}

function beginTask(
  host: ConnectionHost,
  owner: HandlerOwner,
  exchange: ServerExchange,
  run: (task: ExchangeTask) => Promise<void> | undefined,
): void {
  const task = owner.scope.begin((cx: Cx) => {
    exchange.stop = (why) => void task.cancel(why, KINDS[why]);
    return run(exchange.begin(cx));
  }, budgetOf(host));
  if (exchange.reason !== undefined) exchange.stop?.(exchange.reason.why);
}

/** Its time counts from when it became a task. */
function budgetOf({ handlerMicros, scope }: ConnectionHost) {
  if (handlerMicros === undefined) return undefined;
  return { budget: { deadline: scope.now + handlerMicros } };
}

async function handleLater(
  host: ConnectionHost,
  owner: HandlerOwner,
  exchange: ServerExchange,
): Promise<void> {
  try {
    await host.handle(exchange);
    handlerReturned(host, owner, exchange);
  } catch (error) {
    failed(host, owner, exchange, error);
    throw error;
  } finally {
    owner.handlerEnded(exchange, true);
  }
}

function failed(
  host: ConnectionHost,
  owner: HandlerOwner,
  exchange: ServerExchange,
  error: unknown,
): void {
  // That it stopped because it was asked to is no news.
  if (error instanceof Cancelled && exchange.aborted) return;
  try {
    handlerFailed(host, owner, exchange, error);
  } catch (fault) {
    owner.broke(fault);
  }
}
