// The request decoder with the shapes and floods that could hurt it. Runs in an empty realm, too.

import { RequestDecoder } from "@wirewall/http1";
import type { Codec } from "#laws";
import { ascii, chunkedBody, chunkShapes, fieldShapes, raised } from "./shapes.js";

export const create: Codec["create"] = (options = {}) => new RequestDecoder(options);

const HEAD = "POST / HTTP/1.1\r\nhost: a\r\n";
const CHUNKED = `${HEAD}transfer-encoding: chunked\r\n\r\n`;

export const shapes: Codec["shapes"] = [
  ...fieldShapes(HEAD),
  ...chunkShapes(CHUNKED),
  {
    name: "one long target",
    limits: raised,
    input: (bytes) => ascii(`GET /${"t".repeat(bytes)} HTTP/1.1\r\nhost: a\r\n\r\n`),
  },
  {
    name: "one long absolute target",
    limits: raised,
    input: (bytes) => ascii(`GET http://a/${"t".repeat(bytes)} HTTP/1.1\r\nhost: a\r\n\r\n`),
  },
  {
    name: "a long authority",
    limits: raised,
    input: (bytes) => ascii(`GET / HTTP/1.1\r\nhost: ${"a".repeat(bytes)}\r\n\r\n`),
  },
  {
    name: "a target with spaces",
    limits: raised,
    refused: true,
    input: (bytes) => ascii(`GET /${"t ".repeat(bytes / 2)}HTTP/1.1\r\nhost: a\r\n\r\n`),
  },
  {
    name: "a long method",
    refused: true,
    input: (bytes) => ascii("M".repeat(bytes)),
  },
  {
    name: "many protocols to upgrade to",
    limits: raised,
    input: (bytes) =>
      ascii(
        `GET / HTTP/1.1\r\nhost: a\r\nconnection: upgrade\r\nupgrade: p${",p".repeat(bytes / 2)}\r\n\r\n`,
      ),
  },
  {
    name: "many pipelined requests",
    input: (bytes) => ascii("GET / HTTP/1.1\r\nhost: a\r\n\r\n".repeat(Math.ceil(bytes / 27))),
  },
  {
    name: "one large content",
    input: (bytes) => ascii(`${HEAD}content-length: ${bytes}\r\n\r\n${"x".repeat(bytes)}`),
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
  {
    name: "requests without content, without end",
    prefix: ascii(""),
    item: ascii("GET / HTTP/1.1\r\nhost: a\r\n\r\n"),
  },
];
