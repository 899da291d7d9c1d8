import * as fc from "fast-check";
import type { Codec, Edge, PeerReading, Reading, Subject, Vector } from "../../src/index.js";
import { bytesOf, textOf } from "../../src/finding.js";
import { ascii } from "./codec.js";
import { limits } from "./decoder.js";

export interface Pair {
  readonly name: string;
  readonly content: Uint8Array;
}

export function encode({ name, content }: Pair): Uint8Array {
  if (!/^[a-z_]{1,64}$/i.test(name)) throw new TypeError("name: expected letters and underscores");
  if (content.length > 1_048_576) throw new RangeError("content: expected at most 1 MiB");
  return bytesOf(`${name}=${content.length}:${textOf(content)},`);
}

const vectors: readonly Vector[] = [
  { name: "nothing", bytes: ascii(""), accept: true },
  { name: "an empty pair", bytes: ascii("a=0:,"), accept: true },
  { name: "two pairs", bytes: ascii("name=5:a,b=c,other_Name=12:hello, world,"), accept: true },
  { name: "a name missing", bytes: ascii("=1:a,"), accept: false },
  { name: "a leading zero", bytes: ascii("a=01:x,"), accept: false },
  { name: "a sign", bytes: ascii("a=+1:x,"), accept: false },
  { name: "a digit in a name", bytes: ascii("a1=1:x,"), accept: false },
  { name: "content too long", bytes: ascii("a=1:xy,"), accept: false },
  { name: "cut off", bytes: ascii("a=3:xy"), accept: false },
  { name: "cut off in a name", bytes: ascii("a=1:x,b"), accept: false },
];

const pair: fc.Arbitrary<Pair> = fc.record({
  name: fc.stringMatching(/^[a-zA-Z_]{1,64}$/),
  content: fc.uint8Array({ maxLength: 40 }),
});

const edges: readonly Edge[] = [
  {
    kind: "count",
    limit: "maxNameBytes",
    max: 5,
    code: "pairs.name.too-long",
    input: (count) => ascii(`${"n".repeat(Math.max(count, 1))}=0:,`),
  },
  {
    kind: "count",
    limit: "maxLengthDigits",
    max: 3,
    code: "pairs.length.syntax",
    input: (count) => ascii(`a=${"1".repeat(count)}:${"x".repeat(Number("1".repeat(count)))},`),
  },
  {
    kind: "count",
    limit: "maxContentBytes",
    max: 6,
    code: "pairs.content.too-large",
    input: (count) => ascii(`a=${count}:${"x".repeat(count)},`),
  },
  { kind: "time", limit: "pairTimeoutMs", maxMs: 70, code: "pairs.timeout", input: ascii("na") },
];

/** All laws for a decoder of pairs. */
export function subjectOf(codec: Codec, module: URL, encoder: typeof encode = encode): Subject {
  return {
    name: "pairs",
    owner: "pairs",
    codec,
    module,
    vectors,
    arbitrary: fc
      .array(pair, { maxLength: 4 })
      .map((pairs) => bytesOf(pairs.map(encodedText).join(""))),
    limits,
    bound: ({ maxNameBytes }) => 2 * (maxNameBytes ?? 0) + 8,
    ceiling: ({ maxRetainedBytes }) => maxRetainedBytes ?? 0,
    maxEventsPerByte: 1,
    edges,
    edgesElsewhere: { maxRetainedBytes: "the bounded law" },
    roundTrip: {
      valid: pair,
      hostile: fc.record({ name: fc.string(), content: fc.uint8Array({ maxLength: 300 }) }),
      encode: (item) => encoder(item as Pair),
      expected: (item) => [item],
      decoded: (events) => reading(events).messages,
    },
    peer: { name: "a regular expression", read, reading, stricter: {} },
    names: {
      input: (name) => ascii(`${name}=5:value,`),
      value: "value",
      read: (events, name) => {
        const found = reading(events).messages.find((message) => message.name === name);
        return found === undefined ? undefined : textOf(found.content);
      },
    },
  };
}

function encodedText(item: Pair): string {
  return textOf(encode(item));
}

interface Pairs extends Reading {
  readonly messages: readonly Pair[];
}

function reading(events: readonly object[]): Pairs {
  const messages: Pair[] = [];
  let name = "";
  let content = "";
  for (const event of events) {
    if ("name" in event) [name, content] = [String(event.name), ""];
    if ("bytes" in event) content += textOf(event.bytes as Uint8Array);
    if ("type" in event && event.type === "end") messages.push({ name, content: bytesOf(content) });
  }
  return { messages };
}

/** Another reader of the same grammar, as far from a state machine as can be. */
function read(input: Uint8Array): PeerReading {
  let text = textOf(input);
  const messages: Pair[] = [];
  while (text !== "") {
    const [head, name = "", digits = ""] = /^([a-z_]{1,64})=(0|[1-9][0-9]{0,6}):/i.exec(text) ?? [];
    const length = Number(digits);
    if (head === undefined || length > 1_048_576) return { messages, rest: "refused" };
    const content = text.slice(head.length, head.length + length);
    if (text[head.length + length] !== ",") return { messages, rest: "refused" };
    messages.push({ name, content: bytesOf(content) });
    text = text.slice(head.length + length + 1);
  }
  return { messages, rest: "read" };
}
