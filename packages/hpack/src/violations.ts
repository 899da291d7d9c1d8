// What HPACK refuses. An encoding fault ends the connection, since the tables are out of step; a
// list over its limits ends the message only: its block was read to the end.

import {
  defineViolations,
  type LimitHit,
  type Violation,
  type ViolationEntry,
  type Violations,
} from "@wirewall/limits";

/** What to tell the peer: an HTTP/2 error for the connection, or a status for the message. */
export type HpackReply =
  | { readonly action: "goaway"; readonly error: number }
  | { readonly action: "respond"; readonly status: number };

export type HpackCode =
  | "hpack.integer.overflow"
  | "hpack.index.invalid"
  | "hpack.huffman.invalid"
  | "hpack.block.truncated"
  | "hpack.size-update.position"
  | "hpack.size-update.count"
  | "hpack.size-update.range"
  | "hpack.size-update.missing"
  | "hpack.string.bytes"
  | "hpack.list.bytes"
  | "hpack.list.count"
  | "hpack.block.bytes"
  | "hpack.retained.bytes";

export type HpackViolation = Violation<HpackCode, HpackReply>;

/** RFC 9113 §7. */
const COMPRESSION_ERROR = 0x9;
const ENHANCE_YOUR_CALM = 0xb;

export const violations: Violations<HpackCode, HpackReply> = /* @__PURE__ */ defineViolations(
  "hpack",
  {
    "hpack.integer.overflow": ends("an integer is too long or too large", "RFC 7541 §5.1"),
    "hpack.index.invalid": ends("an index of 0, or of no entry", "RFC 7541 §2.3.3"),
    "hpack.huffman.invalid": ends("a Huffman code or its padding is invalid", "RFC 7541 §5.2"),
    "hpack.block.truncated": ends("the block ends inside a representation", "RFC 7541 §5.2"),
    "hpack.size-update.position": ends("a size update after a field", "RFC 7541 §4.2"),
    "hpack.size-update.count": ends("too many size updates in a row", "RFC 7541 §4.2"),
    "hpack.size-update.range": ends("a size update over the setting", "RFC 7541 §6.3"),
    "hpack.size-update.missing": ends("a size update that is owed is absent", "RFC 7541 §4.2"),
    "hpack.string.bytes": message("a name or value is too long"),
    "hpack.list.bytes": message("the field section is too large"),
    "hpack.list.count": message("the field section has too many fields"),
    "hpack.block.bytes": {
      scope: "connection",
      spec: "RFC 9113 §10.5",
      reply: { action: "goaway", error: ENHANCE_YOUR_CALM },
      summary: "the block is too long on the wire",
    },
    "hpack.retained.bytes": {
      scope: "connection",
      spec: "RFC 9113 §10.5",
      reply: { action: "goaway", error: ENHANCE_YOUR_CALM },
      summary: "there is no room for the dynamic table",
    },
  },
);

/** A refusal of that code at that offset. */
export function refuse(code: HpackCode, offset: number, limit?: LimitHit): HpackViolation {
  return violations.refuse(code, offset, limit);
}

function ends(summary: string, spec: string): ViolationEntry<HpackReply> {
  return {
    scope: "connection",
    spec,
    reply: { action: "goaway", error: COMPRESSION_ERROR },
    summary,
  };
}

/** RFC 6585 §5 is what a server says; a client cancels the stream (RFC 9113 §10.5.1). */
function message(summary: string): ViolationEntry<HpackReply> {
  return {
    scope: "stream",
    spec: "RFC 9113 §10.5.1",
    reply: { action: "respond", status: 431 },
    summary,
  };
}
