// RFC 9110 as far as a codec shows it: field values and lists, connection options, upgrades,
// methods, expectations, status codes. Every input is fed at every cut (drive.ts).

import {
  connectionFields,
  Fields,
  isForbiddenTrailer,
  parseTokenList,
  trimBlanks,
} from "@wirewall/fields";
import { ServerConnection } from "@wirewall/http1";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { taken, tell } from "./converse.ts";
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
const get = (lines: string): string => `GET / HTTP/1.1\r\n${HOST}${lines}\r\n`;

describe("row: C1 RFC 9110 §5.3 field order and lines of one name", () => {
  it("are kept apart and in order, whatever the case of their names", () => {
    const head = requestHead(requests(get("Set-Cookie: a=b\r\nX: 1\r\nset-cookie: c=d, e\r\n")));
    const fields = new Fields(head.fields);
    expect(fields.getAll("Set-Cookie")).toEqual(["a=b", "c=d, e"]);
    expect(fields.get("SET-COOKIE")).toBe("a=b");
    expect([...fields].map(([name]) => name)).toEqual(["host", "set-cookie", "x", "set-cookie"]);
  });
});

describe("row: C1 RFC 9110 §5.5 field values", () => {
  it("are bytes, one character each, never decoded", () => {
    const value = '\xc3\xa9\xff\x80 %0d%0a "q" ;,\\';
    expect(requestHead(requests(get(`b: ${value}\r\n`))).fields[1]).toEqual(["b", value]);
    expect(responseHead(responses(`HTTP/1.1 200 \xe9\xff\r\nb: ${value}\r\n\r\n`))).toMatchObject({
      reason: "\xe9\xff",
      fields: [["b", value]],
    });
  });

  it("are not confused by obs-text in other lines or by a byte order mark", () => {
    const head = requestHead(requests(get("b: \xef\xbb\xbfc\r\nd: e\r\n")));
    expect(head.fields.slice(1)).toEqual([
      ["b", "\xef\xbb\xbfc"],
      ["d", "e"],
    ]);
  });
});

describe("row: C1 RFC 9110 §5.6.1 lists", () => {
  it("skip empty items and blanks, and refuse what is no token", () => {
    expect(parseTokenList(["a, B ,\tc", "", ",,d,"])).toEqual(["a", "b", "c", "d"]);
    for (const bad of ["a b", "a;q=1", '"a"', "a,b c", "a\x80", "a=b"])
      expect(parseTokenList([bad])).toMatchObject({ code: "fields.list.syntax" });
    expect(parseTokenList(["a, b c"])).toMatchObject({ offset: 2 });
    expect(trimBlanks("\t a b \t")).toBe("a b");
    expect(trimBlanks(" \t ")).toBe("");
  });
});

describe("row: C1 RFC 9110 §7.6.1 Connection", () => {
  it("is a list of tokens in requests and responses", () => {
    for (const value of ["a b", "close;x", '"close"', "close, a b", "(", "close\\"]) {
      expect(verdict(requests(get(`Connection: ${value}\r\n`)))).toBe("field.value @37 400");
      expect(kind(responses(`HTTP/1.1 200 OK\r\nConnection: ${value}\r\n\r\n`))).toBe(
        "field.value close",
      );
    }
    for (const value of ["", ",", " , ,", "x", "close,", ",close", "a,b,c"])
      expect(kind(requests(get(`Connection: ${value}\r\n`)))).toBe("accepted");
  });

  it("is read over all its lines", () => {
    const lines = "Connection: x\r\nb: c\r\nCONNECTION: Close\r\n";
    expect(requestHead(requests(get(lines))).keepAlive).toBe(false);
    expect(
      responseHead(responses(`HTTP/1.1 200 OK\r\nContent-Length: 0\r\n${lines}\r\n`)).keepAlive,
    ).toBe(false);
    const second = "Connection: x\r\nConnection: a b\r\n";
    expect(kind(requests(get(second)))).toBe("field.value 400");
  });

  it("names the fields that do not travel on, but cannot take away what routes or frames", () => {
    const fields = new Fields([
      ["connection", "X-Hop, Content-Length, Host, Authorization, x-forwarded-for"],
      ["x-hop", "1"],
    ]);
    const hops = connectionFields(fields);
    if (!(hops instanceof Set)) throw new Error("expected names");
    for (const name of [
      "connection",
      "keep-alive",
      "te",
      "trailer",
      "transfer-encoding",
      "upgrade",
      "proxy-connection",
      "x-hop",
    ])
      expect(hops.has(name), name).toBe(true);
    for (const name of ["content-length", "host", "authorization", "x-forwarded-for", "accept"])
      expect(hops.has(name), name).toBe(false);
    expect(connectionFields(new Fields([["connection", "a b"]]))).toMatchObject({
      code: "fields.list.syntax",
    });
  });
});

describe("row: C1 RFC 9110 §7.8 Upgrade", () => {
  const offered = (lines: string): readonly string[] => requestHead(requests(get(lines))).upgrade;

  it("is offered where Connection lists it and no content follows", () => {
    expect(offered("Connection: Upgrade\r\nUpgrade: WebSocket\r\n")).toEqual(["websocket"]);
    expect(offered("Connection: x, UPGRADE\r\nUpgrade: h2c, IRC/6.9\r\nUpgrade: b\r\n")).toEqual([
      "h2c",
      "irc/6.9",
      "b",
    ]);
    expect(offered("Upgrade: websocket\r\n")).toEqual([]);
    expect(offered("Connection: close\r\nUpgrade: websocket\r\n")).toEqual([]);
    expect(offered("Connection: upgrade\r\n")).toEqual([]);
    expect(offered("Connection: upgrade\r\nUpgrade: websocket\r\nContent-Length: 0\r\n")).toEqual([
      "websocket",
    ]);
  });

  it("is not offered if it is malformed", () => {
    for (const value of ["a b", "a/b/c", "/a", "a/", "", "a,", "a, b c", '"a"'])
      expect(offered(`Connection: upgrade\r\nUpgrade: ${value}\r\n`), value).toEqual([]);
  });
});

describe("row: C1 RFC 9110 §8.6 Content-Length", () => {
  it("is kept where no content follows", () => {
    const said = responses("HTTP/1.1 200 OK\r\nContent-Length: 123456789012345\r\n\r\n", {
      asked: ["HEAD"],
    });
    expect(responseHead(said)).toMatchObject({
      contentLength: 123_456_789_012_345,
      framing: "none",
    });
  });
});

describe("row: C1 RFC 9110 §9.1 methods and §15 status codes at their limits", () => {
  it("501 for a method that is too long, 414 for a line, 431 for fields, 413 for content, 505 for a version", () => {
    const told = (input: string): string => kind(requests(input, { cuts: "few", end: false }));
    expect(told(`${"M".repeat(33)} / HTTP/1.1\r\n`)).toBe("method.syntax 501");
    expect(told(`GET /${"a".repeat(8_192)}`)).toBe("request-line.too-long 414");
    expect(told(get(`b: ${"c".repeat(65_536)}\r\n`))).toBe("field.bytes 431");
    expect(told(get("b: c\r\n".repeat(128)))).toBe("field.count 431");
    expect(told(get("Content-Length: 16777217\r\n"))).toBe("body.too-large 413");
    expect(told("GET / HTTP/2.0\r\n")).toBe("version.unsupported 505");
  });

  it("answers with the registered phrase, or none", () => {
    for (const [status, phrase] of [
      [200, "OK"],
      [404, "Not Found"],
      [418, ""],
      [599, ""],
      [413, "Content Too Large"],
    ] as const) {
      const server = new ServerConnection();
      tell(server, get(""));
      server.sendResponse({ status, content: "none" });
      expect(taken(server).split("\r\n")[0]).toBe(`HTTP/1.1 ${status} ${phrase}`);
    }
    const server = new ServerConnection();
    tell(server, get(""));
    for (const status of [0, 99, 100, 199, 600, 1_000, -200, 200.5, Number.NaN])
      expect(() => server.sendResponse({ status, content: "none" })).toThrow(RangeError);
    server.sendResponse({ status: 200, reason: "mine", content: "none" });
    expect(taken(server).split("\r\n")[0]).toBe("HTTP/1.1 200 mine");
  });
});

describe("row: C1 RFC 9110 §9.3.6 CONNECT", () => {
  it("has no content", () => {
    const head = "CONNECT a:80 HTTP/1.1\r\nHost: a:80\r\n";
    expect(verdict(requests(`${head}Content-Length: 5\r\n\r\nhello`))).toBe(
      "framing.forbidden @35 400",
    );
    expect(verdict(requests(`${head}Content-Length: 0\r\n\r\n`))).toBe("framing.forbidden @35 400");
    expect(verdict(requests(`${head}Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n`))).toBe(
      "framing.forbidden @35 400",
    );
    expect(completed(requests(`${head}\r\n`))).toBe(1);
  });
});

describe("row: C1 RFC 9110 §15.2 informational responses", () => {
  it("come before the final response, and each has its fields", () => {
    const said = responses(
      "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early\r\nLink: a\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\nx",
    );
    expect(said.map((event) => event.type)).toEqual([
      "informational",
      "informational",
      "response-head",
      "content",
      "end",
    ]);
    expect(said[1]).toEqual({
      type: "informational",
      status: 103,
      reason: "Early",
      fields: [["link", "a"]],
    });
    expect(contentOf(said)).toBe("x");
  });

  it("are bounded, for each response anew", () => {
    const early = "HTTP/1.1 102 x\r\n\r\n";
    const final = "HTTP/1.1 204 x\r\n\r\n";
    const asked = ["GET", "GET"];
    expect(
      kind(responses(early.repeat(8) + final + early.repeat(8) + final, { asked, cuts: "few" })),
    ).toBe("accepted");
    expect(verdict(responses(early.repeat(9), { asked, cuts: "few" }))).toBe(
      `response.informational @${8 * early.length} close`,
    );
  });
});

describe("row: C1 RFC 9110 §6.5.1 trailers that may not be", () => {
  it("are told by their whole name", () => {
    for (const name of [
      "content-length",
      "host",
      "authorization",
      "set-cookie",
      "transfer-encoding",
    ])
      expect(isForbiddenTrailer(name)).toBe(true);
    fc.assert(
      fc.property(
        fc.string({ unit: fc.constantFrom(..."abcxyz-"), minLength: 1, maxLength: 12 }),
        (name) => {
          expect(isForbiddenTrailer(`x-${name}`)).toBe(`x-${name}`.startsWith("x-forwarded-"));
        },
      ),
    );
  });
});
