// What upstreams and callers together may make a client hold, and how long it waits for them. What
// one connection may do is said by the limits of http1.

import { defineLimits, type Limits, type LimitValues } from "@wirewall/limits";

export type ClientLimitName = (typeof names)[number];
export type ClientLimits = LimitValues<ClientLimitName>;

const names = [
  "maxConnectionsPerOriginCount",
  "maxHttp2ConnectionsPerOriginCount",
  "maxOriginCount",
  "maxWaitingCount",
  "waitTimeoutMs",
  "connectTimeoutMs",
  "idleTimeoutMs",
  "responseTimeoutMs",
  "pauseTimeoutMs",
  "maxClientRetainedBytes",
  "maxCodingCount",
  "maxDecodedBytes",
  "maxInflateRatio",
  "inflateFloorBytes",
  "maxFanOutBytes",
  "maxFanOutReaderCount",
  "fanOutStallTimeoutMs",
] as const;

const MiB = 1_048_576;
const DAY_MS = 86_400_000;
const MAX_SAFE = 9_007_199_254_740_991;

export const limits: Limits<ClientLimitName> = /* @__PURE__ */ defineLimits("client", [
  {
    name: "maxConnectionsPerOriginCount",
    default: 128,
    min: 1,
    max: 65_536,
    reason: "connections of one identity, those being opened included",
    spec: "RFC 9112 §9.4",
  },
  {
    name: "maxHttp2ConnectionsPerOriginCount",
    default: 8,
    min: 1,
    max: 65_536,
    reason: "the same over HTTP/2, where another is opened only when all streams are taken",
    spec: "RFC 9113 §9.1",
  },
  {
    name: "maxOriginCount",
    default: 256,
    min: 1,
    max: 65_536,
    reason: "identities with a connection or a waiting request",
  },
  {
    name: "maxWaitingCount",
    default: 1_024,
    min: 1,
    max: 1_048_576,
    reason: "requests of one identity that wait for a connection; one more fails at once",
  },
  {
    name: "waitTimeoutMs",
    default: 10_000,
    min: 1,
    max: DAY_MS,
    reason: "how long a request waits for a connection",
  },
  {
    name: "connectTimeoutMs",
    default: 10_000,
    min: 1,
    max: DAY_MS,
    reason: "name look-up, TCP and TLS handshake together",
  },
  {
    name: "idleTimeoutMs",
    default: 4_000,
    min: 1,
    max: DAY_MS,
    reason: "below the 5 s after which Node's servers close, so that no request meets their close",
    spec: "RFC 9112 §9.5",
  },
  {
    name: "responseTimeoutMs",
    default: 60_000,
    strict: 30_000,
    min: 1,
    max: DAY_MS,
    reason: "over HTTP/2: from the end of a request to the head of its response, as in http1",
    spec: "RFC 9113 §8.1",
  },
  {
    name: "pauseTimeoutMs",
    default: 300_000,
    min: 1,
    max: DAY_MS,
    reason: "how long a caller may leave a response unread before its connection is given up",
  },
  {
    name: "maxClientRetainedBytes",
    default: 256 * MiB,
    min: 65_536,
    max: 1_048_576 * MiB,
    reason: "what the machines of all connections hold together",
  },
  {
    name: "maxCodingCount",
    default: 2,
    min: 1,
    max: 2,
    reason: "codings of one content; a chain multiplies ratios (CVE-2022-32206)",
    spec: "RFC 9110 §8.4",
  },
  {
    name: "maxDecodedBytes",
    default: 16 * MiB,
    min: 1,
    max: MAX_SAFE,
    reason: "content after its codings were undone; as large as maxBodyBytes of http1",
    spec: "RFC 9110 §8.4",
  },
  {
    name: "maxInflateRatio",
    default: 100,
    min: 1,
    max: 100_000,
    reason: "decoded to received bytes, beyond the floor; real content stays below 50",
    spec: "RFC 9110 §8.4",
  },
  {
    name: "inflateFloorBytes",
    default: MiB,
    min: 1,
    max: MAX_SAFE,
    reason: "decoded bytes for which the ratio is not looked at",
    spec: "RFC 9110 §8.4",
  },
  {
    name: "maxFanOutBytes",
    default: MiB,
    min: 1,
    max: 1_024 * MiB,
    reason: "pieces held for the slowest reader of one content, whatever the number of readers",
  },
  {
    name: "maxFanOutReaderCount",
    default: 1_024,
    min: 1,
    max: 1_048_576,
    reason: "readers of one content",
  },
  {
    name: "fanOutStallTimeoutMs",
    default: 30_000,
    min: 1,
    max: DAY_MS,
    reason: "how long one reader may hold all others up before it is dropped",
  },
]);
