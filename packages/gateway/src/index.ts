export type { Report } from "./admin.js";
export type { GatewayCounters, Protocol, ResponseClass } from "./counters.js";
export { createGateway } from "./gateway.js";
export type { Gateway, GatewayOptions, ListenOptions } from "./gateway.js";
export { limits } from "./limits.js";
export type { GatewayLimitName, GatewayLimits } from "./limits.js";
export { gatewayCodes } from "./refusals.js";
export type { GatewayCode } from "./refusals.js";
