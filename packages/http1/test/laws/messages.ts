// Generators of messages near the grammar: most of them legal, many of them at the edge of it.

import * as fc from "fast-check";
import type { Arbitrary } from "fast-check";
import { ascii } from "./shapes.js";

const token = fc.stringMatching(/^[a-zA-Z0-9!#$%&'*+.^_`|~-]{1,12}$/);
const value = fc.oneof(
  fc.stringMatching(/^[ -~]{0,24}$/),
  fc.stringMatching(/^[\t -~\u0080-\u00ff]{0,12}$/),
);
const blanks = fc.constantFrom("", " ", "  ", "\t", " \t ");
const ending = often("\r\n", ["\n", "\r", "\r\r\n", "\n\r", " \r\n"]);

const anyLine = fc
  .tuple(
    often("", [" ", "\t"]),
    token,
    often(":", [" :", "", "::", "=", "\t:"]),
    blanks,
    value,
    blanks,
    ending,
  )
  .map((parts) => parts.join(""));

const size = fc.oneof(
  fc.nat(40).map((number) => number.toString(16)),
  fc.constantFrom(
    "00005",
    "A",
    "0x5",
    "-1",
    "+5",
    "5 ",
    "",
    "fffffffffffffffff",
    "10000000000000000",
  ),
);
const extension = often("", [";a", ";a=b", ' ; a = "b\\"c"', ";", ";a=", ';a="', "; \n", ";a\rb"]);

/** A chunk whose data fits its size, or nearly. */
const chunk = fc
  .tuple(fc.nat(20), extension, ending, often(0, [1, -1]), ending)
  .map(
    ([bytes, ext, first, wrong, last]) =>
      `${bytes.toString(16)}${ext}${first}${"d".repeat(Math.max(0, bytes + wrong))}${last}`,
  );
const oddChunk = fc.tuple(size, extension, ending).map((parts) => parts.join(""));

const chunked = fc
  .tuple(
    fc.array(fc.oneof({ arbitrary: chunk, weight: 6 }, { arbitrary: oddChunk, weight: 1 }), {
      maxLength: 3,
    }),
    often("0\r\n", ["00\r\n", "0;a\r\n", "0\n"]),
    fc.array(anyLine, { maxLength: 2 }),
    often("\r\n", ["", "\n", "\r"]),
  )
  .map(([chunks, last, trailers, end]) => [...chunks, last, ...trailers, end].join(""));

const content = fc.nat(12).map((bytes) => "c".repeat(bytes));

/** Field lines that frame, with content that goes with them, or does not. */
const framed = fc.oneof(
  fc.constant({ lines: "", body: "" }),
  content.map((body) => ({ lines: `Content-Length: ${body.length}\r\n`, body })),
  chunked.map((body) => ({ lines: "Transfer-Encoding: chunked\r\n", body })),
  fc
    .tuple(
      fc.constantFrom(
        "5",
        "05",
        "+5",
        "5,5",
        "5, 5",
        " 5",
        "",
        "5 ",
        "0x5",
        "99999999999999999999",
        "1 2",
      ),
      content,
    )
    .map(([length, body]) => ({ lines: `content-length:${length}\r\n`, body })),
  fc
    .tuple(
      fc.constantFrom(
        "gzip, chunked",
        "chunked, gzip",
        "Chunked",
        "chunked,",
        " chunked\t",
        "identity",
        "xchunked",
        "chunked;a=b",
        "chunked, chunked",
        '"chunked"',
        "",
      ),
      chunked,
    )
    .map(([coding, body]) => ({ lines: `transfer-encoding:${coding}\r\n`, body })),
  fc.tuple(fc.boolean(), chunked).map(([first, body]) => {
    const length = "content-length: 5\r\n";
    const coding = "transfer-encoding: chunked\r\n";
    return { lines: first ? length + coding : coding + length, body };
  }),
);

const deciding = fc.constantFrom(
  "Connection: close\r\n",
  "Connection: keep-alive\r\n",
  "connection: close\t\r\n",
  "connection: keep-alive, close\r\n",
  "connection: upgrade\r\nupgrade: websocket\r\n",
  "connection: ,\r\n",
  "connection: a b\r\n",
  "expect: 100-continue\r\n",
  "expect: y 100-continue\r\n",
  "te: trailers\r\n",
  "trailer: a\r\n",
);

const version = often("HTTP/1.1", [
  "HTTP/1.0",
  "HTTP/1.2",
  "HTTP/2.0",
  "HTTP/0.9",
  "http/1.1",
  "HTTP/1.1 ",
  "HTTP/11",
  "",
]);
const method = often("GET", [
  "POST",
  "HEAD",
  "OPTIONS",
  "CONNECT",
  "PUT",
  "QUERY",
  "get",
  "PRI",
  "M-SEARCH",
  "F(",
  "",
]);
const target = fc.oneof(
  fc.constantFrom(
    "/",
    "/a?b=c",
    "*",
    "a.test:443",
    "http://a.test/",
    "HTTP://A.test",
    "https://a.test:8443/p?q",
    "//x/y",
  ),
  fc.constantFrom(
    "http://u@a.test/",
    "http:///",
    "/a#b",
    "/a b",
    "/\u00e9",
    "",
    "a.test",
    "ftp://a/",
    "http://a.test:",
  ),
  fc.stringMatching(/^\/[!-~]{0,12}$/),
);
const host = often("Host: a.test\r\n", [
  "",
  "Host: a.test\r\nHost: a.test\r\n",
  "Host: a.test\r\nhost: b.test\r\n",
  "Host: a.test:443\r\n",
  "Host:\r\n",
  "Host: a b\r\n",
  "Host: a/b?c\r\n",
  "Host: [::1]:80\r\n",
  "Host : a.test\r\n",
]);

const request = fc
  .tuple(
    often("", ["\r\n", "\n", "\r\n\r\n"]),
    fc.tuple(method, often(" ", ["  ", "\t"]), target, often(" ", ["  "]), version, ending),
    host,
    fc.array(fc.oneof(anyLine, deciding), { maxLength: 3 }),
    framed,
    often("\r\n", ["\n", "\r", "", " \r\n\r\n"]),
  )
  .map(([before, line, hosts, lines, { lines: framing, body }, end]) =>
    [before, ...line, hosts, ...lines, framing, end, body].join(""),
  );

const status = fc.oneof(
  fc.constantFrom(
    "200",
    "204",
    "304",
    "100",
    "101",
    "103",
    "404",
    "599",
    "600",
    "99",
    "2000",
    "20x",
  ),
  fc.integer({ min: 100, max: 599 }).map(String),
);

const response = fc
  .tuple(
    fc.tuple(version, often(" ", ["  ", "\t", ""]), status, often(" ", ["", "  "]), value, ending),
    fc.array(fc.oneof(anyLine, deciding), { maxLength: 3 }),
    framed,
    often("\r\n", ["\n", "\r", "", " \r\n\r\n"]),
  )
  .map(([line, lines, { lines: framing, body }, end]) =>
    [...line, ...lines, framing, end, body].join(""),
  );

/** One to three requests, one after the other. */
export const requestBytes: Arbitrary<Uint8Array> = fc
  .array(request, { minLength: 1, maxLength: 3 })
  .map((messages) => ascii(messages.join("")));

/** One to three responses, one after the other. */
export const responseBytes: Arbitrary<Uint8Array> = fc
  .array(response, { minLength: 1, maxLength: 3 })
  .map((messages) => ascii(messages.join("")));

function often<Value>(usual: Value, odd: readonly Value[]): Arbitrary<Value> {
  return fc.oneof(
    { arbitrary: fc.constant(usual), weight: 24 },
    { arbitrary: fc.constantFrom(...odd), weight: 1 },
  );
}
