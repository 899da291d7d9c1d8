// The response decoder as a client uses it, one request open at any time, with the shapes and
// floods that could hurt it. Runs in an empty realm, too.

import { ResponseDecoder, type Http1Options } from "@wirewall/http1";
import type { Codec } from "#laws";
import { ascii, chunkedBody, chunkShapes, fieldShapes, raised } from "./shapes.js";

export const create: Codec["create"] = (options = {}) => new AskingDecoder(options);

/** Asks for the next response once the last one is complete. */
class AskingDecoder extends ResponseDecoder {
  constructor(options: Http1Options) {
    super(options);
    this.expect("GET");
  }

  override next(now?: number): ReturnType<ResponseDecoder["next"]> {
    const event = super.next(now);
    if (event?.type === "end") this.expect("GET");
    return event;
  }
}

const HEAD = "HTTP/1.1 200 OK\r\nserver: a\r\n";
const CHUNKED = `${HEAD}transfer-encoding: chunked\r\n\r\n`;
const EMPTY = "HTTP/1.1 204 No Content\r\n\r\n";
const EARLY = "HTTP/1.1 103 Early Hints\r\n\r\n";

export const shapes: Codec["shapes"] = [
  ...fieldShapes(HEAD),
  ...chunkShapes(CHUNKED),
  {
    name: "one long reason",
    limits: raised,
    input: (bytes) => ascii(`HTTP/1.1 200 ${"r".repeat(bytes)}\r\ncontent-length: 0\r\n\r\n`),
  },
  {
    name: "many empty responses",
    input: (bytes) => ascii(EMPTY.repeat(Math.ceil(bytes / EMPTY.length))),
  },
  {
    name: "many informational responses",
    limits: { maxInformationalCount: 1_024 },
    refused: true,
    input: (bytes) => ascii(EARLY.repeat(Math.ceil(bytes / EARLY.length))),
  },
  {
    name: "one large content",
    input: (bytes) => ascii(`${HEAD}content-length: ${bytes}\r\n\r\n${"x".repeat(bytes)}`),
  },
  {
    name: "content until the end",
    input: (bytes) => ascii(`${HEAD}\r\n${"x".repeat(bytes)}`),
  },
];

export const floods: Codec["floods"] = [
  {
    name: "chunks of one byte without end",
    prefix: ascii(CHUNKED),
    item: ascii("1\r\nx\r\n"),
  },
  { name: "fields without end", prefix: ascii(HEAD), item: ascii("a:\r\n") },
  {
    name: "fields without end, limits raised",
    prefix: ascii(HEAD),
    item: ascii("a:\r\n"),
    limits: raised,
  },
  { name: "empty lines without end", prefix: ascii(""), item: ascii("\r\n") },
  {
    name: "trailers without end",
    prefix: ascii(`${CHUNKED}${chunkedBody}0\r\n`),
    item: ascii("a:\r\n"),
    limits: raised,
  },
  { name: "extensions without end", prefix: ascii(`${CHUNKED}1`), item: ascii(";a") },
  { name: "responses without content, without end", prefix: ascii(""), item: ascii(EMPTY) },
  { name: "informational responses without end", prefix: ascii(""), item: ascii(EARLY) },
];
