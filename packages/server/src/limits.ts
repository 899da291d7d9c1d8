// What all peers together may make a server hold, and how long it waits for them. What one
// connection may do is said by the limits of its protocol.

import { defineLimits, type Limits, type LimitValues } from "@wirewall/limits";

export type ServerLimitName =
  "maxConnectionCount" | "maxServerRetainedBytes" | "shutdownTimeoutMs" | "handshakeTimeoutMs";
export type ServerLimits = LimitValues<ServerLimitName>;

const DAY_MS = 86_400_000;

export const limits: Limits<ServerLimitName> = /* @__PURE__ */ defineLimits("server", [
  {
    name: "maxConnectionCount",
    default: 16_384,
    min: 1,
    max: 1_048_576,
    reason: "over it a connection is accepted and closed at once; idle ones take about 12 KiB each",
  },
  {
    name: "maxServerRetainedBytes",
    default: 268_435_456,
    min: 65_536,
    max: 1_099_511_627_776,
    reason: "what the machines and the collected contents of all connections hold together",
  },
  {
    name: "shutdownTimeoutMs",
    default: 10_000,
    min: 1,
    max: DAY_MS,
    reason: "from close() until running exchanges are cut off",
  },
  {
    name: "handshakeTimeoutMs",
    default: 10_000,
    min: 1,
    max: DAY_MS,
    reason: "from the connection to the end of the TLS handshake",
    spec: "RFC 8446 §4",
  },
]);
