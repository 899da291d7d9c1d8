// RFC 9113 §8.1 to §8.5 and RFC 8441 §4, clause by clause: what a field section may hold.

import { describe, expect, it } from "vitest";
import type { RequestHead, ResponseHead } from "../src/heads.ts";
import { RequestSection } from "../src/request-section.ts";
import { expectedBytes, ResponseSection } from "../src/response-section.ts";
import { TrailerSection } from "../src/trailer-section.ts";
import {
  GET,
  OK,
  RULES,
  feed,
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
const PAIRS = GET.map(([name, value]): [string, string] => [name, value]);
const without = (name: string): Line[] => GET.filter(([known]) => known !== name);
const withValue = (name: string, value: string): Line[] =>
  GET.map((line) => (line[0] === name ? [name, value] : line));

describe("row: C3 threat: H2-17 RFC 9113 §8.2.1 field validity", () => {
  it.each([
    ["", "a"],
    ["Accept", "a"],
    ["accepT", "a"],
    ["a b", "a"],
    ["a:b", "a"],
    ["a\0", "a"],
    ["a\r\nb", "a"],
    ["a\x7f", "a"],
    ["a\x80", "a"],
    ["a(b", "a"],
    ["a", "b\0"],
    ["a", "b\r"],
    ["a", "\nb"],
    ["a", "b\r\nc: d"],
    ["a", " b"],
    ["a", "b "],
    ["a", "\tb"],
    ["a", "b\t"],
    ["a", " "],
    ["a", "\x01"],
    ["a", "\x7f"],
  ])("%j: %j is refused, in requests, responses and trailers", (name, value) => {
    expect(request([name, value])).toBe("field.syntax");
    expect(verdict(readResponse([...OK, [name, value]]))).toBe("field.syntax");
    expect(verdict(readTrailers([[name, value]]))).toBe("field.syntax");
  });

  it.each([
    ["a", ""],
    ["a", "b c"],
    ["a", "b\tc"],
    ["a", "\x80\xff"],
    ["!#$%&'*+-.^_`|~09az", "x"],
    ["x-forwarded-for", "1.2.3.4"],
  ])("%j: %j is read as it came", (name, value) => {
    expect(pairs(head([name, value]).fields)).toEqual([[name, value]]);
  });

  it("holds for pseudo-fields as well", () => {
    expect(verdict(readRequest(withValue(":path", "/a\r\nb")))).toBe("field.syntax");
    expect(verdict(readRequest(withValue(":path", "/ ")))).toBe("field.syntax");
    expect(verdict(readRequest([...GET, [":Path", "/"]]))).toBe("field.syntax");
    expect(verdict(readResponse([[":status", "200 "]]))).toBe("field.syntax");
  });
});

describe("row: C3 threat: H2-17 RFC 9113 §8.2.2 connection-specific fields", () => {
  const specific = ["connection", "proxy-connection", "keep-alive", "transfer-encoding", "upgrade"];

  it.each(specific)("%s is refused, whatever it says", (name) => {
    for (const value of ["", "close", "chunked", "h2c", "a"]) {
      expect(request([name, value])).toBe("field.connection");
      expect(verdict(readResponse([...OK, [name, value]]))).toBe("field.connection");
      expect(verdict(readTrailers([[name, value]]))).toBe("field.connection");
    }
  });

  it.each(specific)("names that only look like %s pass", (name) => {
    expect(request([`${name}s`, "a"])).toBe("read");
    expect(request([`x${name.slice(1)}`, "a"])).toBe("read");
  });

  it("te is for requests, and says trailers or nothing", () => {
    expect(request(["te", "trailers"])).toBe("read");
    expect(request(["te", "Trailers"])).toBe("read");
    for (const value of ["", "gzip", "trailers, gzip", "trailers;q=1", "chunked"])
      expect(request(["te", value])).toBe("field.connection");
    expect(verdict(readResponse([...OK, ["te", "trailers"]]))).toBe("field.connection");
    expect(verdict(readTrailers([["te", "trailers"]]))).toBe("trailer.forbidden");
  });
});

describe("RFC 9113 §8.2.3 cookies", () => {
  it("stay apart and in order", () => {
    const crumbs: Line[] = [
      ["cookie", "a=1"],
      ["cookie", "b=2"],
      ["accept", "x"],
      ["cookie", "c=3"],
    ];
    expect(pairs(head(...crumbs).fields)).toEqual(crumbs);
  });
});

describe("row: C3 RFC 9113 §8.3 pseudo-fields", () => {
  it("are read apart from the fields", () => {
    expect(readRequest([...GET, ["a", "b"]])).toMatchObject({
      type: "request-head",
      stream: 1,
      method: "GET",
      scheme: "https",
      authority: "a.example",
      path: "/",
      protocol: undefined,
      contentLength: undefined,
      endStream: true,
      expectContinue: false,
      sensitive: [],
      urgency: 3,
      incremental: false,
    });
    expect(pairs(head(["a", "b"]).fields)).toEqual([["a", "b"]]);
  });

  it("may come in any order", () => {
    expect(verdict(readRequest(GET.toReversed()))).toBe("read");
  });

  it.each([":method", ":scheme", ":path"])("%s has to be there", (name) => {
    expect(verdict(readRequest(without(name)))).toBe("pseudo.invalid");
    expect(verdict(readRequest([]))).toBe("pseudo.invalid");
  });

  it.each([":method", ":scheme", ":authority", ":path"])("%s may not be empty", (name) => {
    expect(verdict(readRequest(withValue(name, "")))).toBe("pseudo.invalid");
  });

  it.each(PAIRS)("%s may not come twice, even with the same value", (name, value) => {
    expect(verdict(readRequest([...GET, [name, value]]))).toBe("pseudo.invalid");
  });

  it.each(PAIRS)("%s may not come after a field", (name, value) => {
    const late: Line[] = [...without(name), ["a", "b"], [name, value]];
    expect(verdict(readRequest(late))).toBe("pseudo.invalid");
    // Host and Content-Length are fields too.
    for (const field of [
      ["host", "a.example"],
      ["content-length", "0"],
    ] as const)
      expect(verdict(readRequest([...without(name), field, [name, value]]))).toBe("pseudo.invalid");
  });

  it.each([":foo", ":", ":host", ":status", "::path"])("%s is unknown in requests", (name) => {
    const code = name === ":" || name === "::path" ? "field.syntax" : "pseudo.invalid";
    expect(verdict(readRequest([[name, "200"], ...GET]))).toBe(code);
    expect(verdict(readRequest([...GET, [name, "200"]]))).toBe(code);
  });

  it.each([":method", ":scheme", ":authority", ":path", ":protocol", ":foo"])(
    "%s is unknown in responses",
    (name) => {
      expect(verdict(readResponse([[name, "a"], ...OK]))).toBe("pseudo.invalid");
      expect(verdict(readResponse([...OK, [name, "a"]]))).toBe("pseudo.invalid");
    },
  );

  it.each([...PAIRS, [":status", "200"], [":foo", "a"]] as [string, string][])(
    "%s may not stand in trailers",
    (name, value) => {
      expect(verdict(readTrailers([[name, value]]))).toBe("pseudo.invalid");
      expect(
        verdict(
          readTrailers([
            ["a", "b"],
            [name, value],
          ]),
        ),
      ).toBe("pseudo.invalid");
    },
  );
});

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

describe("row: C3 RFC 9113 §8.3.2 what a response says", () => {
  it.each(["100", "199", "200", "204", "404", "599"])("%s is a status", (status) => {
    expect(readResponse([[":status", status]])).toMatchObject({ status: Number(status) });
  });

  it.each([
    "2",
    "20",
    "2000",
    "099",
    "000",
    "600",
    "999",
    "2a0",
    "+20",
    "-20",
    "0x1",
    "101",
    "20\x80",
  ])("%s is none", (status) => {
    expect(verdict(readResponse([[":status", status]]))).toBe("pseudo.value");
  });

  it("has to be there, once, first, and not empty", () => {
    expect(verdict(readResponse([]))).toBe("pseudo.invalid");
    expect(verdict(readResponse([["a", "b"]]))).toBe("pseudo.invalid");
    expect(verdict(readResponse([["a", "b"], ...OK]))).toBe("pseudo.invalid");
    expect(verdict(readResponse([...OK, ...OK]))).toBe("pseudo.invalid");
    expect(verdict(readResponse([[":status", ""]]))).toBe("pseudo.invalid");
  });

  it("§8.1 an interim response is told apart, and does not end the stream", () => {
    const hints: Line[] = [
      [":status", "103"],
      ["link", "</a>"],
    ];
    expect(readResponse(hints)).toMatchObject({ type: "informational", stream: 1, status: 103 });
    expect(verdict(readResponse(hints, { endStream: true }))).toBe("pseudo.value");
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

describe("row: C3 threat: H2-16 RFC 9113 §8.1.1 Content-Length", () => {
  it.each(["0", "5", "05", "16777216", "000000000000005"])("%s is a length", (value) => {
    expect(head(["content-length", value]).contentLength).toBe(Number(value));
    expect(readResponse([...OK, ["content-length", value]])).toMatchObject({
      contentLength: Number(value),
    });
  });

  it.each(["", "-1", "+5", "0x5", "5, 5", "5,5", "5 5", "1e1", "5.0", "\xb2", "0000000000000005"])(
    "%j is none",
    (value) => {
      expect(request(["content-length", value])).toBe("content-length.mismatch");
      expect(verdict(readResponse([...OK, ["content-length", value]]))).toBe(
        "content-length.mismatch",
      );
    },
  );

  it("comes once, even if both say the same", () => {
    const twice: Line[] = [
      ["content-length", "5"],
      ["content-length", "5"],
    ];
    expect(request(...twice)).toBe("content-length.mismatch");
    expect(verdict(readResponse([...OK, ...twice]))).toBe("content-length.mismatch");
  });

  it("above 0 contradicts a head that ends the stream", () => {
    expect(verdict(readRequest([...GET, ["content-length", "1"]]))).toBe("content-length.mismatch");
    expect(verdict(readRequest([...GET, ["content-length", "0"]]))).toBe("read");
    const lines: Line[] = [...OK, ["content-length", "1"]];
    expect(verdict(readResponse(lines, { endStream: true }))).toBe("content-length.mismatch");
  });

  it("is the length of what is not sent, in answers to HEAD, in 204 and in 304", () => {
    const declared: Line = ["content-length", "99999999999"];
    const told = (status: string, method: string): unknown => {
      const result = readResponse([[":status", status], declared], { endStream: true, method });
      return verdict(result) === "read" ? expectedBytes(result as ResponseHead, method) : result;
    };
    expect(told("200", "HEAD")).toBe(0);
    expect(told("204", "GET")).toBe(0);
    expect(told("304", "GET")).toBe(0);
  });

  it("over the limit is refused before any content", () => {
    const limit = { name: "maxBodyBytes", max: 10, observed: 11 };
    const rules = { maxBodyBytes: 10 };
    const lines: Line[] = [...GET, ["content-length", "11"]];
    expect(readRequest(lines, { ...open, rules })).toMatchObject({
      code: "http2.body.too-large",
      limit,
    });
    expect(readResponse([...OK, ["content-length", "11"]], { maxBodyBytes: 10 })).toMatchObject({
      code: "http2.body.too-large",
      limit,
    });
    const most: Line[] = [...GET, ["content-length", "10"]];
    expect(verdict(readRequest(most, { ...open, rules }))).toBe("read");
  });
});

describe("row: C3 RFC 9110 §6.5.1 trailers", () => {
  it.each([
    "content-length",
    "host",
    "authorization",
    "cookie",
    "set-cookie",
    "content-type",
    "content-encoding",
    "trailer",
    "x-forwarded-for",
  ])("%s may not stand there", (name) => {
    expect(verdict(readTrailers([[name, "1"]]))).toBe("trailer.forbidden");
  });

  it("others may, and keep their order", () => {
    const lines: Line[] = [
      ["grpc-status", "0"],
      ["x", ""],
      ["x", "2"],
    ];
    const read = readTrailers(lines);
    expect(read).toMatchObject({ type: "trailers", stream: 1, sensitive: [] });
    expect("fields" in read && pairs(read.fields)).toEqual(lines);
    expect(verdict(readTrailers([]))).toBe("read");
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

describe("a reader is used for one section after the other", () => {
  const whole: Line[] = [
    ...GET,
    ["priority", "u=0, i"],
    ["content-length", "5"],
    ["expect", "100-continue"],
    ["x", "y", true],
  ];
  const fresh = { ...readRequest(GET), stream: 5 };

  it("and nothing of one reaches the next, refused or not", () => {
    const section = new RequestSection(RULES);
    for (const last of [[], [["Bad", ""]], [["host", "b"]]] as Line[][]) {
      feed(section, [...whole, ...last]);
      section.finish(3, false);
      feed(section, GET);
      expect(section.finish(5, true)).toEqual(fresh);
    }
  });

  it("nor of one that was cut off", () => {
    const section = new RequestSection(RULES);
    feed(section, whole);
    section.start();
    feed(section, GET);
    expect(section.finish(5, true)).toEqual(fresh);
  });

  it("in responses and trailers as well", () => {
    const responses = new ResponseSection(10);
    feed(responses, [...OK, ["content-length", "5"], ["x", "y", true], ["Bad", ""]]);
    responses.finish(3, false, "GET");
    feed(responses, OK);
    expect(responses.finish(5, true, "GET")).toEqual({
      ...readResponse(OK, { endStream: true }),
      stream: 5,
    });
    const trailers = new TrailerSection();
    feed(trailers, [
      ["x", "y", true],
      [":status", "200"],
    ]);
    trailers.finish(3);
    feed(trailers, [["a", "b"]]);
    expect(trailers.finish(5)).toEqual({ ...readTrailers([["a", "b"]]), stream: 5 });
  });
});
