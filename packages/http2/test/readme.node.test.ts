// What the README says is executed: its example, and each row of what is refused.

import { violations } from "@wirewall/http2";
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { example } from "./example.ts";
import { client, codes, headers, POST, REQUEST, server, GET, type Heard } from "./peer.ts";
import {
  block,
  CONTINUATION,
  DATA,
  END_STREAM,
  frame,
  framesOf,
  HEADERS,
  joined,
  PREFACE,
  PRIORITY,
  PUSH_PROMISE,
  SETTINGS,
  word,
} from "./raw-frames.ts";

const readme = readFileSync(new URL("../README.md", import.meta.url), "utf8");

const request = (...more: (readonly [string, string])[]): Heard[] =>
  client().send(headers(1, [...REQUEST, ...more], true));
const trailers = (line: readonly [string, string], ends: boolean): Heard[] =>
  client().send(headers(1, POST, false), headers(1, [line], ends));
const pushed = (): Heard[] => {
  const peer = server();
  const stream = peer.connection.sendRequest(GET);
  return peer.send(frame(PUSH_PROMISE, 0x4, stream, [...word(2), ...block(REQUEST)]));
};

/** In the order of the README, each with how its row begins. */
const samples: readonly (readonly [row: string, heard: () => readonly Heard[][]])[] = [
  [
    "PUSH_PROMISE",
    () => [client().send(frame(PUSH_PROMISE, 0x4, 1, [...word(2), ...block(REQUEST)])), pushed()],
  ],
  [
    "A field name in upper case",
    () => [
      request(["X-a", "b"]),
      ...["a\rb", "a\nb", "a\0b", " a", "a "].map((value) => request(["x-a", value])),
    ],
  ],
  [
    "`connection`",
    () => [request(["connection", "close"]), request(["transfer-encoding", "chunked"])],
  ],
  ["A Host", () => [request(["host", "b.example"])]],
  [
    "A `content-length`",
    () => [
      client().send(
        headers(1, [...POST, ["content-length", "3"]], false),
        frame(DATA, END_STREAM, 1, [0x61]),
      ),
    ],
  ],
  ["A trailer that frames", () => [trailers(["content-length", "0"], true)]],
  ["Trailers without", () => [trailers(["x-a", "b"], false)]],
  ["A stream that depends", () => [client().send(frame(PRIORITY, 0, 1, [...word(1), 0]))]],
  [
    "The 33rd CONTINUATION",
    () => [
      client().send(
        frame(HEADERS, END_STREAM, 1, block(REQUEST)),
        ...Array.from({ length: 33 }, () => frame(CONTINUATION, 0, 1)),
      ),
    ],
  ],
];

describe("the README", () => {
  it("has the example that runs here", () => {
    const code = readFileSync(new URL("example.ts", import.meta.url), "utf8");
    expect(readme).toContain(`\`\`\`ts\n${code}\`\`\``);
    const hello = joined([PREFACE, frame(SETTINGS, 0, 0)]);
    const { out, refused } = example([
      hello,
      headers(1, REQUEST, true),
      headers(3, [...REQUEST, ["connection", "close"]], true),
    ]);
    const content = framesOf(joined(out)).filter(({ type }) => type === DATA);
    expect(content.map(({ stream, payload }) => [stream, Buffer.from(payload).toString()])).toEqual(
      [[1, "GET /\n"]],
    );
    expect(refused).toEqual(["http2.field.connection"]);
  });
});

describe("row: C3 what is refused", () => {
  const rows = readme
    .slice(readme.indexOf("## What it refuses"), readme.indexOf("## What it reads"))
    .split("\n")
    .filter((line) => line.startsWith("| ") && !/^\| (?:Refused|-)/.test(line))
    .map((line) => line.split("|").map((cell) => cell.trim()));

  it("is a row for each sample, of a code that exists", () => {
    expect(
      rows.map(([, refused = ""], at) => refused.startsWith(samples[at]?.[0] ?? "\0")),
    ).toEqual(samples.map(() => true));
    for (const [, , code = ""] of rows)
      expect([...violations.table.keys()]).toContain(`http2.${code.replaceAll("`", "")}`);
  });

  it.each(samples)("%s … is refused as the README says", (row, heard) => {
    const code = rows.find(([, refused]) => refused?.startsWith(row))?.[2]?.replaceAll("`", "");
    for (const each of heard()) expect(codes(each)).toContain(code);
  });
});
