export type { ServerViolation } from "./connection-host.js";
export { ConnectionInfo } from "./connection-info.js";
export type { ServerCounters } from "./counters.js";
export {
  ExchangeAborted,
  HandlerError,
  ListenError,
  ServeOptionError,
  ServerFull,
} from "./errors.js";
export type { AbortCause } from "./errors.js";
export type { ExchangeFraming, ExchangeHead } from "./exchange-head.js";
export type { ExchangeResponse, WholeResponse } from "./exchange-response.js";
export type { Exchange, ExchangeObserver, Upgraded } from "./exchange.js";
export type { FetchHandler } from "./fetch-handler.js";
export { limits } from "./limits.js";
export type { ServerLimitName, ServerLimits } from "./limits.js";
export type { ExchangeHandler, Protocol, ServeOptions } from "./options.js";
export { cxOf } from "./request.js";
export { Response } from "./response.js";
export { serve } from "./serve.js";
export type { Server } from "./serve.js";
export { serveSockets } from "./serve-sockets.js";
export type { SocketServer } from "./serve-sockets.js";
