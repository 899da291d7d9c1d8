// Inputs that are as large as a limit allows, or by one larger, and the refusal that is due.

import type { Http1Options } from "@wirewall/http1";

export const HOST = "Host: a\r\n";
export const LINE = "GET / HTTP/1.1\r\n";
export const CHUNKED = `POST / HTTP/1.1\r\n${HOST}Transfer-Encoding: chunked\r\n\r\n`;
const OK = "HTTP/1.1 200 OK\r\n";

export type Limits = NonNullable<Http1Options["limits"]>;

export interface Edge {
  readonly limit: keyof Limits;
  readonly of: string;
  readonly max: number;
  /** What refuses max + 1, and where: the code without its package, the offset, the answer. */
  readonly refused: string;
  readonly also?: Limits;
  input(count: number): string;
  readonly role?: "response";
}

export const x = (count: number): string => "x".repeat(Math.max(0, count));

export const edges: readonly Edge[] = [
  // A request line of n bytes: "GET /", n - 14, " HTTP/1.1".
  {
    limit: "maxRequestLineBytes",
    of: "a target",
    max: 100,
    refused: "request-line.too-long @100 414",
    input: (n) => `GET /${x(n - 14)} HTTP/1.1\r\n${HOST}\r\n`,
  },
  {
    limit: "maxRequestLineBytes",
    of: "a target after an empty line",
    max: 100,
    refused: "request-line.too-long @102 414",
    input: (n) => `\r\nGET /${x(n - 14)} HTTP/1.1\r\n${HOST}\r\n`,
  },
  {
    limit: "maxStatusLineBytes",
    of: "a reason",
    max: 100,
    refused: "status-line.too-long @100 close",
    role: "response",
    input: (n) => `HTTP/1.1 200 ${x(n - 13)}\r\nContent-Length: 0\r\n\r\n`,
  },
  {
    limit: "maxMethodBytes",
    of: "a method",
    max: 10,
    refused: "method.syntax @10 501",
    input: (n) => `${"M".repeat(n)} / HTTP/1.1\r\n${HOST}\r\n`,
  },
  {
    limit: "maxFieldNameBytes",
    of: "a name",
    max: 20,
    refused: `field.bytes @${LINE.length + 9 + 20} 431`,
    input: (n) => `${LINE}${HOST}${x(n)}: y\r\n\r\n`,
  },
  {
    limit: "maxFieldNameBytes",
    of: "a name in trailers",
    max: 20,
    refused: `trailer.bytes @${CHUNKED.length + 3 + 20} 431`,
    input: (n) => `${CHUNKED}0\r\n${x(n)}: y\r\n\r\n`,
  },
  // Field lines of n bytes: "Host: a\r\n" has 9, "b: " and the line end 5.
  {
    limit: "maxHeaderBytes",
    of: "a value",
    max: 100,
    refused: `field.bytes @${LINE.length + 100} 431`,
    input: (n) => `${LINE}${HOST}b: ${x(n - 14)}\r\n\r\n`,
  },
  {
    limit: "maxHeaderBytes",
    of: "blanks in front of a value",
    max: 100,
    refused: `field.bytes @${LINE.length + 100} 431`,
    input: (n) => `${LINE}${HOST}b:${" ".repeat(n - 13)}\r\n\r\n`,
  },
  {
    limit: "maxHeaderBytes",
    of: "empty lines of a name",
    max: 100,
    refused: `field.bytes @${LINE.length + 100} 431`,
    input: (n) => `${LINE}${HOST}${x(n - 21)}:\r\nb: cdef\r\n\r\n`,
  },
  {
    limit: "maxHeaderBytes",
    of: "a name",
    max: 100,
    refused: `field.bytes @${LINE.length + 100} 431`,
    input: (n) => `${LINE}${HOST}${x(n - 12)}:\r\n\r\n`,
  },
  {
    limit: "maxHeaderBytes",
    of: "a response",
    max: 100,
    refused: "field.bytes @117 close",
    role: "response",
    input: (n) => `${OK}Content-Length: 0\r\nb: ${x(n - 24)}\r\n\r\n`,
  },
  {
    limit: "maxHeaderCount",
    of: "lines",
    max: 5,
    refused: `field.count @${LINE.length + 9 + 4 * 6} 431`,
    input: (n) => `${LINE}${HOST}${"b: c\r\n".repeat(n - 1)}\r\n`,
  },
  {
    limit: "maxHeaderCount",
    of: "lines of the least size",
    max: 5,
    refused: `field.count @${LINE.length + 9 + 4 * 4} 431`,
    input: (n) => `${LINE}${HOST}${"b:\r\n".repeat(n - 1)}\r\n`,
  },
  {
    limit: "maxHeaderCount",
    of: "lines of a response",
    max: 5,
    refused: "field.count @47 close",
    role: "response",
    input: (n) => `${OK}${"b: c\r\n".repeat(n)}\r\n`,
  },
  {
    limit: "maxContentLengthDigits",
    of: "digits",
    max: 6,
    refused: `framing.length @${LINE.length + 1 + 9 + 16} 400`,
    input: (n) =>
      `POST / HTTP/1.1\r\n${HOST}Content-Length: ${"0".repeat(Math.max(0, n - 1))}1\r\n\r\nx`,
  },
  {
    limit: "maxBodyBytes",
    of: "a declared length",
    max: 10,
    refused: `body.too-large @${LINE.length + 1 + 9 + 16} 413`,
    input: (n) => `POST / HTTP/1.1\r\n${HOST}Content-Length: ${n}\r\n\r\n${x(n)}`,
  },
  {
    limit: "maxBodyBytes",
    of: "one chunk",
    max: 10,
    refused: `body.too-large @${CHUNKED.length} 413`,
    input: (n) => `${CHUNKED}${n.toString(16)}\r\n${x(n)}\r\n0\r\n\r\n`,
  },
  {
    limit: "maxBodyBytes",
    of: "the last of many chunks",
    max: 10,
    refused: `body.too-large @${CHUNKED.length + 60} 413`,
    input: (n) => `${CHUNKED}${"1\r\nx\r\n".repeat(n)}0\r\n\r\n`,
  },
  {
    limit: "maxBodyBytes",
    of: "content until the end",
    max: 10,
    refused: "body.too-large @29 close",
    role: "response",
    input: (n) => `${OK}\r\n${x(n)}`,
  },
  {
    limit: "maxBodyBytes",
    of: "a declared response",
    max: 10,
    refused: "body.too-large @33 close",
    role: "response",
    input: (n) => `${OK}Content-Length: ${n}\r\n\r\n${x(n)}`,
  },
  {
    limit: "maxChunkSizeDigits",
    of: "zeros",
    max: 6,
    refused: `chunk.size @${CHUNKED.length + 6} 400`,
    input: (n) => `${CHUNKED}${"0".repeat(Math.max(0, n - 1))}1\r\nx\r\n0\r\n\r\n`,
  },
  {
    limit: "maxChunkSizeDigits",
    of: "zeros of the last chunk",
    max: 6,
    refused: `chunk.size @${CHUNKED.length + 6} 400`,
    input: (n) => `${CHUNKED}${"0".repeat(n)}\r\n\r\n`,
  },
  {
    limit: "maxChunkLineBytes",
    of: "a chunk line",
    max: 40,
    refused: `chunk.extension @${CHUNKED.length + 40} 400`,
    input: (n) => `${CHUNKED}1;${x(n - 2)}\r\nx\r\n0\r\n\r\n`,
  },
  {
    limit: "maxChunkLineBytes",
    of: "a last chunk line",
    max: 40,
    refused: `chunk.extension @${CHUNKED.length + 6 + 40} 400`,
    input: (n) => `${CHUNKED}1\r\nx\r\n0;${x(n - 2)}\r\n\r\n`,
  },
  {
    limit: "maxChunkExtensionBytes",
    of: "one extension",
    max: 20,
    refused: `chunk.extension @${CHUNKED.length + 1 + 20} 400`,
    input: (n) => `${CHUNKED}1;${x(n - 1)}\r\nx\r\n0\r\n\r\n`,
  },
  {
    limit: "maxChunkExtensionBytes",
    of: "extensions of many chunks",
    max: 20,
    refused: `chunk.extension @${CHUNKED.length + 10 * 8 + 1} 400`,
    input: (n) => `${CHUNKED}${"1;a\r\nx\r\n".repeat(10)}1${n > 20 ? ";a" : ""}\r\nx\r\n0\r\n\r\n`,
  },
  {
    limit: "maxTrailerBytes",
    of: "trailers",
    max: 64,
    refused: `trailer.bytes @${CHUNKED.length + 3 + 64} 431`,
    input: (n) => `${CHUNKED}0\r\nb: ${x(n - 5)}\r\n\r\n`,
  },
  {
    limit: "maxTrailerCount",
    of: "trailers",
    max: 3,
    refused: `trailer.count @${CHUNKED.length + 3 + 12} 431`,
    input: (n) => `${CHUNKED}0\r\n${"b:\r\n".repeat(n)}\r\n`,
  },
  {
    limit: "maxEmptyLineCount",
    of: "empty lines in front",
    max: 3,
    refused: "request-line.syntax @6 400",
    input: (n) => `${"\r\n".repeat(n)}${LINE}${HOST}\r\n`,
  },
  {
    limit: "maxEmptyLineCount",
    of: "empty lines between",
    max: 1,
    refused: `request-line.syntax @${LINE.length + 11 + 2} 400`,
    input: (n) => `${LINE}${HOST}\r\n${"\r\n".repeat(n)}${LINE}${HOST}\r\n`,
  },
  {
    limit: "maxInformationalCount",
    of: "1xx",
    max: 3,
    refused: "response.informational @54 close",
    role: "response",
    input: (n) => `${"HTTP/1.1 102 x\r\n\r\n".repeat(n)}HTTP/1.1 204 x\r\n\r\n`,
  },
];
