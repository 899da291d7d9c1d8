// Plain heads are read from a copy that all decoders share, by four bytes at a time. Nothing of that
// may show: not where the copy ends, not whose it was before, not which limit is near.

import { RequestDecoder, isViolation, type Http1Options } from "@wirewall/http1";
import { describe, expect, it } from "vitest";
import { bytes } from "./drive.js";

/** What a decoder says, in short: a request as its line and its fields, a refusal as code and offset. */
function say(decoder: RequestDecoder): string[] {
  const said: string[] = [];
  for (let event = decoder.next(); event !== undefined; event = decoder.next())
    if (isViolation(event)) said.push(`${event.code} at ${event.offset}`);
    else if (event.type === "request-head")
      said.push(
        [
          `${event.method} ${event.target} HTTP/${event.version}`,
          ...[...event.fields].map(([name, value]) => `${name}: ${value}`),
        ].join("\n"),
      );
  return said;
}

function whole(input: string, options: Http1Options = {}): string[] {
  const decoder = new RequestDecoder(options);
  decoder.receive(bytes(input));
  return say(decoder);
}

function inPieces(input: string, size: number, options: Http1Options = {}): string[] {
  const decoder = new RequestDecoder(options);
  const said: string[] = [];
  for (let at = 0; at < input.length; at += size) {
    decoder.receive(bytes(input.slice(at, at + size)));
    said.push(...say(decoder));
  }
  return said;
}

const request = (target: string, ...lines: string[]): string =>
  `GET ${target} HTTP/1.1\r\nHost: a.example\r\n${lines.map((line) => `${line}\r\n`).join("")}\r\n`;

describe("the copy of a head", () => {
  it("ends anywhere in a head, and the rest is read the same", () => {
    for (let length = 900; length <= 2_200; length += 7) {
      const long = request("/long", `X-Long: ${"v".repeat(length)}`, "Accept: */*", "X-End: e");
      const after = request("/after", "User-Agent: u");
      expect([length, whole(long + after)]).toEqual([length, [...whole(long), ...whole(after)]]);
    }
  });

  it("serves many requests of one chunk, wherever they start in it", () => {
    for (let length = 1; length <= 40; length++) {
      const one = request(`/${"t".repeat(length)}`, `X-N: ${"n".repeat(length)}`);
      const all = whole(one.repeat(60));
      expect([length, all.length, new Set(all).size]).toEqual([length, 60, 1]);
      expect(all[0]).toBe(whole(one)[0]);
    }
  });

  it("is not what another decoder, or an earlier chunk, left in it", () => {
    const inputs = [
      request("/one", "X-A: first", "Accept: text/html", "Cookie: a=1"),
      request("/second/one", "X-Bb: the other value", "Content-Length: 0"),
      `\r\n${request("/third", "Accept-Encoding: gzip")}`,
    ];
    for (const size of [1, 2, 3, 5, 8, 13, 21, 34, 55]) {
      const decoders = inputs.map(() => new RequestDecoder());
      const said: string[][] = inputs.map(() => []);
      for (let at = 0; at < 200; at += size)
        inputs.forEach((input, turn) => {
          decoders[turn]?.receive(bytes(input.slice(at, at + size)));
          const decoder = decoders[turn];
          if (decoder !== undefined) said[turn]?.push(...say(decoder));
        });
      expect([size, said]).toEqual([size, inputs.map((input) => whole(input))]);
    }
  });

  it("is made anew where the same buffer comes with other bytes", () => {
    const decoder = new RequestDecoder();
    const chunk = bytes(request("/first", "X-A: 1"));
    decoder.receive(chunk);
    expect(say(decoder)).toEqual(whole(request("/first", "X-A: 1")));
    chunk.set(bytes(request("/other", "X-B: 2")));
    decoder.receive(chunk);
    expect(say(decoder)).toEqual(whole(request("/other", "X-B: 2")));
  });
});

describe("a plain line", () => {
  it.each([
    ["X-A: a\x7fb", "http1.field.value at 39"],
    ["X-A: a\x01b", "http1.field.value at 39"],
    ["X-A: ab\rc", "http1.line.ending at 40"],
    ["X-A: ab\nc", "http1.line.ending at 40"],
    ["X(A: ab", "http1.field.name at 34"],
    ["Content\rLength: 1", "http1.line.ending at 40"],
    ["CONTENT\x0dLENGTH: 1", "http1.line.ending at 40"],
    [" X: folded", "http1.field.fold at 33"],
    [": no name", "http1.field.name at 33"],
    ["no colon", "http1.field.name at 35"],
  ])("%j is left to be refused at its place", (line, refusal) => {
    const input = request("/", line, "Accept: */*");
    expect(whole(input).at(-1)).toBe(refusal);
    for (const size of [1, 2, 3, 7]) expect(inPieces(input, size).at(-1)).toBe(refusal);
  });

  it("is known in any case, and nothing that only looks like it is", () => {
    const lines = ["HOST: a", "hOsT: a", "Hos\x54: a"];
    for (const line of lines)
      expect(whole(`GET / HTTP/1.1\r\n${line}\r\n\r\n`)).toEqual(["GET / HTTP/1.1\nhost: a"]);
    expect(whole(`GET / HTTP/1.1\r\nHost: a\r\nuser_agent: b\r\n\r\n`)).toEqual([
      "GET / HTTP/1.1\nhost: a\nuser_agent: b",
    ]);
    expect(whole(`GET / HTTP/1.1\r\nHost: a\r\nUser.Agent: b\r\n\r\n`)).toEqual([
      "GET / HTTP/1.1\nhost: a\nuser.agent: b",
    ]);
  });
});

describe("a plain host", () => {
  it.each(["a", "A-b_c.9", "127.0.0.1", "a:0", "a:1", "a:65535", "127.0.0.1:38080", "[::1]:80"])(
    "%s is one",
    (host) => {
      const input = `GET / HTTP/1.1\r\nHost: ${host}\r\n\r\n`;
      expect(whole(input)).toEqual([`GET / HTTP/1.1\nhost: ${host}`]);
      expect(inPieces(input, 1)).toEqual(whole(input));
    },
  );

  it.each([
    "a:",
    ":80",
    "a:65536",
    "a:99999",
    "a:000001",
    "a:1:2",
    "a b",
    "a/b",
    "a@b",
    "a:8o",
    "[a]",
  ])("%s is none", (host) => {
    const input = `GET / HTTP/1.1\r\nHost: ${host}\r\n\r\n`;
    expect(whole(input)).toEqual(["http1.host.syntax at 22"]);
    expect(inPieces(input, 1)).toEqual(whole(input));
  });
});

describe("limits near a plain head", () => {
  it.each([
    "maxRequestLineBytes",
    "maxHeaderBytes",
    "maxHeaderCount",
    "maxFieldNameBytes",
  ] as const)("%s is met to the byte, in one piece and in pieces", (name) => {
    const lines = Array.from({ length: 20 }, (_, at) => `X-Field-Of-Long-Name: ${at}`);
    const input = request(`/${"t".repeat(60)}`, ...lines);
    const [least, most] = name === "maxHeaderBytes" ? [64, 700] : [16, 100];
    const results = new Set<string>();
    for (let max = least; max <= most; max++) {
      const options = { limits: { [name]: max } };
      const said = whole(input, options);
      results.add(said.join("|"));
      for (const size of [1, 11])
        expect([max, inPieces(input, size, options)]).toEqual([max, said]);
    }
    expect(results.size).toBeGreaterThan(1);
  });

  it.each([
    [2, ["http1.method.syntax at 2"]],
    [3, ["GET / HTTP/1.1\nhost: a.example"]],
  ])("a method of at most %d bytes", (maxMethodBytes, said) => {
    expect(whole(request("/"), { limits: { maxMethodBytes } })).toEqual(said);
  });
});

it("an input that ends after a plain request line was cut off", () => {
  const decoder = new RequestDecoder();
  decoder.receive(bytes("GET / HTTP/1.1\r\n"));
  expect(say(decoder)).toEqual([]);
  decoder.end();
  expect(say(decoder)).toEqual(["http1.body.truncated at 16"]);
});
