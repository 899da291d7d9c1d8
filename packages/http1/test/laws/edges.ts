// Every limit that a decoder enforces, as an input that reaches it exactly.

import type { Edge } from "#laws";
import { ascii } from "./shapes.js";

type CountEdge = Extract<Edge, { kind: "count" }>;

/** Where the other limits are tested, which connections enforce, or which refuse nothing. */
export const edgesElsewhere = {
  minBodyBytesPerSecond: "time.test.ts: a rate, not a moment",
  maxPipelinedCount: "connection tests: requests answered out of one read",
  writeStallTimeoutMs: "connection tests: output that is not taken",
  lingerTimeoutMs: "connection tests: after a refusal",
  lingerBytes: "connection tests: after a refusal",
  maxQueuedOutputBytes: "connection tests: output that is not taken",
  maxRetainedBytes: "the bounded law: no shape exceeds it, read or not",
  coalesceBytes: "rfc9112-content.test.ts: joins pieces and refuses nothing",
};

const REQUEST = "POST / HTTP/1.1\r\nhost: a\r\n";
const RESPONSE = "HTTP/1.1 200 OK\r\nhost: a\r\n";

export const requestEdges: readonly Edge[] = [
  ...sharedEdges(REQUEST),
  {
    kind: "count",
    limit: "maxRequestLineBytes",
    max: 20,
    code: "http1.request-line.too-long",
    input: (count) => ascii(`GET /${"t".repeat(count - 14)} HTTP/1.1\r\nhost: a\r\n\r\n`),
  },
  {
    kind: "count",
    limit: "maxMethodBytes",
    max: 4,
    code: "http1.method.syntax",
    input: (count) => ascii(`${"M".repeat(count)} / HTTP/1.1\r\nhost: a\r\n\r\n`),
  },
  {
    kind: "count",
    limit: "maxEmptyLineCount",
    max: 1,
    code: "http1.request-line.syntax",
    unnamed: true,
    input: (count) => ascii(`${"\r\n".repeat(count)}GET / HTTP/1.1\r\nhost: a\r\n\r\n`),
  },
  {
    kind: "time",
    limit: "headTimeoutMs",
    of: "a request line",
    maxMs: 70,
    code: "http1.timeout.head",
    input: ascii("GET /"),
  },
  {
    kind: "time",
    limit: "headTimeoutMs",
    of: "field lines",
    maxMs: 70,
    code: "http1.timeout.head",
    input: ascii("GET / HTTP/1.1\r\nhost: a\r\n"),
  },
  {
    kind: "time",
    limit: "keepAliveTimeoutMs",
    maxMs: 70,
    code: "http1.timeout.idle",
    input: ascii("GET / HTTP/1.1\r\nhost: a\r\n\r\n"),
  },
];

export const requestEdgesElsewhere = {
  ...edgesElsewhere,
  maxStatusLineBytes: "responses only",
  maxInformationalCount: "responses only",
  responseTimeoutMs: "responses only",
};

export const responseEdges: readonly Edge[] = [
  ...sharedEdges(RESPONSE),
  {
    kind: "count",
    limit: "maxStatusLineBytes",
    max: 16,
    code: "http1.status-line.too-long",
    input: (count) => ascii(`HTTP/1.1 200 ${"r".repeat(count - 13)}\r\ncontent-length: 0\r\n\r\n`),
  },
  {
    kind: "count",
    limit: "maxBodyBytes",
    of: "content until the end",
    max: 5,
    code: "http1.body.too-large",
    input: (count) => ascii(`${RESPONSE}\r\n${"x".repeat(count)}`),
  },
  {
    kind: "count",
    limit: "maxInformationalCount",
    max: 2,
    code: "http1.response.informational",
    input: (count) =>
      ascii(`${"HTTP/1.1 103 Early Hints\r\n\r\n".repeat(count)}HTTP/1.1 204 No Content\r\n\r\n`),
  },
  {
    kind: "time",
    limit: "responseTimeoutMs",
    maxMs: 70,
    code: "http1.timeout.response",
    input: ascii("HTTP/1.1 204 No Content\r\n\r\n"),
  },
  {
    kind: "time",
    limit: "headTimeoutMs",
    maxMs: 70,
    code: "http1.timeout.head",
    input: ascii("HTTP/1.1 204 No"),
  },
];

export const responseEdgesElsewhere = {
  ...edgesElsewhere,
  maxRequestLineBytes: "requests only",
  maxMethodBytes: "requests only",
  maxEmptyLineCount: "requests only",
  keepAliveTimeoutMs: "requests only",
};

function sharedEdges(start: string): Edge[] {
  const chunked = `${start}transfer-encoding: chunked\r\n\r\n`;
  return [
    ...headEdges(start),
    ...contentEdges(start, chunked),
    ...trailerEdges(chunked),
    {
      kind: "time",
      limit: "bodyIdleTimeoutMs",
      maxMs: 70,
      code: "http1.timeout.body",
      input: ascii(`${start}content-length: 5\r\n\r\nx`),
    },
    {
      kind: "time",
      limit: "headTimeoutMs",
      of: "trailers",
      maxMs: 70,
      code: "http1.timeout.body",
      input: ascii(`${chunked}0\r\na: b`),
    },
  ];
}

function headEdges(start: string): CountEdge[] {
  const first = start.slice(0, start.indexOf("\r\n") + 2);
  const host = "host: a\r\n";
  const none = "content-length: 0\r\n";
  const taken = host.length + none.length;
  return [
    {
      kind: "count",
      limit: "maxHeaderBytes",
      max: 64,
      code: "http1.field.bytes",
      input: (count) => ascii(`${first}${host}${none}a:${"v".repeat(count - taken - 4)}\r\n\r\n`),
    },
    {
      kind: "count",
      limit: "maxHeaderBytes",
      of: "in empty fields",
      max: 64,
      code: "http1.field.bytes",
      input: (count) => {
        const left = count - taken;
        const last = (left % 4) + 4;
        const lines = "a:\r\n".repeat((left - last) / 4);
        return ascii(`${first}${host}${none}${lines}${"n".repeat(last - 3)}:\r\n\r\n`);
      },
    },
    {
      kind: "count",
      limit: "maxHeaderCount",
      of: "empty fields",
      max: 5,
      code: "http1.field.count",
      input: (count) => ascii(`${first}${host}${none}${"a:\r\n".repeat(count - 2)}\r\n`),
    },
    {
      kind: "count",
      limit: "maxFieldNameBytes",
      max: 20,
      code: "http1.field.bytes",
      input: (count) => ascii(`${first}${host}${none}${"n".repeat(count)}: v\r\n\r\n`),
    },
    {
      kind: "count",
      limit: "maxContentLengthDigits",
      max: 3,
      code: "http1.framing.length",
      input: (count) => ascii(`${start}content-length: ${"1".padStart(count, "0")}\r\n\r\nx`),
    },
  ];
}

function contentEdges(start: string, chunked: string): CountEdge[] {
  return [
    {
      kind: "count",
      limit: "maxBodyBytes",
      of: "a declared length",
      max: 5,
      code: "http1.body.too-large",
      input: (count) => ascii(`${start}content-length: ${count}\r\n\r\n${"x".repeat(count)}`),
    },
    {
      kind: "count",
      limit: "maxBodyBytes",
      of: "one chunk",
      max: 5,
      code: "http1.body.too-large",
      input: (count) => ascii(`${chunked}${count}\r\n${"x".repeat(count)}\r\n0\r\n\r\n`),
    },
    {
      kind: "count",
      limit: "maxBodyBytes",
      of: "chunks of one byte",
      max: 5,
      code: "http1.body.too-large",
      input: (count) => ascii(`${chunked}${"1\r\nx\r\n".repeat(count)}0\r\n\r\n`),
    },
    {
      kind: "count",
      limit: "maxChunkSizeDigits",
      max: 4,
      code: "http1.chunk.size",
      input: (count) => ascii(`${chunked}${"1".padStart(count, "0")}\r\nx\r\n0\r\n\r\n`),
    },
    {
      kind: "count",
      limit: "maxChunkSizeDigits",
      of: "the last chunk",
      max: 4,
      code: "http1.chunk.size",
      input: (count) => ascii(`${chunked}1\r\nx\r\n${"0".repeat(count)}\r\n\r\n`),
    },
    {
      kind: "count",
      limit: "maxChunkLineBytes",
      max: 32,
      code: "http1.chunk.extension",
      input: (count) => ascii(`${chunked}1;${"a".repeat(count - 2)}\r\nx\r\n0\r\n\r\n`),
    },
    {
      kind: "count",
      limit: "maxChunkExtensionBytes",
      of: "one line",
      max: 8,
      code: "http1.chunk.extension",
      input: (count) => ascii(`${chunked}1;${"a".repeat(count - 1)}\r\nx\r\n0\r\n\r\n`),
    },
    {
      kind: "count",
      limit: "maxChunkExtensionBytes",
      of: "several lines",
      max: 8,
      code: "http1.chunk.extension",
      input: (count) =>
        ascii(`${chunked}1;a\r\nx\r\n1;a\r\nx\r\n0;${"a".repeat(count - 5)}\r\n\r\n`),
    },
  ];
}

function trailerEdges(chunked: string): CountEdge[] {
  return [
    {
      kind: "count",
      limit: "maxTrailerBytes",
      max: 64,
      code: "http1.trailer.bytes",
      input: (count) => ascii(`${chunked}0\r\na:${"v".repeat(count - 4)}\r\n\r\n`),
    },
    {
      kind: "count",
      limit: "maxTrailerCount",
      of: "empty trailers",
      max: 3,
      code: "http1.trailer.count",
      input: (count) => ascii(`${chunked}0\r\n${"a:\r\n".repeat(count)}\r\n`),
    },
    {
      kind: "count",
      limit: "maxFieldNameBytes",
      of: "a trailer",
      max: 20,
      code: "http1.trailer.bytes",
      input: (count) => ascii(`${chunked}0\r\n${"n".repeat(count)}:\r\n\r\n`),
    },
  ];
}
