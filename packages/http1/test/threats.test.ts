// Rows H1-01 to H1-09 of the regression catalogue: where a head ends, what its lines say, and how
// they frame. Inputs are derived from the grammar, fed whole, byte by byte and at every cut
// (drive.ts); each row has a legal neighbour that is accepted. H1-23 stands in encode.test.ts,
// H1-25 in deadlines.test.ts and deadlines-renewed.test.ts.

import { ServerConnection } from "@wirewall/http1";
import { describe, expect, it } from "vitest";
import { listen, taken, tell } from "./converse.ts";
import {
  completed,
  contentOf,
  kind,
  requestHead,
  requests,
  responseHead,
  responses,
  verdict,
} from "./drive.ts";

const HOST = "Host: a\r\n";
const GET = `GET /next HTTP/1.1\r\n${HOST}\r\n`;
const BYTES = Array.from({ length: 256 }, (_, byte) => String.fromCharCode(byte));

const post = (lines: string, rest = ""): string => `POST / HTTP/1.1\r\n${HOST}${lines}\r\n${rest}`;
const ok = (lines: string, rest = ""): string => `HTTP/1.1 200 OK\r\n${lines}\r\n${rest}`;

describe("threat: H1-01 a length together with a coding", () => {
  const lengths = ["Content-Length: 5", "content-length:5", "CONTENT-LENGTH: 0"];
  const codings = [
    "Transfer-Encoding: chunked",
    "transfer-encoding:CHUNKED",
    "TRANSFER-ENCODING: x",
  ];
  const matrix = lengths.flatMap((length) =>
    codings.flatMap((coding) => [
      [length, coding],
      [coding, length],
      [length, "b: c", coding],
      [coding, "b: c", length],
      [length, length, coding],
      [coding, coding, length],
      [length, coding, length],
      [coding, length, coding],
    ]),
  );

  it.each(matrix)("%s; %s; %s", (...lines) => {
    const head = lines.map((line) => `${line}\r\n`).join("");
    for (const rest of ["0\r\n\r\n", "hello"]) {
      const said = requests(post(head, `${rest}${GET}`));
      expect(said).toHaveLength(1);
      expect(kind(said)).toMatch(/^framing\.(conflict|length|coding) 400$/);
      const answered = responses(ok(head, `${rest}${ok("")}`), { asked: ["GET", "GET"] });
      expect(answered).toHaveLength(1);
      expect(kind(answered)).toMatch(/^framing\.(conflict|length|coding) close$/);
    }
  });

  it("is answered with 400 and Connection: close, and nothing after it is read", () => {
    const server = new ServerConnection();
    const input = post("Content-Length: 5\r\nTransfer-Encoding: chunked\r\n", `0\r\n\r\n${GET}`);
    expect(tell(server, input)).toMatchObject([
      { code: "http1.framing.conflict", offset: 45, spec: "RFC 9112 §6.3" },
    ]);
    expect(taken(server)).toMatch(/^HTTP\/1\.1 400 [^]*\r\nconnection: close\r\n\r\n400\n$/);
    expect(tell(server, GET)).toEqual([]);
    expect(listen(server)).toEqual([]);
  });

  it("neighbour: each of them alone", () => {
    expect(completed(requests(post("Content-Length: 5\r\n", `hello${GET}`)))).toBe(2);
    expect(completed(requests(post("Transfer-Encoding: chunked\r\n", `0\r\n\r\n${GET}`)))).toBe(2);
  });
});

describe("threat: H1-02 a coding that is not exactly chunked", () => {
  const values = [
    "xchunked",
    "chunkedx",
    "chunked chunked",
    "identity, chunked",
    "chunked, identity",
    "identity",
    "gzip",
    "gzip, chunked",
    "chunked, gzip",
    "chunked,",
    ",chunked",
    ", chunked",
    "chunked, ,",
    "chunked,chunked",
    "chunked;",
    "chunked;q=1",
    "chunked; a=b",
    "gzip;q=1, chunked",
    '"chunked"',
    "'chunked'",
    "chunked\x01",
    "\x01chunked",
    "chun\x00ked",
    "chunked\x7f",
    "chunked\xa0",
    "\xa0chunked",
    "chunked\x0b",
    "\x0cchunked",
    "chunke",
    "hunked",
    "chunked/1",
    "(chunked)",
    "chunked=1",
    "[chunked]",
    "@chunked",
    "chunked:",
    "chunked\xe9",
    "",
    "chunke\xc4\x91",
    "\xef\xbb\xbfchunked",
    "cow, chunked, cow",
    "trailers, chunked",
    "chunked",
    "ch\tunked",
    "chunked\t\tx",
    "a b, chunked",
    "gzip\xff, chunked",
  ];

  it(`of ${values.length} values one is accepted, in both roles`, () => {
    const accepted = (role: "request" | "response"): string[] =>
      values.filter((value) => {
        const line = `Transfer-Encoding: ${value}\r\n`;
        const said =
          role === "request" ? requests(post(line, "0\r\n\r\n")) : responses(ok(line, "0\r\n\r\n"));
        if (kind(said) === "accepted") return true;
        expect(said, value).toHaveLength(1);
        expect(kind(said)).toMatch(
          role === "request" ? /^(framing\.coding (400|501)|field\.value 400)$/ : / close$/,
        );
        return false;
      });
    expect(accepted("request")).toEqual(["chunked"]);
    expect(accepted("response")).toEqual(["chunked"]);
  });

  it("501 is for a well-formed other coding before a final chunked, and for nothing else", () => {
    const told = values.filter((value) => {
      const said = requests(post(`Transfer-Encoding: ${value}\r\n`, "0\r\n\r\n"), { cuts: "few" });
      return kind(said) === "framing.coding 501";
    });
    expect(told).toEqual(["identity, chunked", "gzip, chunked", "trailers, chunked"]);
  });

  it("any byte put anywhere into chunked is refused, but blanks at its ends", () => {
    for (let place = 0; place <= 7; place++)
      for (const byte of BYTES) {
        const value = `chunked`.slice(0, place) + byte + `chunked`.slice(place);
        const said = requests(post(`Transfer-Encoding:${value}\r\n`, "0\r\n\r\n"), { cuts: "few" });
        const blank = (byte === " " || byte === "\t") && (place === 0 || place === 7);
        expect(kind(said) === "accepted", JSON.stringify(value)).toBe(blank);
      }
  });
});

describe("threat: H1-03 two Transfer-Encoding lines", () => {
  const others = ["chunked", "identity", "x", "", "chunked, chunked", "gzip, chunked", "CHUNKED"];

  it.each(others)("chunked beside %j, in both orders", (other) => {
    for (const between of ["", "b: c\r\n", `${"b: c\r\n".repeat(20)}`])
      for (const [first, second] of [
        ["chunked", other],
        [other, "chunked"],
      ]) {
        const lines = `Transfer-Encoding: ${first}\r\n${between}transfer-ENCODING: ${second}\r\n`;
        const said = requests(post(lines, `0\r\n\r\n${GET}`), { cuts: "few" });
        const place = 26 + lines.lastIndexOf("transfer-ENCODING");
        expect(said).toHaveLength(1);
        expect(verdict(said)).toBe(`framing.coding @${place} 400`);
        const answered = responses(ok(lines, "0\r\n\r\n"), { cuts: "few" });
        expect(verdict(answered)).toBe(`framing.coding @${place - 9} close`);
      }
  });

  it("neighbour: one line among others", () => {
    const said = requests(post("b: c\r\nTransfer-Encoding: chunked\r\nb: d\r\n", "0\r\n\r\n"));
    expect(completed(said)).toBe(1);
  });
});

describe("threat: H1-04 obs-fold", () => {
  const names = ["Transfer-Encoding", "Content-Length", "Host", "Connection", "X-Nobody"];
  const folds = ["\r\n ", "\r\n\t", "\r\n  \t", " \r\n "];

  it.each(names)("inside %s, whatever the method", (name) => {
    for (const method of ["GET", "POST", "HEAD", "OPTIONS"])
      for (const fold of folds)
        for (const value of [`chun${fold}ked`, `${fold}chunked`, `chunked${fold}`]) {
          const host = name === "Host" ? "" : HOST;
          const said = requests(`${method} / HTTP/1.1\r\n${host}${name}:${value}\r\n\r\n${GET}`, {
            cuts: "few",
          });
          expect(said).toHaveLength(1);
          expect(kind(said)).toBe("field.fold 400");
        }
    const answered = responses(ok(`${name}: a\r\n b\r\n`));
    expect(kind(answered)).toBe("field.fold close");
    expect(answered).toHaveLength(1);
  });

  it("inside trailers", () => {
    const said = requests(post("Transfer-Encoding: chunked\r\n", "0\r\nb: c\r\n d\r\n\r\n"));
    expect(kind(said)).toBe("field.fold 400");
    expect(completed(said)).toBe(0);
  });

  it("neighbour: blanks inside and at the ends of a value", () => {
    const said = requests(post("b: \t c \t d \t\r\n"));
    expect(requestHead(said).fields[1]).toEqual(["b", "c \t d"]);
  });
});

describe("threat: H1-05 a Content-Length that is no plain number", () => {
  it("of 256 bytes at each place of 12, digits survive, and blanks at the ends", () => {
    for (let place = 0; place <= 2; place++)
      for (const byte of BYTES) {
        const value = "12".slice(0, place) + byte + "12".slice(place);
        const said = requests(post(`Content-Length:${value}\r\n`, "x".repeat(12)), {
          cuts: "few",
          end: false,
        });
        const answered = responses(ok(`Content-Length:${value}\r\n`, "x".repeat(12)), {
          cuts: "few",
          end: false,
        });
        const digit = byte >= "0" && byte <= "9";
        const blank = (byte === " " || byte === "\t") && place !== 1;
        const length = digit ? Number(value) : blank ? 12 : undefined;
        if (length === undefined) {
          expect(said, JSON.stringify(value)).toHaveLength(1);
          expect(kind(said)).toMatch(
            /^(framing\.length|field\.value|line\.ending|field\.name) 400$/,
          );
          expect(answered).toHaveLength(1);
          expect(kind(answered)).toMatch(/ close$/);
        } else {
          expect(requestHead(said).contentLength).toBe(length);
          expect(responseHead(answered).contentLength).toBe(length);
        }
      }
  });

  it("has at most 15 digits, and is compared with the limit before anything is awaited", () => {
    const limits = { maxBodyBytes: 999_999_999_999_999 };
    const told = (value: string): string =>
      kind(requests(post(`Content-Length: ${value}\r\n`), { limits, end: false }));
    expect(told("9".repeat(15))).toBe("accepted");
    expect(told("0".repeat(14) + "1")).toBe("accepted");
    expect(told("0".repeat(15) + "1")).toBe("framing.length 400");
    expect(told("9".repeat(16))).toBe("framing.length 400");
    expect(kind(requests(post("Content-Length: 16777217\r\n"), { end: false }))).toBe(
      "body.too-large 413",
    );
  });
});

describe("threat: H1-06 whitespace in front of a field line", () => {
  it.each([" ", "\t", "  ", " \t"])("%j before the first, a middle and the last line", (blank) => {
    const lines = ["content-length: 5\r\n", HOST, "b: c\r\n"];
    for (let place = 0; place < lines.length; place++) {
      const head = lines.map((line, at) => (at === place ? blank + line : line)).join("");
      const offset = 17 + lines.slice(0, place).join("").length;
      expect(verdict(requests(`POST / HTTP/1.1\r\n${head}\r\nhello${GET}`))).toBe(
        `field.fold @${offset} 400`,
      );
      expect(verdict(responses(ok(head, "hello")))).toBe(`field.fold @${offset} close`);
    }
    const inFront = requests(`POST / HTTP/1.1\r\n${lines.join("")}${blank}\r\nhello`);
    expect(kind(inFront)).toBe("field.fold 400");
  });

  it("neighbour: none", () => {
    expect(contentOf(requests(post("content-length: 5\r\nb: c\r\n", "hello")))).toBe("hello");
  });
});

describe("threat: H1-07 something between a name and its colon", () => {
  const names = ["Content-Length", "Transfer-Encoding", "Host", "Connection", "Expect", "X-Nobody"];

  it.each(names)("every byte up to 0x20 after %s", (name) => {
    for (const byte of BYTES.slice(0, 0x21)) {
      const head = `${name}${byte}: 5\r\n`;
      const said = requests(post(head, `hello${GET}`), { cuts: "few" });
      expect(said, JSON.stringify(byte)).toHaveLength(1);
      const [code, offset] = verdict(said).split(/ @| /);
      expect(code).toBe(byte === "\r" || byte === "\n" ? "line.ending" : "field.name");
      expect(offset).toBe(String(26 + name.length));
      expect(kind(responses(ok(head, "hello"), { cuts: "few" }))).toBe(`${code} close`);
    }
  });

  it("neighbour: the colon at once", () => {
    expect(requestHead(requests(post("X-Nobody:5\r\n"))).fields[1]).toEqual(["x-nobody", "5"]);
  });
});

describe("threat: H1-08 a bare CR or LF as a line end", () => {
  const corpus: readonly (readonly ["request" | "response", string])[] = [
    ["request", `\r\n${GET}${GET}G`],
    ["request", `${post("Content-Length: 5\r\nb: c\r\n", "hello")}${GET}G`],
    [
      "request",
      `${post("Transfer-Encoding: chunked\r\n", '3;a="b"\r\nabc\r\n2\r\nde\r\n0\r\nb: c\r\n\r\n')}${GET}G`,
    ],
    [
      "response",
      `HTTP/1.1 103 x\r\nb: c\r\n\r\n${ok("Content-Length: 2\r\n", "hi")}${ok("Content-Length: 0\r\n")}x`,
    ],
    [
      "response",
      `${ok("Transfer-Encoding: chunked\r\n", "3\r\nabc\r\n0\r\nb: c\r\n\r\n")}${ok("b: c\r\n", "x")}`,
    ],
  ];

  it.each(corpus)("%s %j", (role, input) => {
    const read = (text: string): ReturnType<typeof requests> =>
      role === "request"
        ? requests(text, { end: false, cuts: "few" })
        : (responses(text, { end: false, cuts: "few", asked: ["GET", "GET", "GET"] }) as never);
    const whole = read(input);
    for (let at = input.indexOf("\r\n"); at !== -1; at = input.indexOf("\r\n", at + 2))
      for (const ending of ["\r", "\n", "\n\r"]) {
        const said = read(input.slice(0, at) + ending + input.slice(at + 2));
        expect(verdict(said), `${JSON.stringify(ending)} at ${at}`).toMatch(
          new RegExp(`^(line\\.ending|chunk\\.ending|chunk\\.extension) @${at} (400|close)$`),
        );
        // What was said before it is what the whole input says there.
        const before = said.slice(0, -1);
        const heads = before.filter((event) => event.type.endsWith("head"));
        const wanted = whole.filter((event) => event.type.endsWith("head"));
        expect(heads).toEqual(wanted.slice(0, heads.length));
        expect(contentOf(whole).startsWith(contentOf(before))).toBe(true);
        expect(completed(before)).toBeLessThanOrEqual(completed(whole));
      }
  });
});

describe("threat: H1-09 blanks at the ends of deciding values", () => {
  const pads = ["", " ", "\t", " \t ", "\t\t", "      "];

  it.each([
    ["Connection: close", "keepAlive", false],
    ["Content-Length: 5", "contentLength", 5],
    ["Transfer-Encoding: chunked", "framing", "chunked"],
    ["Expect: 100-continue", "expectContinue", true],
  ] as const)("%s", (line, property, wanted) => {
    const [name, value] = line.split(": ") as [string, string];
    for (const before of pads)
      for (const after of pads) {
        const framed = name === "Expect" ? "Content-Length: 1\r\n" : "";
        const said = requests(post(`${framed}${name}:${before}${value}${after}\r\n`), {
          end: false,
        });
        expect(requestHead(said)).toMatchObject({ [property]: wanted });
      }
    for (const other of ["\x0b", "\x0c", "\x00", "\xa0", "\x85", "\x1f"]) {
      const said = requests(post(`${name}: ${value}${other}\r\n`), { end: false });
      expect(kind(said), JSON.stringify(other)).not.toBe("accepted");
    }
  });

  it("Host and Upgrade", () => {
    for (const before of pads)
      for (const after of pads) {
        const head = requestHead(
          requests(
            `GET / HTTP/1.1\r\nHost:${before}a:80${after}\r\nConnection:${before}upgrade${after}\r\n` +
              `Upgrade:${before}b,${before}c${after}\r\n\r\n`,
            { cuts: "few" },
          ),
        );
        expect(head.authority).toBe("a:80");
        expect(head.upgrade).toEqual(["b", "c"]);
      }
  });
});
