// RFC 9112 §5 and §6: field lines, and how they say where a message ends. Every input is fed whole,
// byte by byte and cut in two at every place (drive.ts).

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  completed,
  contentOf,
  requestHead,
  requests,
  responseHead,
  responses,
  verdict,
} from "./drive.ts";

const HOST = "Host: a\r\n";
const TOKEN = "!#$%&'*+-.^_`|~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
const token = (maxLength: number): fc.Arbitrary<string> =>
  fc.string({ unit: fc.constantFrom(...TOKEN), minLength: 1, maxLength });
const GET = `GET / HTTP/1.1\r\n${HOST}\r\n`;
const LENGTH = "Content-Length: 5\r\n";
const CODING = "Transfer-Encoding: chunked\r\n";

describe("row: C1 RFC 9112 §5 field syntax", () => {
  const fieldsOf = (lines: string): unknown =>
    requestHead(requests(`GET / HTTP/1.1\r\nHost: a\r\n${lines}\r\n`)).fields.slice(1);

  it("keeps lines in order and apart, names in lower case", () => {
    expect(fieldsOf("B: 1\r\nc:2\r\nb: 3\r\nX-Y_z: \r\nD:\r\n")).toEqual([
      ["b", "1"],
      ["c", "2"],
      ["b", "3"],
      ["x-y_z", ""],
      ["d", ""],
    ]);
  });

  it("takes SP and HTAB off both ends of a value, and nothing else", () => {
    expect(fieldsOf("b: \t c \t d \t \r\n")).toEqual([["b", "c \t d"]]);
    expect(fieldsOf("b:\xa0c\xa0\r\nc: \t\r\n")).toEqual([
      ["b", "\xa0c\xa0"],
      ["c", ""],
    ]);
  });

  it("hands out any list of lines as it was sent", () => {
    const valueByte = fc.integer({ min: 0x21, max: 0xff }).filter((code) => code !== 0x7f);
    const value = fc.string({
      unit: valueByte.map((code) => String.fromCharCode(code)),
      maxLength: 30,
    });
    const blank = fc.string({ unit: fc.constantFrom(" ", "\t"), maxLength: 3 });
    const name = token(20).filter((text) => !isDeciding(text));
    fc.assert(
      fc.property(fc.array(fc.tuple(name, blank, value, blank), { maxLength: 8 }), (lines) => {
        const sent = lines.map(
          ([left, before, right, after]) => `${left}:${before}${right}${after}\r\n`,
        );
        const said = requests(`GET / HTTP/1.1\r\nHost: a\r\n${sent.join("")}\r\n`, { cuts: "few" });
        const wanted = lines.map(([left, , right]) => [left.toLowerCase(), right]);
        expect(requestHead(said).fields.slice(1)).toEqual(wanted);
      }),
    );
  });
});

describe("row: C1 RFC 9112 §5.1 field line parsing", () => {
  it.each([
    ["no colon", "abc", "field.name @28 400"],
    ["no name", ": b", "field.name @25 400"],
    ["a space before the colon", "b : c", "field.name @26 400"],
    ["a space inside the name", "b c: d", "field.name @26 400"],
    ["a byte above 0x7F in the name", "b\xe9: c", "field.name @26 400"],
    ["a separator in the name", "b(c): d", "field.name @26 400"],
  ])("refuses %s", (_, line, refused) => {
    expect(verdict(requests(`GET / HTTP/1.1\r\nHost: a\r\n${line}\r\n\r\n`))).toBe(refused);
  });
});

describe("row: C1 RFC 9112 §5.2 obsolete line folding", () => {
  it("refuses every fold, in both roles", () => {
    for (const blank of [" ", "\t", "  \t"]) {
      expect(verdict(requests(`GET / HTTP/1.1\r\n${HOST}b: c\r\n${blank}d\r\n\r\n`))).toBe(
        "field.fold @31 400",
      );
      expect(verdict(responses(`HTTP/1.1 200 OK\r\nb: c\r\n${blank}d\r\n\r\n`))).toBe(
        "field.fold @23 close",
      );
    }
  });
});

describe("row: C1 RFC 9112 §6.1 Transfer-Encoding", () => {
  const post = (lines: string, rest = ""): string =>
    `POST / HTTP/1.1\r\n${HOST}${lines}\r\n${rest}`;

  it.each(["chunked", "CHUNKED", "Chunked", " chunked", "chunked\t "])(
    "reads %j as chunked",
    (value) => {
      const said = requests(post(`Transfer-Encoding:${value}\r\n`, "1\r\nb\r\n0\r\n\r\n"));
      expect(requestHead(said)).toMatchObject({ framing: "chunked", contentLength: undefined });
      expect(contentOf(said)).toBe("b");
      expect(completed(said)).toBe(1);
    },
  );

  it("answers 501 to another coding before a final chunked, and 400 to everything else", () => {
    const place = post("Transfer-Encoding: ").length - 2;
    const told = (value: string): string =>
      verdict(requests(post(`Transfer-Encoding: ${value}\r\n`, "0\r\n\r\n")));
    for (const value of ["gzip, chunked", "a,b , chunked", "identity,chunked", "GZIP, Chunked"])
      expect(told(value), value).toBe(`framing.coding @${place} 501`);
    for (const value of ["gzip", "identity", "chunked, gzip", "chunked, chunked", "chunked;q=1"])
      expect(told(value), value).toBe(`framing.coding @${place} 400`);
    expect(told("")).toBe(`framing.coding @${place} 400`);
  });

  it("refuses it in HTTP/1.0, in both roles", () => {
    expect(
      verdict(requests(`POST / HTTP/1.0\r\n${HOST}Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n`)),
    ).toBe("framing.version @26 400");
    expect(
      verdict(responses("HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n")),
    ).toBe("framing.version @17 close");
  });
});

describe("row: C1 RFC 9112 §6.2 Content-Length", () => {
  it.each([
    ["0", 0],
    ["5", 5],
    ["005", 5],
    ["000000000000005", 5],
    ["\t 5 \t", 5],
  ])("reads %j", (value, length) => {
    const said = requests(
      `POST / HTTP/1.1\r\n${HOST}Content-Length: ${value}\r\n\r\n${"hello".slice(0, length)}`,
    );
    expect(requestHead(said)).toMatchObject({ framing: "length", contentLength: length });
    expect(contentOf(said)).toBe("hello".slice(0, length));
    expect(completed(said)).toBe(1);
  });

  it.each([
    "",
    "+5",
    "-5",
    "0x5",
    "5.",
    "5.0",
    "5e0",
    "5,5",
    "5, 5",
    "5 5",
    "five",
    "\xb2",
    "0000000000000005",
    "9007199254740993",
  ])("refuses %j", (value) => {
    expect(
      verdict(requests(`POST / HTTP/1.1\r\n${HOST}Content-Length: ${value}\r\n\r\nhello`)),
    ).toBe(`framing.length @42 400`);
    expect(verdict(responses(`HTTP/1.1 200 OK\r\nContent-Length: ${value}\r\n\r\nhello`))).toBe(
      "framing.length @33 close",
    );
  });

  it("refuses a second one, even of the same value", () => {
    const twice = "Content-Length: 5\r\nb: c\r\ncontent-length: 5\r\n";
    expect(verdict(requests(`POST / HTTP/1.1\r\n${HOST}${twice}\r\nhello`))).toBe(
      "framing.length @51 400",
    );
    expect(verdict(responses(`HTTP/1.1 200 OK\r\n${twice}\r\nhello`))).toBe(
      "framing.length @42 close",
    );
  });
});

describe("row: C1 RFC 9112 §6.3 message body length", () => {
  const OK = "HTTP/1.1 200 OK\r\n";

  it.each([
    ["HEAD", OK, LENGTH, 5],
    ["HEAD", OK, CODING, undefined],
    ["HEAD", OK, "", undefined],
    ["GET", "HTTP/1.1 304 Not Modified\r\n", LENGTH, 5],
    ["GET", "HTTP/1.1 304 Not Modified\r\n", CODING, undefined],
    ["GET", "HTTP/1.1 204 No Content\r\n", "", undefined],
  ])("1: %s answered by %j with %j has no content", (method, line, lines, contentLength) => {
    const said = responses(`${line}${lines}\r\n`, { asked: [method] });
    expect(responseHead(said)).toMatchObject({ framing: "none", contentLength, keepAlive: true });
    expect(completed(said)).toBe(1);
    expect(said).toHaveLength(2);
  });

  it("1: the next response starts right after them", () => {
    const said = responses(
      `${OK}Content-Length: 5\r\n\r\nHTTP/1.1 304 Not Modified\r\nContent-Length: 9\r\n\r\n` +
        `HTTP/1.1 204 No Content\r\n\r\n${OK}Content-Length: 2\r\n\r\nhi`,
      { asked: ["HEAD", "GET", "GET", "GET"] },
    );
    expect(said.map((event) => event.type).join(" ")).toBe(
      "response-head end ".repeat(3) + "response-head content end",
    );
    expect(contentOf(said)).toBe("hi");
  });

  it.each([
    ["GET", "HTTP/1.1 100 Continue\r\n"],
    ["GET", "HTTP/1.1 103 Early Hints\r\n"],
    ["GET+", "HTTP/1.1 101 Switching Protocols\r\n"],
    ["GET", "HTTP/1.1 204 No Content\r\n"],
    ["CONNECT", OK],
    ["CONNECT", "HTTP/1.1 299 x\r\n"],
  ])("1, 2: %s answered by %j may not frame content", (method, line) => {
    for (const lines of [LENGTH, CODING]) {
      const said = responses(`${line}${lines}\r\nhello`, { asked: [method] });
      expect(verdict(said)).toBe(`framing.forbidden @${line.length} close`);
      expect(said).toHaveLength(1);
    }
  });

  it("2: a 2xx to CONNECT is followed by a tunnel, other statuses are not", () => {
    const said = responses(`${OK}\r\n\x00\x01raw`, { asked: ["CONNECT"] });
    expect(said.map((event) => event.type)).toEqual(["response-head", "tunnel"]);
    expect(said[1]).toEqual({ type: "tunnel", text: "\x00\x01raw" });
    const refused = responses("HTTP/1.1 407 No\r\nContent-Length: 2\r\n\r\nno", {
      asked: ["CONNECT"],
    });
    expect(contentOf(refused)).toBe("no");
    expect(completed(refused)).toBe(1);
  });

  it("3: length together with coding is refused", () => {
    for (const lines of [LENGTH + CODING, CODING + LENGTH]) {
      const second = lines.indexOf("\r\n") + 2;
      expect(verdict(requests(`POST / HTTP/1.1\r\n${HOST}${lines}\r\nhello`))).toBe(
        `framing.conflict @${26 + second} 400`,
      );
      expect(verdict(responses(`${OK}${lines}\r\nhello`))).toBe(
        `framing.conflict @${17 + second} close`,
      );
    }
  });

  it("4: a coding that does not end in chunked is refused in both roles", () => {
    expect(verdict(responses(`${OK}Transfer-Encoding: gzip\r\n\r\nhello`))).toBe(
      "framing.coding @36 close",
    );
    expect(verdict(responses(`${OK}Transfer-Encoding: gzip, chunked\r\n\r\nhello`))).toBe(
      "framing.coding @36 close",
    );
  });

  it("6: a valid length is the length", () => {
    fc.assert(
      fc.property(fc.nat({ max: 60 }), fc.constantFrom("request", "response"), (length, role) => {
        const content = "x".repeat(length);
        const lines = `Content-Length: ${length}\r\n\r\n${content}`;
        const said =
          role === "request"
            ? requests(`PUT / HTTP/1.1\r\n${HOST}${lines}${GET}`, { cuts: "few" })
            : responses(`${OK}${lines}${OK}${lines}`, { asked: ["GET", "GET"], cuts: "few" });
        expect(contentOf(said)).toBe(role === "request" ? content : content + content);
        expect(completed(said)).toBe(2);
      }),
    );
  });

  it("7: a request without length and coding has no content", () => {
    const said = requests(`POST / HTTP/1.1\r\n${HOST}\r\n${GET}`);
    expect(requestHead(said)).toMatchObject({ framing: "none", contentLength: undefined });
    expect(completed(said)).toBe(2);
    expect(contentOf(said)).toBe("");
  });

  it("8: a response without length and coding goes on until the connection ends", () => {
    const said = responses(`${OK}\r\nhello ${OK}\r\n`, { asked: ["GET", "GET"] });
    expect(responseHead(said)).toMatchObject({ framing: "until-close", keepAlive: false });
    expect(contentOf(said)).toBe(`hello ${OK}\r\n`);
    expect(completed(said)).toBe(1);
    const open = responses(`${OK}\r\nhello`, { end: false });
    expect(completed(open)).toBe(0);
  });
});

function isDeciding(name: string): boolean {
  return /^(host|content-length|transfer-encoding|connection|expect|upgrade)$/i.test(name);
}
