// Rows H1-10 to H1-15, H1-18 and H1-22 of the regression catalogue: chunks, extensions, trailers,
// control characters, versions and counts. Everything is fed at every cut (drive.ts).

import { RequestDecoder } from "@wirewall/http1";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  bytes,
  completed,
  contentOf,
  kind,
  requestHead,
  requests,
  responseHead,
  responses,
  verdict,
  violationIn,
} from "./drive.ts";

const HOST = "Host: a\r\n";
const GET = `GET /next HTTP/1.1\r\n${HOST}\r\n`;
const CHUNKED = `POST / HTTP/1.1\r\n${HOST}Transfer-Encoding: chunked\r\n\r\n`;
const OK_CHUNKED = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";
const AT = CHUNKED.length;
const TOKEN = "!#$%&'*+-.^_`|~09AZaz";
const BYTES = Array.from({ length: 256 }, (_, byte) => String.fromCharCode(byte));

describe("threat: H1-10 a chunk extension skipped to the wrong byte", () => {
  const token = fc.string({ unit: fc.constantFrom(...TOKEN), minLength: 1, maxLength: 5 });
  const quoted = fc
    .array(fc.constantFrom("a", " ", "\t", ";", "=", ",", '\\"', "\\\\", "\\a", "\xff", "\x80"), {
      maxLength: 6,
    })
    .map((parts) => `"${parts.join("")}"`);
  const blank = fc.constantFrom("", "", " ", "\t", " \t");
  const extension = fc
    .tuple(blank, blank, token, blank, blank, fc.oneof(fc.constant(undefined), token, quoted))
    .map(([a, b, name, c, d, value]) =>
      value === undefined ? `${a};${b}${name}` : `${a};${b}${name}${c}=${d}${value}`,
    );
  const line = fc.array(extension, { maxLength: 3 }).map((parts) => parts.join(""));

  it("any extension of the grammar is read, and neither content nor next message moves", () => {
    fc.assert(
      fc.property(line, line, line, (first, second, last) => {
        const input = `${CHUNKED}3${first}\r\n1\r\n\r\n2${second}\r\n0\r\r\n0${last}\r\n\r\n${GET}`;
        const said = requests(input, { cuts: "few" });
        expect(kind(said)).toBe("accepted");
        expect(contentOf(said)).toBe("1\r\n0\r");
        expect(completed(said)).toBe(2);
      }),
    );
  });

  it("with one byte changed it is still read to the same end, or refused", () => {
    fc.assert(
      fc.property(
        line,
        fc.nat(),
        fc.constantFrom(...BYTES),
        fc.boolean(),
        (text, at, byte, insert) => {
          const place = text.length === 0 ? 0 : at % (text.length + 1);
          const spoilt = text.slice(0, place) + byte + text.slice(insert ? place : place + 1);
          const said = requests(`${CHUNKED}3${spoilt}\r\nabc\r\n0\r\n\r\n${GET}`, { cuts: "few" });
          if (kind(said) === "accepted" && /^[^0-9a-fA-F]/.test(spoilt || ";")) {
            expect(contentOf(said)).toBe("abc");
            expect(completed(said)).toBe(2);
          } else expect(completed(said)).toBe(0);
        },
      ),
      { numRuns: 1_000 },
    );
  });
});

describe("threat: H1-11 a control character on the chunk-size line", () => {
  const lines = ["3", "3;ext", '3;ext="q q"', "3 ; a = b", "000003;a;b"];

  it.each(lines)("CR, LF and NUL at every place of %j", (line) => {
    for (const byte of ["\r", "\n", "\0", "\x0b", "\x7f"])
      for (let place = 0; place <= line.length; place++)
        for (const drop of [0, 1]) {
          const spoilt = line.slice(0, place) + byte + line.slice(place + drop);
          const said = requests(`${CHUNKED}${spoilt}\r\nabc\r\n0\r\n\r\n${GET}`, { cuts: "few" });
          expect(said, JSON.stringify(spoilt)).toHaveLength(2);
          expect(verdict(said)).toMatch(
            new RegExp(`^(line\\.ending|chunk\\.size|chunk\\.extension) @${AT + place} 400$`),
          );
        }
    const ended = requests(`${CHUNKED}${line}\nabc\r\n0\r\n\r\n${GET}`);
    expect(violationIn(ended).offset).toBe(AT + line.length);
  });

  it.each(lines)("neighbour: %j as it is", (line) => {
    const said = requests(`${CHUNKED}${line}\r\nabc\r\n0\r\n\r\n${GET}`);
    expect(contentOf(said)).toBe("abc");
    expect(completed(said)).toBe(2);
  });
});

describe("threat: H1-12 extensions without end", () => {
  const stream = (
    decoder: RequestDecoder,
    start: string,
    piece: string,
    most: number,
  ): { sent: number; kept: number } => {
    decoder.receive(bytes(CHUNKED + start));
    expect(decoder.next()?.type).toBe("request-head");
    let sent = 0;
    let kept = 0;
    for (;;) {
      decoder.receive(bytes(piece));
      sent += piece.length;
      for (let event = decoder.next(); event !== undefined; event = decoder.next())
        if (event.type === "violation") {
          expect(event).toMatchObject({ code: "http1.chunk.extension", reply: { status: 400 } });
          expect(decoder.retained).toBe(0);
          return { sent: event.offset - AT, kept };
        }
      kept = Math.max(kept, decoder.retained);
      if (sent > most) throw new Error("never refused");
    }
  };

  it("in one chunk: refused at maxChunkLineBytes", () => {
    const decoder = new RequestDecoder();
    decoder.receive(bytes(CHUNKED));
    decoder.next();
    decoder.receive(bytes(`1;${"a".repeat(1_022)}`));
    expect(decoder.next()).toBeUndefined();
    decoder.receive(bytes("a"));
    expect(decoder.next()).toMatchObject({
      code: "http1.chunk.extension",
      offset: AT + 1_024,
      limit: { name: "maxChunkLineBytes", max: 1_024, observed: 1_025 },
    });
  });

  it("in one chunk with a longer line: refused at maxChunkExtensionBytes, with nothing kept", () => {
    const decoder = new RequestDecoder({ limits: { maxChunkLineBytes: 65_536 } });
    const { sent, kept } = stream(decoder, "1", ";a".repeat(512), 1_048_576);
    expect(sent).toBeLessThanOrEqual(16_384 + 2);
    expect(kept).toBe(0);
  });

  it("spread over thousands of chunks: the budget is one for the message", () => {
    const decoder = new RequestDecoder();
    const { sent, kept } = stream(decoder, "", "1;aaaaaa\r\nx\r\n", 1_048_576);
    // 7 bytes of each chunk are extension: the 2,341st breaks 16,384.
    expect(Math.floor(sent / 13)).toBe(2_340);
    expect(kept).toBe(0);
  });

  it("neighbour: a message that stays within it, and the next one has its own budget", () => {
    const chunks = `1;${"a".repeat(1_000)}\r\nx\r\n`.repeat(16);
    const message = `${CHUNKED}${chunks}0\r\n\r\n`;
    const said = requests(message + message, { cuts: "few" });
    expect(completed(said)).toBe(2);
    expect(verdict(said)).toBe("accepted");
  });
});

describe("threat: H1-13 a chunk size that wraps", () => {
  it.each([
    ["FFFFFFFFFFFFFFFF", "chunk.size @0 400"],
    ["8000000000000000", "chunk.size @0 400"],
    ["0020000000000000", "chunk.size @0 400"],
    ["10000000000000000", "chunk.size @0 400"],
    ["00000000000000001", "chunk.size @16 400"],
    ["10000000000000005", "chunk.size @0 400"],
    ["100000005", "body.too-large @0 413"],
    ["001FFFFFFFFFFFFF", "body.too-large @0 413"],
    ["1000001", "body.too-large @0 413"],
  ])("%s", (size, refused) => {
    const [code, place, status] = refused.split(/ @| /);
    const said = requests(`${CHUNKED}${size}\r\nhello\r\n0\r\n\r\n${GET}`);
    expect(said).toHaveLength(2);
    expect(verdict(said)).toBe(`${code} @${AT + Number(place)} ${status}`);
    expect(kind(responses(`${OK_CHUNKED}${size}\r\nhello`))).toBe(`${code} close`);
  });

  it("any number of any length is read as it is, or refused", () => {
    const digits = fc.string({
      unit: fc.constantFrom(..."0123456789abcdefABCDEF"),
      minLength: 1,
      maxLength: 20,
    });
    fc.assert(
      fc.property(digits, fc.integer({ min: 1, max: 2 ** 53 - 1 }), (size, maxBodyBytes) => {
        const value = BigInt(`0x${size}`);
        const said = requests(`${CHUNKED}${size}\r\n`, {
          limits: { maxBodyBytes },
          cuts: "few",
          end: false,
        });
        const wanted =
          size.length > 16 || value > 2n ** 53n - 1n
            ? "chunk.size 400"
            : value > BigInt(maxBodyBytes)
              ? "body.too-large 413"
              : "accepted";
        expect(kind(said)).toBe(wanted);
      }),
    );
  });

  it("neighbour: 16 digits with leading zeros", () => {
    const said = requests(`${CHUNKED}0000000000000005\r\nhello\r\n0000000000000000\r\n\r\n${GET}`);
    expect(contentOf(said)).toBe("hello");
    expect(completed(said)).toBe(2);
  });
});

describe("threat: H1-14 a control character in a field", () => {
  it("256 bytes in the first, every middle and the last place of a value", () => {
    const plain = "xyzxyzxyz";
    for (let place = 0; place <= plain.length; place++)
      for (const byte of BYTES) {
        const value = plain.slice(0, place) + byte + plain.slice(place);
        const line = `b:${value}\r\n`;
        const code = byte.charCodeAt(0);
        const fine = byte === "\t" || (code >= 0x20 && code !== 0x7f);
        const name = byte === "\r" || byte === "\n" ? "line.ending" : "field.value";
        const said = requests(`GET / HTTP/1.1\r\n${HOST}${line}\r\n`, { cuts: "few" });
        const answered = responses(`HTTP/1.1 204 x\r\n${line}\r\n`, { cuts: "few" });
        const trailed = requests(`${CHUNKED}0\r\n${line}\r\n`, { cuts: "few" });
        if (fine) {
          const seen = value.replaceAll(/^[ \t]+|[ \t]+$/g, "");
          expect(requestHead(said).fields[1]).toEqual(["b", seen]);
          expect(responseHead(answered).fields[0]).toEqual(["b", seen]);
          expect(trailed[1]).toEqual({ type: "trailers", fields: [["b", seen]] });
        } else {
          expect(verdict(said)).toBe(`${name} @${27 + place} 400`);
          expect(verdict(answered)).toBe(`${name} @${18 + place} close`);
          expect(verdict(trailed)).toBe(`${name} @${AT + 5 + place} 400`);
        }
      }
  });

  it("256 bytes in the first, a middle and the last place of a name", () => {
    for (const place of [0, 1, 2])
      for (const byte of BYTES) {
        const name = "xy".slice(0, place) + byte + "xy".slice(place);
        const said = requests(`GET / HTTP/1.1\r\n${HOST}${name}: v\r\n\r\n`, { cuts: "few" });
        const isToken = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]$/.test(byte);
        if (isToken) expect(requestHead(said).fields[1]).toEqual([name.toLowerCase(), "v"]);
        else if (byte === ":" && place > 0) expect(completed(said)).toBe(1);
        else {
          const code =
            byte === "\r" || byte === "\n"
              ? "line.ending"
              : place === 0 && (byte === " " || byte === "\t")
                ? "field.fold"
                : "field.name";
          expect(verdict(said), JSON.stringify(name)).toBe(`${code} @${25 + place} 400`);
        }
      }
  });
});

describe("threat: H1-15 Transfer-Encoding in HTTP/1.0", () => {
  const length = "Content-Length: 5\r\n";
  const coding = "Transfer-Encoding: chunked\r\n";

  it.each([
    ["1.1", "", "accepted", "accepted"],
    ["1.1", length, "accepted", "accepted"],
    ["1.1", coding, "accepted", "accepted"],
    ["1.1", length + coding, "framing.conflict 400", "framing.conflict close"],
    ["1.0", "", "accepted", "accepted"],
    ["1.0", length, "accepted", "accepted"],
    ["1.0", coding, "framing.version 400", "framing.version close"],
    ["1.0", `${coding}Connection: keep-alive\r\n`, "framing.version 400", "framing.version close"],
    ["1.0", "Transfer-Encoding: gzip, chunked\r\n", "framing.version 400", "framing.version close"],
    ["1.0", length + coding, "framing.conflict 400", "framing.conflict close"],
  ])("HTTP/%s with %j", (version, lines, asked, answered) => {
    const rest = lines.includes("chunked") ? "0\r\n\r\n" : lines === "" ? "" : "hello";
    expect(kind(requests(`POST / HTTP/${version}\r\n${HOST}${lines}\r\n${rest}`))).toBe(asked);
    expect(kind(responses(`HTTP/${version} 200 OK\r\n${lines}\r\n${rest}`))).toBe(answered);
  });
});

describe("threat: H1-18 fields above the count vanish but still frame", () => {
  const filler = (count: number): string =>
    Array.from({ length: count }, (_, at) => `b${at}: c\r\n`).join("");

  it.each([
    ["last", (count: number) => `${HOST}${filler(count - 2)}Content-Length: 5\r\n`],
    ["first", (count: number) => `Content-Length: 5\r\n${HOST}${filler(count - 2)}`],
  ])("with Content-Length %s", (_, lines) => {
    for (const [limits, max] of [
      [undefined, 128],
      [{ maxHeaderCount: 5 }, 5],
    ] as const) {
      const options = { cuts: "few" as const, ...(limits === undefined ? {} : { limits }) };
      const over = requests(`POST / HTTP/1.1\r\n${lines(max + 1)}\r\nhello${GET}`, options);
      expect(over).toHaveLength(1);
      expect(violationIn(over)).toMatchObject({
        code: "http1.field.count",
        reply: { status: 431 },
        limit: { name: "maxHeaderCount", max, observed: max + 1 },
      });
      const within = requests(`POST / HTTP/1.1\r\n${lines(max)}\r\nhello${GET}`, options);
      expect(requestHead(within).fields).toHaveLength(max);
      expect(contentOf(within)).toBe("hello");
      expect(completed(within)).toBe(2);
    }
  });
});

describe("threat: H1-22 a trailer that frames, routes, authenticates or describes content", () => {
  // RFC 9110 §6.5.1, and the fields whose definitions make them a head's (§7 to §14, RFC 6265, 7239).
  const forbidden =
    "Transfer-Encoding Content-Length Trailer Host Connection Keep-Alive Upgrade TE Expect Range " +
    "Max-Forwards Cache-Control Pragma If-Match If-None-Match If-Modified-Since If-Unmodified-Since " +
    "If-Range Authorization WWW-Authenticate Proxy-Authenticate Proxy-Authorization Cookie Set-Cookie " +
    "Age Expires Date Location Retry-After Vary Content-Encoding Content-Type Content-Range " +
    "Forwarded X-Forwarded-For X-Forwarded-Host X-Forwarded-Proto";

  it.each(forbidden.split(" "))("%s", (name) => {
    for (const written of [name, name.toLowerCase(), name.toUpperCase()]) {
      const lines = `b: c\r\n${written}: 5\r\n`;
      const said = requests(`${CHUNKED}1\r\nx\r\n0\r\n${lines}\r\n${GET}`, { cuts: "few" });
      expect(said.map((event) => event.type)).toEqual(["request-head", "content", "violation"]);
      expect(verdict(said)).toBe(`trailer.forbidden @${AT + 15} 400`);
      expect(requestHead(said).fields).toEqual([
        ["host", "a"],
        ["transfer-encoding", "chunked"],
      ]);
      expect(kind(responses(`${OK_CHUNKED}0\r\n${lines}\r\n`, { cuts: "few" }))).toBe(
        "trailer.forbidden close",
      );
    }
  });

  it("neighbour: what is only known at the end", () => {
    const lines =
      "ETag: x\r\nDigest: y\r\nServer-Timing: z\r\nGrpc-Status: 0\r\nX-Content-Length: 5\r\n";
    const said = requests(`${CHUNKED}0\r\n${lines}\r\n${GET}`);
    expect(completed(said)).toBe(2);
    expect(said[1]).toMatchObject({ type: "trailers", fields: { length: 5 } });
    expect(requestHead(said).fields).toHaveLength(2);
  });

  it("has the count and the size of trailers, not of heads", () => {
    const limits = { maxTrailerCount: 2, maxTrailerBytes: 64 };
    const told = (lines: string): string =>
      verdict(requests(`${CHUNKED}0\r\n${lines}\r\n`, { limits }));
    expect(told("a: b\r\n".repeat(2))).toBe("accepted");
    expect(told("a: b\r\n".repeat(3))).toBe(`trailer.count @${AT + 15} 431`);
    expect(told(`a: ${"b".repeat(59)}\r\n`)).toBe("accepted");
    expect(told(`a: ${"b".repeat(60)}\r\n`)).toBe(`trailer.bytes @${AT + 3 + 64} 431`);
  });
});
