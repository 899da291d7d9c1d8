// RFC 9112 §7 to §9: chunks, messages that are cut off, and many messages on one connection. Every
// input is fed whole, byte by byte and cut in two at every place (drive.ts).

import { RequestDecoder } from "@wirewall/http1";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  bytes,
  completed,
  contentOf,
  hear,
  kind,
  requestHead,
  requests,
  responseHead,
  responses,
  verdict,
} from "./drive.ts";

const HOST = "Host: a\r\n";
const GET = `GET / HTTP/1.1\r\n${HOST}\r\n`;
const CHUNKED = `POST / HTTP/1.1\r\n${HOST}Transfer-Encoding: chunked\r\n\r\n`;
const OK_CHUNKED = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";
/** Where the chunks of CHUNKED start. */
const AT = CHUNKED.length;

describe("row: C1 RFC 9112 §7.1 chunked transfer coding", () => {
  it("puts together what was cut in chunks, in any writing of their sizes", () => {
    const chunk = fc.record({
      data: fc.string({
        unit: fc.integer({ min: 0, max: 255 }).map((code) => String.fromCharCode(code)),
        minLength: 1,
        maxLength: 40,
      }),
      zeros: fc.integer({ min: 0, max: 14 }),
      upper: fc.boolean(),
      extension: fc.constantFrom("", ";a", ";a=b", ' ; a = "b;\\"\\r\xff" ;c\t=d'),
    });
    fc.assert(
      fc.property(fc.array(chunk, { maxLength: 6 }), fc.constantFrom(0, 3, 14), (chunks, zeros) => {
        let input = "";
        for (const { data, zeros: before, upper, extension } of chunks) {
          const size = data.length.toString(16);
          input += `${"0".repeat(before)}${upper ? size.toUpperCase() : size}${extension}\r\n${data}\r\n`;
        }
        input += `${"0".repeat(zeros)}0\r\n\r\n`;
        const said = requests(CHUNKED + input + GET, { cuts: "few" });
        expect(contentOf(said)).toBe(chunks.map(({ data }) => data).join(""));
        expect(completed(said)).toBe(2);
        expect(contentOf(responses(OK_CHUNKED + input, { cuts: "few" }))).toBe(contentOf(said));
      }),
    );
  });

  it("gathers tiny chunks into one piece, without waiting for more", () => {
    const decoder = new RequestDecoder();
    const many = 3_000;
    decoder.receive(bytes(CHUNKED + "1\r\nx\r\n".repeat(many)));
    expect(decoder.next()?.type).toBe("request-head");
    const piece = decoder.next();
    expect(piece).toMatchObject({ type: "content" });
    expect(piece?.type === "content" && piece.bytes.length).toBe(many);
    expect(decoder.next()).toBeUndefined();
  });

  it("hands out no piece larger than coalesceBytes that had to be gathered", () => {
    const decoder = new RequestDecoder({ limits: { coalesceBytes: 10 } });
    decoder.receive(bytes(`${CHUNKED}${"4\r\nabcd\r\n".repeat(7)}c\r\n0123456789ab\r\n0\r\n\r\n`));
    const sizes: number[] = [];
    for (let event = decoder.next(); event !== undefined; event = decoder.next())
      if (event.type === "content") sizes.push(event.bytes.length);
    expect(sizes).toEqual([8, 8, 8, 4, 12]);
  });

  it("hands out pieces that nothing writes over later", () => {
    const decoder = new RequestDecoder();
    decoder.receive(bytes(`${CHUNKED}1\r\na\r\n1\r\nb\r\n`));
    decoder.next();
    const first = decoder.next();
    decoder.receive(bytes("1\r\nc\r\n1\r\nd\r\n"));
    const second = decoder.next();
    expect([first, second].map((event) => event?.type === "content" && [...event.bytes])).toEqual([
      [0x61, 0x62],
      [0x63, 0x64],
    ]);
  });

  it.each([
    ["nothing", "\r\n", "chunk.size @0"],
    ["a sign", "+1\r\na\r\n", "chunk.size @0"],
    ["a minus", "-1\r\na\r\n", "chunk.size @0"],
    ["a prefix", "0x1\r\na\r\n", "chunk.size @1"],
    ["a letter", "g\r\n", "chunk.size @0"],
    ["a blank in front", " 1\r\na\r\n", "chunk.size @0"],
    ["a blank behind", "1 \r\na\r\n", "chunk.extension @2"],
    ["two numbers", "1 1\r\na\r\n", "chunk.extension @2"],
    ["a comma", "1,1\r\na\r\n", "chunk.size @1"],
    ["a full-width digit", "\xef\xbc\x91\r\na\r\n", "chunk.size @0"],
    ["2^53", "20000000000000\r\n", "chunk.size @0"],
    ["2^64 - 1", "FFFFFFFFFFFFFFFF\r\n", "chunk.size @0"],
    ["a bare LF", "1\na\r\n", "line.ending @1"],
    ["a bare CR", "1\ra\r\n", "line.ending @1"],
    ["data that go on", "1\r\nab\r\n", "chunk.ending @4"],
    ["a bare LF after the data", "1\r\na\n", "chunk.ending @4"],
    ["a bare CR after the data", "1\r\na\r1", "chunk.ending @4"],
    ["no line end after the data", "1\r\na0\r\n\r\n", "chunk.ending @4"],
  ])("refuses %s", (_, chunks, refused) => {
    const [code = "", place = ""] = refused.split(" @");
    expect(verdict(requests(CHUNKED + chunks))).toBe(`${code} @${AT + Number(place)} 400`);
    expect(verdict(responses(OK_CHUNKED + chunks))).toBe(
      `${code} @${OK_CHUNKED.length + Number(place)} close`,
    );
  });
});

describe("row: C1 RFC 9112 §7.1.1 chunk extensions", () => {
  it.each([
    ";a",
    ";a=b",
    ';a=""',
    ';a="b c;d=e\\"\\\\f"',
    ";a;b;c=d",
    " ;a",
    "\t;\ta\t=\tb",
    ' ; a = "b" ; c',
    ';a="\xff\t"',
    ";a=1",
    ";!#$%&'*+-.^_`|~9=!#$%&'*+-.^_`|~9",
  ])("reads %j and says nothing of it", (extension) => {
    const said = requests(`${CHUNKED}1${extension}\r\na\r\n0${extension}\r\n\r\n${GET}`);
    expect(contentOf(said)).toBe("a");
    expect(completed(said)).toBe(2);
  });

  it.each([
    [";", 2],
    [";;a", 2],
    [";=b", 2],
    [";a=", 4],
    [";a==b", 4],
    [";a=b=c", 5],
    [";a b", 4],
    [";a=b c", 6],
    [';a="b', 6],
    [';a="b"c', 7],
    [';a=b"c"', 5],
    [';a="b\\', 7],
    [";a ", 4],
    [";a=b ", 6],
    [";\xe9", 2],
    [";a\x00", 3],
    [";a=\x7f", 4],
    [';a="\x07"', 5],
    [';a="\\\x07"', 6],
    [";a\n", 3],
  ])("refuses %j at byte %i", (extension, place) => {
    expect(verdict(requests(`${CHUNKED}1${extension}\r\na\r\n0\r\n\r\n`))).toBe(
      `chunk.extension @${AT + place} 400`,
    );
  });
});

describe("row: C1 RFC 9112 §7.1.2 chunked trailer section", () => {
  it("hands out trailers apart from the head", () => {
    const said = requests(`${CHUNKED}1\r\na\r\n0\r\nB: c \r\nb:\td\r\nX-Sum: \xe9\r\n\r\n${GET}`);
    expect(said.map((event) => event.type).join(" ")).toBe(
      "request-head content trailers end request-head end",
    );
    expect(requestHead(said).fields).toEqual([
      ["host", "a"],
      ["transfer-encoding", "chunked"],
    ]);
    expect(said[2]).toEqual({
      type: "trailers",
      fields: [
        ["b", "c"],
        ["b", "d"],
        ["x-sum", "\xe9"],
      ],
    });
  });

  it.each([
    ["a name that is no token", "b c: d", "field.name @4 400"],
    ["a control character", "b: \x01", "field.value @6 400"],
    ["a fold", "b: c\r\n d", "field.fold @9 400"],
    ["whitespace in front of the first", " b: c", "field.fold @3 400"],
    ["a bare LF", "b: c\nd: e", "line.ending @7 400"],
    ["a bare CR", "b: c\rd: e", "line.ending @7 400"],
    ["one that frames", "b: c\r\nContent-Length: 5", "trailer.forbidden @9 400"],
  ])("refuses %s", (_, lines, refused) => {
    const [code = "", place = "", status = ""] = refused.split(/ @| /);
    expect(verdict(requests(`${CHUNKED}0\r\n${lines}\r\n\r\n`))).toBe(
      `${code} @${AT + Number(place)} ${status}`,
    );
  });
});

describe("row: C1 RFC 9112 §8 incomplete messages", () => {
  const complete: readonly (readonly [string, string])[] = [
    ["length", `\r\nPOST / HTTP/1.1\r\n${HOST}Content-Length: 5\r\n\r\nhello`],
    ["chunked", `${CHUNKED}5;a=b\r\nhello\r\n0\r\nb: c\r\n\r\n`],
    ["no content", GET],
  ];

  it.each(complete)("says where a request with %s was cut off", (_, input) => {
    for (let cut = 0; cut < input.length; cut++) {
      const said = requests(input.slice(0, cut), { cuts: "few" });
      const blank = input.slice(0, cut).trim() === "";
      expect(verdict(said), `cut at ${cut}`).toBe(
        blank ? "accepted" : `body.truncated @${cut} 400`,
      );
      expect(completed(said)).toBe(0);
      expect(contentOf(said)).toBe("hello".slice(0, contentOf(said).length));
    }
    expect(completed(requests(input))).toBe(1);
  });

  it("says where a response was cut off", () => {
    for (const input of [
      `HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello`,
      `${OK_CHUNKED}1\r\na\r\n0\r\n\r\n`,
    ])
      for (let cut = 1; cut < input.length; cut++)
        expect(verdict(responses(input.slice(0, cut), { cuts: "few" }))).toBe(
          `body.truncated @${cut} close`,
        );
  });

  it("takes the end of the connection for the end of content without a length only", () => {
    const said = responses("HTTP/1.0 200 OK\r\n\r\nhel");
    expect(contentOf(said)).toBe("hel");
    expect(completed(said)).toBe(1);
  });

  it("waits while no end was told", () => {
    const said = requests(`POST / HTTP/1.1\r\n${HOST}Content-Length: 5\r\n\r\nhell`, {
      end: false,
    });
    expect(verdict(said)).toBe("accepted");
    expect(completed(said)).toBe(0);
  });
});

describe("row: C1 RFC 9112 §9.2 associating a response to a request", () => {
  it("reads responses in the order of the requests, each by its own method", () => {
    const said = responses(
      "HTTP/1.1 103 x\r\n\r\nHTTP/1.1 200 a\r\nContent-Length: 3\r\n\r\n" +
        "HTTP/1.1 200 b\r\nContent-Length: 3\r\n\r\nabc",
      { asked: ["HEAD", "GET"] },
    );
    expect(completed(said)).toBe(2);
    expect(contentOf(said)).toBe("abc");
  });

  it("refuses bytes while no request is open", () => {
    expect(verdict(responses("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", { asked: [] }))).toBe(
      "response.unsolicited @0 close",
    );
    const twice = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n".repeat(2);
    const said = responses(twice, { asked: ["GET"] });
    expect(completed(said)).toBe(1);
    expect(verdict(said)).toBe(`response.unsolicited @${twice.length / 2} close`);
    expect(kind(responses(twice, { asked: ["GET", "GET"] }))).toBe("accepted");
    expect(verdict(responses("\r\n", { asked: [] }))).toBe("response.unsolicited @0 close");
  });
});

describe("row: C1 RFC 9112 §9.3 persistence", () => {
  it.each([
    ["1.1", "", true],
    ["1.1", "Connection: close\r\n", false],
    ["1.1", "Connection: keep-alive\r\n", true],
    ["1.1", "Connection: keep-alive, close\r\n", false],
    ["1.1", "Connection: keep-alive\r\nConnection: CLOSE\r\n", false],
    ["1.1", "Connection: closed\r\n", true],
    ["1.1", "Connection: , close ,\r\n", false],
    ["1.0", "", false],
    ["1.0", "Connection: keep-alive\r\n", true],
    ["1.0", "Connection: Keep-Alive, x\r\n", true],
    ["1.0", "Connection: keep-alive, close\r\n", false],
    ["1.0", "Keep-Alive: timeout=5\r\n", false],
  ])("HTTP/%s with %j: %s", (version, lines, keepAlive) => {
    const said = requests(`GET / HTTP/${version}\r\n${HOST}${lines}\r\n${GET}`);
    expect(requestHead(said).keepAlive).toBe(keepAlive);
    expect(completed(said)).toBe(keepAlive ? 2 : 1);
    expect(verdict(said)).toBe("accepted");
    const first = `HTTP/${version} 200 OK\r\nContent-Length: 0\r\n${lines}\r\n`;
    const answered = responses(`${first}HTTP/1.1 204 x\r\n\r\n`, { asked: ["GET", "GET"] });
    expect(responseHead(answered).keepAlive).toBe(keepAlive);
    expect(verdict(answered)).toBe(
      keepAlive ? "accepted" : `response.unsolicited @${first.length} close`,
    );
  });

  it("§9.3.2: pipelined requests come one by one and are as many as were sent", () => {
    const kinds = ["", "Content-Length: 3\r\n", "Transfer-Encoding: chunked\r\n"];
    const rests = ["", "abc", "3\r\nabc\r\n0\r\n\r\n"];
    fc.assert(
      fc.property(fc.array(fc.nat({ max: 2 }), { maxLength: 8 }), (order) => {
        const input = order
          .map(
            (kindOf, place) =>
              `PUT /${place} HTTP/1.1\r\n${HOST}${kinds[kindOf]}\r\n${rests[kindOf]}`,
          )
          .join("");
        const said = requests(input, { cuts: "few" });
        const targets = said.flatMap((event) =>
          event.type === "request-head" ? [event.target] : [],
        );
        expect(targets).toEqual(order.map((_, place) => `/${place}`));
        expect(contentOf(said)).toBe(order.map((kindOf) => (kindOf === 0 ? "" : "abc")).join(""));
        expect(completed(said)).toBe(order.length);
      }),
    );
  });
});

describe("row: C1 RFC 9112 §9.6 tear-down", () => {
  it("reads nothing after a request that closes", () => {
    const decoder = new RequestDecoder();
    const said = hear(decoder, [
      bytes(`GET / HTTP/1.1\r\n${HOST}Connection: close\r\n\r\n\x00\xff`),
      bytes(GET),
    ]);
    expect(said.map((event) => event.type)).toEqual(["request-head", "end"]);
    expect(decoder.retained).toBe(0);
    expect(decoder.deadline).toBeUndefined();
  });
});
