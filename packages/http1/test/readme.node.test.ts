// What the README says is executed: its example, and each row of what is refused and others accept.

import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { bytes, completed, kind, requestHead, requests, responses, text } from "./drive.ts";
import { example } from "./example.ts";

const readme = readFileSync(new URL("../README.md", import.meta.url), "utf8");
const HOST = "Host: a\r\n";
const POST = `POST / HTTP/1.1\r\n${HOST}`;

/** A server reads it, a server with the preset strict, or a client that sent that method. */
type Reader = "server" | "strict" | "GET" | "CONNECT" | "none";
type Sample = readonly [reader: Reader, input: string];

const server = (...inputs: string[]): Sample[] => inputs.map((input) => ["server", input]);
const starts = (...lines: string[]): Sample[] =>
  server(...lines.map((line) => `${line}\r\n${HOST}\r\n`));
const fields = (...lines: string[]): Sample[] =>
  server(...lines.map((line) => `${POST}${line}\r\n\r\n`));
const hosts = (...values: string[]): Sample[] =>
  server(...values.map((value) => `GET / HTTP/1.1\r\nHost: ${value}\r\n\r\n`));
const chunks = (...bodies: string[]): Sample[] =>
  server(...bodies.map((body) => `${POST}Transfer-Encoding: chunked\r\n\r\n${body}\r\n\r\n`));
const client = (reader: Reader, ...heads: string[]): Sample[] =>
  heads.map((head) => [reader, `${head}\r\n\r\n`]);

/** In the order of the README, each with how its row begins. */
const samples: readonly (readonly [row: string, samples: readonly Sample[]])[] = [
  [
    "A line that ends in LF",
    server("GET / HTTP/1.1\nHost: a\r\n\r\n", `GET / HTTP/1.1\r\n${HOST}\n`, "GET / HTTP/1.1\rx"),
  ],
  [
    "A second empty line",
    [
      ...server(`\r\n\r\nGET / HTTP/1.1\r\n${HOST}\r\n`),
      ...client("GET", "\r\nHTTP/1.1 204 No Content"),
    ],
  ],
  [
    "More than one space",
    starts("GET  / HTTP/1.1", "GET / HTTP/1.1 ", "GET\t/ HTTP/1.1", "GET /\tHTTP/1.1", " GET /"),
  ],
  ["A request line without a version", server("GET /\r\n\r\n")],
  ["A version that is neither", starts("GET / HTTP/1.2", "GET / HTTP/2.0", "GET / HTTP/0.9")],
  ["A status line without the space", client("GET", "HTTP/1.1 204")],
  ["A status below 100", client("GET", "HTTP/1.1 099 x", "HTTP/1.1 600 x", "HTTP/1.1 999 x")],
  [
    "A blank in front",
    [...fields("a: b\r\n c", "a: b\r\n\tc"), ...server(`GET / HTTP/1.1\r\n ${HOST}\r\n`)],
  ],
  ["A blank between", fields("a : b", "a\t: b")],
  ["NUL, another control", fields("a: b\0c", "a: \x01", "a: b\x7f")],
  ["Connection that is no list", fields("Connection: a b", "Connection: close; a")],
  ["A method of RTSP", starts("PLAY / HTTP/1.1", "SETUP / HTTP/1.1")],
  ["A target with a fragment", starts("GET /#a HTTP/1.1", "GET /\xe9 HTTP/1.1")],
  [
    "An absolute-form with user",
    starts(
      "GET http://u@a/ HTTP/1.1",
      "GET http:///b HTTP/1.1",
      "GET ftp://a/ HTTP/1.1",
      "GET urn:a HTTP/1.1",
    ),
  ],
  ["CONNECT without a port", starts("CONNECT a HTTP/1.1", "GET * HTTP/1.1")],
  ["With the preset strict", [["strict", `GET //a HTTP/1.1\r\n${HOST}\r\n`]]],
  [
    "HTTP/1.1 without Host",
    server("GET / HTTP/1.1\r\n\r\n", "GET http://a/ HTTP/1.1\r\nb: c\r\n\r\n"),
  ],
  ["Two Host lines", server(`GET / HTTP/1.1\r\n${HOST}${HOST}\r\n`)],
  ["An empty Host", hosts("", "a:", "a:65536", "a%2eb", "u@a")],
  [
    "Host that is not the authority",
    server(
      "GET http://a/ HTTP/1.1\r\nHost: a:80\r\n\r\n",
      "CONNECT a:1 HTTP/1.1\r\nHost: a\r\n\r\n",
    ),
  ],
  ["Expect that is not", fields("Expect: 200-ok", "Expect: 100-continue, a", "Expect:")],
  [
    "Content-Length beside",
    fields(
      "Content-Length: 0\r\nTransfer-Encoding: chunked",
      "Transfer-Encoding: chunked\r\nContent-Length: 0",
    ),
  ],
  [
    "Content-Length that is repeated",
    fields(
      "Content-Length: 1\r\nContent-Length: 1",
      "Content-Length: 1, 1",
      "Content-Length: +1",
      "Content-Length: -1",
      `Content-Length: ${"0".repeat(15)}1`,
    ),
  ],
  [
    "Transfer-Encoding that is not exactly",
    fields(
      "Transfer-Encoding: identity",
      "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked",
      "Transfer-Encoding: chunked;a=b",
      "Transfer-Encoding: gzip, chunked",
      "Transfer-Encoding: chunked,",
    ),
  ],
  [
    "Transfer-Encoding in HTTP/1.0",
    [
      ...server(`POST / HTTP/1.0\r\n${HOST}Transfer-Encoding: chunked\r\n\r\n`),
      ...client("GET", "HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked"),
    ],
  ],
  [
    "Content-Length or Transfer-Encoding with CONNECT",
    ["Content-Length: 0", "Transfer-Encoding: chunked"].map((line) => [
      "server",
      `CONNECT a:1 HTTP/1.1\r\nHost: a:1\r\n${line}\r\n\r\n`,
    ]),
  ],
  [
    "Content-Length, also 0",
    [
      ...client(
        "GET",
        "HTTP/1.1 204 x\r\nContent-Length: 0",
        "HTTP/1.1 103 x\r\nContent-Length: 0",
      ),
      ...client("GET", "HTTP/1.1 204 x\r\nTransfer-Encoding: chunked"),
      ...client("CONNECT", "HTTP/1.1 200 x\r\nContent-Length: 0"),
    ],
  ],
  ["A chunk size that is signed", chunks("+1", "0x1", `${"0".repeat(16)}1`, "1 \r\na\r\n0")],
  ["A chunk extension with", chunks('0;a="b', "0;a=\x01", "0;a b", "0;", "0;=a")],
  ["A trailer that frames", chunks("0\r\nHost: b", "0\r\nContent-Length: 1", "0\r\nTE: a")],
  [
    "Input that ends",
    [...fields("Content-Length: 1"), ...client("GET", "HTTP/1.1 200 x\r\nContent-Length: 9")],
  ],
  ["Bytes that no request", client("none", "HTTP/1.1 200 x")],
  [
    "101 that was not asked",
    client("GET", "HTTP/1.1 101 x", "HTTP/1.1 103 x\r\n\r\n".repeat(9).trimEnd()),
  ],
];

/** The code of what a sample is refused for. */
function codeOf([reader, input]: Sample): string {
  const said =
    reader === "server"
      ? requests(input)
      : reader === "strict"
        ? requests(input, { preset: "strict" })
        : responses(input, { asked: reader === "none" ? [] : [reader] });
  return kind(said).split(" ")[0] ?? "";
}

describe("the README", () => {
  it("has the example that runs here", () => {
    const code = readFileSync(new URL("example.ts", import.meta.url), "utf8");
    expect(readme).toContain(`\`\`\`ts\n${code}\`\`\``);
    let out = "";
    const write = (piece: Uint8Array): void => {
      out += text(piece);
    };
    const request = `${POST}Content-Length: 2\r\n\r\nok`;
    expect(example([bytes(request.slice(0, 20)), bytes(request.slice(20))], write)).toEqual([
      "open",
    ]);
    expect(out).toBe("HTTP/1.1 200 OK\r\ncontent-length: 6\r\n\r\nhello\n");
    out = "";
    const large = `${POST}Content-Length: 1025\r\n\r\n`;
    expect(example([bytes(large)], write)).toEqual(["http1.body.too-large", "lingering"]);
    expect(out).toMatch(/^HTTP\/1\.1 413 [^]*connection: close\r\n/);
  });
});

describe("row: C1 what others accept", () => {
  const rows = readme
    .slice(readme.indexOf("## What it refuses"), readme.indexOf("## What it reads"))
    .split("\n")
    .filter((line) => line.startsWith("| ") && !/^\| (?:Refused|-)/.test(line))
    .map((line) => line.split("|").map((cell) => cell.trim()));

  it("is a row for each kind of sample, and a sample for each row", () => {
    const said = rows.map(([, refused = ""], at) => refused.startsWith(samples[at]?.[0] ?? "\0"));
    expect(said.indexOf(false)).toBe(-1);
    expect(rows).toHaveLength(samples.length);
  });

  it.each(samples)("%s … is refused as the README says", (row, inputs) => {
    const codes = rows.find(([, refused]) => refused?.startsWith(row))?.[2] ?? "";
    const wanted = codes.split(", ").map((code) => code.replaceAll("`", ""));
    const found = inputs.map(codeOf);
    expect([...new Set(found)].toSorted(), found.join(" ")).toEqual(wanted.toSorted());
  });
});

describe("row: C1 what is read otherwise than some expect", () => {
  it("nothing after a message with Connection: close", () => {
    const get = (line: string): string => `GET / HTTP/1.1\r\n${HOST}${line}\r\n`;
    const next = `${get("")}garbage`;
    expect(completed(requests(`${get("Connection: close\r\n")}${next}`))).toBe(1);
    expect(completed(requests(`GET / HTTP/1.0\r\n\r\n${next}`))).toBe(1);
    expect(kind(requests(`${get("")}${next}`)), "but after others").not.toBe("accepted");
  });

  it("Upgrade only without content, in HTTP/1.1, and with Connection: upgrade", () => {
    const offered = (version: string, lines: string, content = ""): readonly string[] =>
      requestHead(requests(`POST / HTTP/${version}\r\n${HOST}Upgrade: a\r\n${lines}\r\n${content}`))
        .upgrade;
    expect(offered("1.1", "Connection: upgrade\r\n")).toEqual(["a"]);
    expect(offered("1.1", "")).toEqual([]);
    expect(offered("1.0", "Connection: upgrade\r\n")).toEqual([]);
    expect(offered("1.1", "Connection: upgrade\r\nContent-Length: 1\r\n", "x")).toEqual([]);
  });

  it("100-continue only in HTTP/1.1 and with content", () => {
    const expected = (version: string, length: number): boolean =>
      requestHead(
        requests(
          `POST / HTTP/${version}\r\n${HOST}Expect: 100-Continue\r\nContent-Length: ${length}\r\n\r\n`,
        ),
      ).expectContinue;
    expect([expected("1.1", 1), expected("1.1", 0), expected("1.0", 1)]).toEqual([
      true,
      false,
      false,
    ]);
  });
});
