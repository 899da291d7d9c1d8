// What a gateway bounds beyond its server and its client.

import { defineLimits, type Limits, type LimitValues } from "@wirewall/limits";

export type GatewayLimitName = "maxHopCount" | "halfClosedTimeoutMs" | "tunnelIdleTimeoutMs";
export type GatewayLimits = LimitValues<GatewayLimitName>;

const DAY_MS = 86_400_000;

export const limits: Limits<GatewayLimitName> = /* @__PURE__ */ defineLimits("gateway", [
  {
    name: "maxHopCount",
    default: 16,
    min: 1,
    max: 256,
    reason: "entries of Via; a gateway that is its own upstream ends there",
    spec: "RFC 9110 §7.6.3",
  },
  {
    name: "halfClosedTimeoutMs",
    default: 1_000,
    min: 1,
    max: DAY_MS,
    reason:
      "silence of the upstream after the client sent its last byte, which most have left then",
    spec: "RFC 9112 §9.6",
  },
  {
    name: "tunnelIdleTimeoutMs",
    default: 3_600_000,
    min: 1,
    max: DAY_MS,
    reason: "no byte in either direction of a tunnel; its own protocol pings long before",
    spec: "RFC 6455 §5.5.2",
  },
]);
