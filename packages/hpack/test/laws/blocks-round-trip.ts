// Blocks as the encoder writes them, for decoding them again.

import { BlockEncoder, isNeverIndexed, type FieldEvent } from "@wirewall/hpack";
import * as fc from "fast-check";
import type { RoundTrip } from "#laws";
import { byteText } from "./octets.js";

type Sent = readonly [name: string, value: string, neverIndexed: boolean];

const name = fc.oneof(
  fc.constantFrom("a", ":path", ":status", "cookie", "authorization", "content-type", "__proto__"),
  byteText(12),
);
const value = fc.oneof(fc.constantFrom("", "GET", "200", "/", "v".repeat(50)), byteText(30));
const hostile = fc.oneof(
  fc.string({ unit: "binary", maxLength: 12 }),
  fc.constantFrom("\u0100", "a\u010a", "\ud800", "", "\0"),
  value,
);

export const roundTrip: RoundTrip = {
  valid: fc.array(fc.tuple(name, value, fc.boolean()), { maxLength: 20 }),
  hostile: fc.array(fc.tuple(fc.oneof(name, hostile), fc.oneof(value, hostile), fc.boolean()), {
    maxLength: 8,
  }),
  encode(item) {
    const encoder = new BlockEncoder();
    encoder.begin();
    for (const [key, text, neverIndexed] of item as readonly Sent[])
      encoder.field(key, text, neverIndexed);
    return encoder.finish();
  },
  expected: (item) =>
    (item as readonly Sent[]).map(([key, text, never]) => [
      key,
      text,
      never || isNeverIndexed(key),
    ]),
  decoded: (events) =>
    (events as readonly FieldEvent[])
      .filter(({ type }) => type === "field")
      .map((event) => [event.name, event.value, event.neverIndexed]),
};
