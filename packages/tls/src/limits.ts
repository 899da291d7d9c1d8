// What a peer may make the TLS layer read and keep.

import { defineLimits, type Limits, type LimitValues } from "@wirewall/limits";

export type TlsLimitName = (typeof names)[number];
export type TlsLimits = LimitValues<TlsLimitName>;

const names = [
  "maxClientHelloBytes",
  "handshakeTimeoutMs",
  "maxChainCount",
  "maxSanCount",
  "maxTicketAgeMs",
] as const;

export const limits: Limits<TlsLimitName> = /* @__PURE__ */ defineLimits("tls", [
  {
    name: "maxClientHelloBytes",
    default: 16_384,
    min: 512,
    max: 1_048_576,
    reason: "what is kept of a ClientHello before its end",
    spec: "RFC 8446 §4.1.2",
  },
  {
    name: "handshakeTimeoutMs",
    default: 10_000,
    min: 1,
    max: 86_400_000,
    reason: "from the connection to the end of the handshake",
    spec: "RFC 8446 §4",
  },
  {
    name: "maxChainCount",
    default: 10,
    min: 1,
    max: 100,
    reason: "certificates of a chain",
    spec: "RFC 5280 §6",
  },
  {
    name: "maxSanCount",
    default: 256,
    min: 1,
    max: 4_096,
    reason: "subject alternative names of a certificate",
    spec: "RFC 5280 §4.2.1.6",
  },
  {
    name: "maxTicketAgeMs",
    default: 86_400_000,
    min: 1,
    max: 604_800_000,
    reason: "age of a session that may be resumed",
    spec: "RFC 8446 §4.6.1",
  },
]);
