// Rows H1-21, H1-24, H1-26, H1-27 and H1-29 of the regression catalogue: one authority, cookies
// and other derived lists, sizes and counts, names as data.

import {
  isAuthority,
  parseAuthority,
  parseCookies,
  parseQuery,
  parseSetCookie,
  parseTokenList,
  Fields,
} from "@wirewall/fields";
import { ClientConnection, ServerConnection } from "@wirewall/http1";
import { describe, expect, it } from "vitest";
import { listen, tell, types } from "./converse.ts";
import { bytes, kind, requestHead, requests, verdict } from "./drive.ts";

const HOST = "Host: a\r\n";

describe("threat: H1-21 more than one authority, or none that is valid", () => {
  const good = [
    "a",
    "A.b",
    "a:80",
    "a:0",
    "a:65535",
    "127.0.0.1",
    "127.0.0.1:8080",
    "[::1]",
    "[::1]:80",
    "[2001:db8::1:0:0:1]",
    "[::ffff:1.2.3.4]",
    "a-b_c~d",
    "a!$&'()*+,;=b",
    "xn--bcher-kva.example",
    "a.",
    "1",
    "[1:2:3:4:5:6:7:8]",
    "[1:2:3:4:5:6:1.2.3.4]",
    "[::]",
  ];
  const bad = [
    "",
    "a b",
    "a b/c?d",
    "a/",
    "a/b",
    "a?b",
    "a#b",
    "u@a",
    "u:p@a",
    "@a",
    "a@",
    "a:",
    "a:b",
    "a:80:80",
    "a:-1",
    "a:+1",
    "a:65536",
    "a:080000",
    ":80",
    ":",
    "a,b:80:",
    "http://a",
    "//a",
    "a\\b",
    "a%41",
    "%61",
    "a%00",
    "[::1",
    "::1",
    "[]",
    "[:]",
    "[:::]",
    "[::1]a",
    "[::1]:",
    "[::1%25eth0]",
    "[v1.a]",
    "[1::2::3]",
    "[1:2:3:4:5:6:7]",
    "[1:2:3:4:5:6:7:8:9]",
    "[12345::]",
    "[::1.2.3]",
    "[::1.2.3.256]",
    "[::01.2.3.4]",
    "[g::]",
    "a\tb",
    'a"b',
    "a<b>",
    "a^b",
    "a`b",
    "a{b}",
    "a|b",
    "\xe9",
    "a\x80",
    "a;b@c",
    "[1:2:3:4:5:6:7::8]",
  ];

  it.each(good)("Host: %s is one", (host) => {
    expect(isAuthority(host)).toBe(true);
    const head = requestHead(requests(`GET / HTTP/1.1\r\nHost: ${host}\r\n\r\n`));
    expect(head.authority).toBe(host);
    const port = /:(\d+)$/.exec(host.replace(/^\[.*\]/, "h"))?.[1];
    expect(parseAuthority(host)).toEqual({
      host: port === undefined ? host : host.slice(0, -port.length - 1),
      port: port === undefined ? undefined : Number(port),
    });
  });

  it.each(bad)("Host: %s is none", (host) => {
    expect(isAuthority(host)).toBe(false);
    expect(parseAuthority(host)).toBeUndefined();
    expect(verdict(requests(`GET / HTTP/1.1\r\nHost: ${host}\r\n\r\n`))).toBe(
      "host.syntax @22 400",
    );
    const legalPath = /^a[/?]/.test(host);
    const absolute = requests(`GET http://${host}/ HTTP/1.1\r\nHost: a\r\n\r\n`, { cuts: "few" });
    expect(kind(absolute)).toMatch(legalPath ? "accepted" : / 400$/);
    const connect = requests(`CONNECT ${host} HTTP/1.1\r\nHost: a:80\r\n\r\n`, { cuts: "few" });
    expect(kind(connect)).toMatch(/ 400$/);
  });

  it("two lines are refused, in any case of their names and wherever they stand", () => {
    for (const lines of [
      "Host: a\r\nHost: a\r\n",
      "host: a\r\nb: c\r\nHOST: b\r\n",
      "Host: a\r\nHost:\r\n",
    ])
      expect(kind(requests(`GET / HTTP/1.1\r\n${lines}\r\n`))).toBe("host.duplicate 400");
  });

  it.each([
    ["GET", "/", "a", "a"],
    ["GET", "http://a/", "a", "a"],
    ["GET", "http://A/", "a", "a"],
    ["GET", "https://a:443/x", "a:443", "a:443"],
    ["GET", "http://a/", "b", undefined],
    ["GET", "http://a/", "a:80", undefined],
    ["GET", "http://a:80/", "a", undefined],
    ["GET", "http://a:80/", "a:81", undefined],
    ["GET", "http://[::1]/", "[::1]", "[::1]"],
    ["GET", "http://[::1]/", "[0::1]", undefined],
    ["GET", "http://a./", "a", undefined],
    ["OPTIONS", "*", "a", "a"],
    ["CONNECT", "a:80", "a:80", "a:80"],
    ["CONNECT", "a:80", "a", undefined],
    ["CONNECT", "a:80", "b:80", undefined],
  ])("%s %s with Host: %s names %s", (method, target, host, authority) => {
    const said = requests(`${method} ${target} HTTP/1.1\r\nHost: ${host}\r\n\r\n`);
    if (authority === undefined) expect(kind(said)).toBe("host.conflict 400");
    else expect(requestHead(said).authority).toBe(authority);
  });
});

describe("threat: H1-24 cookies are opaque, their attributes matched whole", () => {
  it("nothing is decoded, unquoted or split where it was not", () => {
    expect(parseCookies('a=%0d%0aSet-Cookie:b; c="d e"; f=g=h;; i ;j=')).toEqual([
      ["a", "%0d%0aSet-Cookie:b"],
      ["c", '"d e"'],
      ["f", "g=h"],
      ["", "i"],
      ["j", ""],
    ]);
    expect(parseSetCookie("a=%3b%20domain=b; Path=/%0a")).toEqual({
      name: "a",
      value: "%3b%20domain=b",
      attributes: [["path", "/%0a"]],
    });
  });

  it.each([
    ["a=b; SameSite=None", [["samesite", "None"]]],
    ["a=b; SameSite=NoneXStrict", []],
    ["a=b; SameSite=XStrict", []],
    [
      "a=b; SameSite=Strict; SameSite=Lax",
      [
        ["samesite", "Strict"],
        ["samesite", "Lax"],
      ],
    ],
    ["a=b; SameSite", []],
    ["a=b; XSameSite=Lax; Secure2; HttpOnlyX", []],
    [
      "a=b; Secure; HttpOnly",
      [
        ["secure", ""],
        ["httponly", ""],
      ],
    ],
    ["a=b; domain=c", [["domain", "c"]]],
    ['a="b; domain=c"', [["domain", 'c"']]],
  ])("%s", (value, attributes) => {
    expect(parseSetCookie(value)).toMatchObject({ name: "a", attributes });
  });

  it("line ends never reach a reader or the wire", () => {
    expect(kind(requests(`GET / HTTP/1.1\r\n${HOST}Cookie: a=b\rc\r\n\r\n`))).toBe(
      "line.ending 400",
    );
    expect(() => new Fields([["set-cookie", "a=b\r\nc: d"]])).toThrow(TypeError);
  });
});

describe("threat: H1-26 a large head, or very many fields", () => {
  it("100,000 fields of one byte end at the count, with nothing kept", () => {
    const server = new ServerConnection();
    server.receive(bytes(`GET / HTTP/1.1\r\n${HOST}`));
    server.next();
    const line = bytes("a:\r\n");
    let most = 0;
    let sent = 0;
    while (sent < 100_000 && server.state === "open") {
      server.receive(line);
      sent++;
      listen(server);
      if (server.state === "open") most = Math.max(most, server.retained);
    }
    expect(sent).toBe(128);
    expect(most).toBeLessThan(128 * 128 + 4_096);
    expect(server.retained).toBeLessThan(200);
  });

  it("every field that waits is charged as an object", () => {
    const server = new ServerConnection();
    tell(server, `GET / HTTP/1.1\r\n${"a:\r\n".repeat(100)}`);
    expect(server.retained).toBeGreaterThanOrEqual(100 * 128 + 416);
    tell(server, `${HOST}\r\n`);
    expect(server.retained).toBe(16 + 400 + 9 + 2 + 102 * 128);
  });

  it("one field of 64 KiB + 1, and each limit at its edge", () => {
    const told = (lines: string, limits = {}): string =>
      verdict(requests(`GET / HTTP/1.1\r\n${HOST}${lines}\r\n`, { limits, cuts: "few" }));
    // HOST has 9 bytes, "b: " and the line end 5.
    expect(told(`b: ${"x".repeat(65_536 - 9 - 5 - 1)}\r\n`)).toBe("accepted");
    expect(told(`b: ${"x".repeat(65_536 - 9 - 5)}\r\n`)).toBe("accepted");
    expect(told(`b: ${"x".repeat(65_536 - 9 - 5 + 1)}\r\n`)).toBe(
      `field.bytes @${16 + 65_536} 431`,
    );
    expect(told(`b: ${"x".repeat(200_000)}\r\n`)).toBe(`field.bytes @${16 + 65_536} 431`);
    expect(told("b: c\r\n".repeat(3), { maxHeaderCount: 5 })).toBe("accepted");
    expect(told("b: c\r\n".repeat(4), { maxHeaderCount: 5 })).toBe("accepted");
    expect(told("b: c\r\n".repeat(5), { maxHeaderCount: 5 })).toBe("field.count @49 431");
  });

  it("heads of all sizes cost at most the cap, in a server's ledger too", () => {
    const client = new ClientConnection({
      limits: { maxRetainedBytes: 4_096, maxHeaderBytes: 65_536 },
    });
    client.sendRequest({
      method: "GET",
      target: "/",
      fields: new Fields([["host", "a"]]),
      content: "none",
    });
    client.takeOutput();
    client.outputSent();
    let said: ReturnType<typeof tell> = [];
    tell(client, "HTTP/1.1 200 OK\r\nb: ");
    while (said.length === 0) said = tell(client, "x".repeat(500));
    expect(types(said)).toBe("http1.retained.bytes");
  });
});

describe("threat: H1-27 lists that are derived from a value", () => {
  it("are refused at their count, before anything is built", () => {
    const cookies = "a=;".repeat(20_000);
    expect(parseCookies(cookies)).toMatchObject({
      code: "fields.cookie.count",
      offset: 128 * 3,
      limit: { name: "maxCookieCount", max: 128, observed: 129 },
    });
    expect(parseSetCookie(cookies)).toMatchObject({ code: "fields.cookie.count" });
    expect(parseQuery("a&".repeat(30_000))).toMatchObject({
      code: "fields.query.count",
      offset: 2_000,
      limit: { name: "maxQueryParameterCount", max: 1_000, observed: 1_001 },
    });
    expect(parseTokenList([",".repeat(60_000)])).toMatchObject({
      code: "fields.list.count",
      limit: { name: "maxListItemCount", max: 256, observed: 257 },
    });
    expect(parseTokenList(Array.from({ length: 300 }, () => "a"))).toMatchObject({
      code: "fields.list.count",
    });
  });

  it.each([1, 2, 128])("at max - 1, max and max + 1 of %i", (max) => {
    for (const [count, fine] of [
      [max - 1, true],
      [max, true],
      [max + 1, false],
    ] as const) {
      const items = Array.from({ length: count }, () => "a");
      expect(Array.isArray(parseCookies(items.join(";"), max))).toBe(fine);
      expect(Array.isArray(parseQuery(items.join("&"), max))).toBe(fine);
      expect(Array.isArray(parseTokenList([items.join(",")], max))).toBe(fine);
      expect(Array.isArray(parseTokenList(items, max))).toBe(fine);
    }
  });

  it("in a Connection field of a request", () => {
    const told = (count: number): string =>
      kind(
        requests(`GET / HTTP/1.1\r\n${HOST}Connection: ${"a,".repeat(count - 1)}a\r\n\r\n`, {
          cuts: "few",
        }),
      );
    expect(told(256)).toBe("accepted");
    expect(told(257)).toMatch(/ (400|431)$/);
  });
});

describe("threat: H1-29 names of Object.prototype", () => {
  const names = Reflect.ownKeys(Object.prototype).filter((key) => typeof key === "string");

  it("are fields like others", () => {
    expect(names).toContain("__proto__");
    const before = JSON.stringify(Object.getOwnPropertyDescriptors(Object.prototype));
    const lines = names.map((name, at) => `${name}: v${at}\r\n`).join("");
    const head = requestHead(requests(`GET / HTTP/1.1\r\n${HOST}${lines}\r\n`, { cuts: "few" }));
    expect(head.fields.slice(1)).toEqual(names.map((name, at) => [name.toLowerCase(), `v${at}`]));
    const fields = new Fields(head.fields);
    for (const [at, name] of names.entries()) {
      expect(fields.get(name)).toBe(`v${at}`);
      expect(fields.getAll(name)).toEqual([`v${at}`]);
    }
    const empty = new Fields();
    for (const name of names) {
      expect(empty.has(name)).toBe(false);
      expect(empty.get(name)).toBeUndefined();
      expect(empty.delete(name)).toBe(false);
    }
    expect(JSON.stringify(Object.getOwnPropertyDescriptors(Object.prototype))).toBe(before);
    expect(parseCookies("__proto__=a; constructor=b")).toEqual([
      ["__proto__", "a"],
      ["constructor", "b"],
    ]);
    expect(({} as Record<string, unknown>)["a"]).toBeUndefined();
  });
});
