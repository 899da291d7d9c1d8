// What a peer may make an HPACK decoder keep and work for.

import { defineLimits, type Limits, type LimitValues } from "@wirewall/limits";

export type HpackLimitName = (typeof names)[number];
export type HpackLimits = LimitValues<HpackLimitName>;

const names = [
  "maxTableBytes",
  "maxHeaderListBytes",
  "maxHeaderCount",
  "maxStringBytes",
  "maxBlockBytes",
  "maxSizeUpdateCount",
  "maxIntegerBytes",
] as const;

export const limits: Limits<HpackLimitName> = /* @__PURE__ */ defineLimits("hpack", [
  {
    name: "maxTableBytes",
    default: 4_096,
    min: 1,
    max: 1_048_576,
    reason: "SETTINGS_HEADER_TABLE_SIZE: what the peer may make the dynamic table keep",
    spec: "RFC 7541 §4.2",
  },
  {
    name: "maxHeaderListBytes",
    default: 65_536,
    strict: 16_384,
    min: 256,
    max: 16_777_216,
    reason:
      "name, value and 32 for each field, counted while decoding: 24 KB of references must not become 80 MB (CVE-2016-6581)",
    spec: "RFC 9113 §10.5.1",
  },
  {
    name: "maxHeaderCount",
    default: 256,
    strict: 128,
    min: 1,
    max: 65_536,
    reason: "cookie crumbs count as well (CVE-2026-49975)",
    spec: "RFC 9113 §10.5.1",
  },
  {
    name: "maxStringBytes",
    default: 65_536,
    min: 64,
    max: 16_777_216,
    reason: "one name or value, after Huffman",
    spec: "RFC 7541 §5.2",
  },
  {
    name: "maxBlockBytes",
    default: 262_144,
    min: 256,
    max: 67_108_864,
    reason: "a block on the wire: four times the list",
    spec: "RFC 9113 §10.5",
  },
  {
    name: "maxSizeUpdateCount",
    default: 2,
    min: 1,
    max: 16,
    reason: "more than two in a row say nothing that two cannot",
    spec: "RFC 7541 §4.2",
  },
  {
    name: "maxIntegerBytes",
    default: 5,
    min: 1,
    max: 5,
    reason: "octets after the prefix of an integer; what they hold stays within 2^31 − 1",
    spec: "RFC 7541 §5.1",
  },
]);
