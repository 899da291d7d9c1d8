// hpack.js and the package hpack as peers: what we make of a block, they make of it, too.

import { violations, type BlockEnd, type FieldEvent } from "@wirewall/hpack";
import Hpack from "hpack";
import type { Peer, PeerReading, Reading } from "#laws";
import type { Pair } from "../blocks.js";
import { decompressor, readWithHpackJs } from "./hpack-js.js";
import { stricter } from "./stricter.js";

export const hpackJs: Peer = {
  name: "hpack.js",
  read(input): PeerReading {
    const { fields, never, refusal } = readWithHpackJs(decompressor(), input);
    if (refusal === undefined) return { messages: [{ fields, never }], rest: "read" };
    const reading: PeerReading = { messages: [], rest: "refused" };
    return refusal.includes("does not fit")
      ? { ...reading, incomparable: "an integer of five octets, which hpack.js does not read" }
      : reading;
  },
  reading(events): Reading {
    const fields = fieldsOf(events);
    if (fields === undefined) return { messages: [] };
    const never = fields.filter(({ neverIndexed }) => neverIndexed).map(({ name }) => name);
    return { messages: [{ fields: fields.map(pairOf), never }] };
  },
  stricter,
};

/** It reads past the end of a block and checks nothing: only what we accept is compared. */
export const hpack: Peer = {
  name: "hpack",
  read(input): PeerReading {
    try {
      return { messages: [new Hpack().decode(Buffer.from(input))], rest: "left" };
    } catch {
      return { messages: [], rest: "refused" };
    }
  },
  reading(events): Reading {
    const fields = fieldsOf(events);
    if (fields === undefined) return { messages: [] };
    const texts = fields.flatMap(({ name, value }) => [name, value]);
    const messages = [fields.map(pairOf)];
    return texts.every((text) => /^[\0-\x7f]+$/.test(text))
      ? { messages }
      : { messages, incomparable: "it reads UTF-8, and an empty string in code as NUL" };
  },
  stricter: Object.fromEntries(
    Array.from(violations.table.keys(), (code) => [code, "the package hpack checks nothing"]),
  ),
};

function fieldsOf(events: readonly object[]): readonly FieldEvent[] | undefined {
  const all = events as readonly (FieldEvent | BlockEnd)[];
  return all.at(-1)?.type === "end" ? all.filter((event) => event.type === "field") : undefined;
}

function pairOf({ name, value }: FieldEvent): Pair {
  return [name, value];
}
