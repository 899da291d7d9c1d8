// RFC 9113 §8.3.1, §8.5 and RFC 8441 §4, clause by clause: what a request asks for.

import { describe, expect, it } from "vitest";
import type { RequestHead, ResponseHead } from "../src/heads.ts";
import { expectedBytes } from "../src/response-section.ts";
import {
  GET,
  OK,
  pairs,
  readRequest,
  readResponse,
  readTrailers,
  verdict,
  type Line,
} from "./sections.ts";

/** A request with more lines, which has content unless the test says otherwise. */
const request = (...more: Line[]): string => verdict(readRequest([...GET, ...more], open));
const open = { endStream: false } as const;
const head = (...more: Line[]): RequestHead => readRequest([...GET, ...more], open) as RequestHead;
const without = (name: string): Line[] => GET.filter(([known]) => known !== name);
const withValue = (name: string, value: string): Line[] =>
  GET.map((line) => (line[0] === name ? [name, value] : line));

describe("row: C3 threat: H2-17 RFC 9113 §8.3.1 what a request asks for", () => {
  it.each([
    [":method", ["PUT", "get", "M-SEARCH", "!"], ["GET /", "G(T", "G\x80T"]],
    [":scheme", ["http", "https"], ["HTTP", "ftp", "http:", "https ://", "h", "javascript"]],
    [
      ":authority",
      ["a", "a:1", "[::1]:443", "A.example"],
      ["u@a", "a:", ":80", "a/b", "a b", "a:65536", "a%2e", "a\\b", "a,b c", "[::1"],
    ],
    [
      ":path",
      ["/", "/a?b", "//a", "/a//b", "/?", "/%00", "/a:b@c"],
      ["a", "?a", "/a b", "/a#b", "/\x80", "http://a/", "*a", "**", "#"],
    ],
  ])("%s has its own grammar", (name, good, bad) => {
    for (const value of good)
      expect([value, verdict(readRequest(withValue(name, value)))]).toEqual([value, "read"]);
    for (const value of bad)
      expect([value, verdict(readRequest(withValue(name, value)))]).toEqual([
        value,
        "pseudo.value",
      ]);
  });

  it("only OPTIONS asks for *", () => {
    const star = withValue(":path", "*");
    expect(verdict(readRequest(star))).toBe("pseudo.value");
    const options = star.map((line): Line =>
      line[0] === ":method" ? [":method", "OPTIONS"] : line,
    );
    expect(readRequest(options)).toMatchObject({ method: "OPTIONS", path: "*" });
  });

  it("strict: no path starts with //", () => {
    const rules = { strict: true };
    expect(verdict(readRequest(withValue(":path", "//a"), { rules }))).toBe("pseudo.value");
    expect(verdict(readRequest(withValue(":path", "/a//"), { rules }))).toBe("read");
  });

  it("Host agrees with :authority, and is not handed out", () => {
    for (const host of ["a.example", "A.Example", "a.example:443"]) {
      const read = head(["host", host]);
      expect(read.authority).toBe("a.example");
      expect(pairs(read.fields)).toEqual([]);
    }
    for (const host of [
      "b.example",
      "a.example:80",
      "a.example:8443",
      "a.example.",
      "",
      "u@a.example",
    ])
      expect(request(["host", host])).toBe("pseudo.value");
    expect(request(["host", "a.example"], ["host", "a.example"])).toBe("pseudo.value");
    expect(request(["host", "a.example"], ["host", "b.example"])).toBe("pseudo.value");
  });

  it("the default port is that of the scheme", () => {
    const http = withValue(":scheme", "http");
    expect(verdict(readRequest([...http, ["host", "a.example:80"]]))).toBe("read");
    expect(verdict(readRequest([...http, ["host", "a.example:443"]]))).toBe("pseudo.value");
    const withPort = withValue(":authority", "a.example:443");
    expect(readRequest([...withPort, ["host", "a.example"]])).toMatchObject({
      authority: "a.example:443",
    });
  });

  it("Host stands in for an absent :authority", () => {
    const bare = without(":authority");
    expect(readRequest([...bare, ["host", "b"]])).toMatchObject({ authority: "b" });
    expect(readRequest(bare)).toMatchObject({ authority: undefined });
    expect(verdict(readRequest([...bare, ["host", "a b"]]))).toBe("pseudo.value");
    expect(verdict(readRequest([...bare, ["host", "a"], ["host", "b"]]))).toBe("pseudo.value");
  });
});

describe("row: C3 RFC 9113 §8.5, RFC 8441 §4 CONNECT", () => {
  const connect: Line[] = [
    [":method", "CONNECT"],
    [":authority", "a.example:443"],
  ];
  const extended: Line[] = [...GET.slice(1), [":method", "CONNECT"], [":protocol", "websocket"]];
  const asked = (lines: readonly Line[], connectProtocol = true): string =>
    verdict(readRequest(lines, { endStream: false, rules: { connectProtocol } }));

  it("plain: a host with its port, neither scheme nor path", () => {
    expect(readRequest(connect, open)).toMatchObject({
      method: "CONNECT",
      scheme: undefined,
      authority: "a.example:443",
      path: undefined,
    });
    expect(asked([...connect, [":scheme", "https"]])).toBe("connect.invalid");
    expect(asked([...connect, [":path", "/"]])).toBe("connect.invalid");
    expect(asked([...connect.slice(0, 1), [":authority", "a.example"]])).toBe("connect.invalid");
    expect(asked(connect.slice(0, 1))).toBe("pseudo.invalid");
    expect(asked([...connect.slice(0, 1), ["host", "a.example:443"]])).toBe("pseudo.invalid");
    expect(asked([...connect, ["host", "b.example:443"]])).toBe("pseudo.value");
    expect(asked([...connect, ["host", "a.example"]])).toBe("pseudo.value");
    expect(asked([...connect, ["host", "a.example:443"]])).toBe("read");
  });

  it("extended: a whole target, if we said that we understand it", () => {
    expect(readRequest(extended, open)).toMatchObject({
      method: "CONNECT",
      scheme: "https",
      path: "/",
      protocol: "websocket",
    });
    expect(asked(extended, false)).toBe("connect.invalid");
    for (const name of [":scheme", ":path"])
      expect(asked(extended.filter(([known]) => known !== name))).toBe("connect.invalid");
    expect(asked([...GET, [":protocol", "websocket"]])).toBe("connect.invalid");
    expect(asked([...GET, [":protocol", "websocket"]], false)).toBe("connect.invalid");
    expect(asked([...extended, [":protocol", "websocket"]])).toBe("pseudo.invalid");
    expect(asked([...extended.slice(0, -1), [":protocol", ""]])).toBe("pseudo.invalid");
    expect(asked([...extended.slice(0, -1), [":protocol", "a b"]])).toBe("pseudo.value");
    const star = extended.map((line): Line => (line[0] === ":path" ? [":path", "*"] : line));
    expect(asked(star)).toBe("pseudo.value");
  });

  it("neither declares content", () => {
    expect(asked([...connect, ["content-length", "0"]])).toBe("connect.invalid");
    expect(asked([...extended, ["content-length", "5"]])).toBe("connect.invalid");
  });

  it("a 2xx answer opens a tunnel: Content-Length means nothing in it", () => {
    const lines: Line[] = [...OK, ["content-length", "5"]];
    const answer = readResponse(lines, { method: "CONNECT" }) as ResponseHead;
    expect(answer.contentLength).toBeUndefined();
    expect(expectedBytes(answer, "CONNECT")).toBeUndefined();
    expect(verdict(readResponse(lines, { method: "CONNECT", endStream: true }))).toBe("read");
    const refused: Line[] = [
      [":status", "403"],
      ["content-length", "5"],
    ];
    const declared = readResponse(refused, { method: "CONNECT" }) as ResponseHead;
    expect(expectedBytes(declared, "CONNECT")).toBe(5);
  });
});

describe("RFC 9110 §10.1.1 Expect", () => {
  const expects = (lines: Line[], endStream = false): boolean =>
    (readRequest([...GET, ...lines], { endStream }) as RequestHead).expectContinue;

  it("asks for 100 Continue where content follows", () => {
    expect(expects([["expect", "100-continue"]])).toBe(true);
    expect(expects([["expect", "100-Continue"]])).toBe(true);
    expect(expects([["expect", "100-continue"]], true)).toBe(false);
    expect(
      expects([
        ["expect", "100-continue"],
        ["content-length", "0"],
      ]),
    ).toBe(false);
    expect(expects([["expect", "200-ok"]])).toBe(false);
  });
});

describe("threat: HP-07 RFC 7541 §7.1.3 a never-indexed mark is told", () => {
  it("for names that are not kept out of every table anyway", () => {
    const lines: Line[] = [
      ["x-token", "1", true],
      ["cookie", "a=b", true],
      ["authorization", "c", true],
      ["x-api-key", "d", true],
      ["y", "2"],
    ];
    expect(head(...lines).sensitive).toEqual(["x-token"]);
    expect(readRequest([...without(":path"), [":path", "/?key=1", true]])).toMatchObject({
      sensitive: [":path"],
    });
    expect(readResponse([...OK, ...lines, ["set-cookie", "e", true]])).toMatchObject({
      sensitive: ["x-token"],
    });
    expect(readTrailers([["x-token", "1", true]])).toMatchObject({ sensitive: ["x-token"] });
  });
});
