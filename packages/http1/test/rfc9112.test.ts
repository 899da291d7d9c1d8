// RFC 9112 §2 to §4, the lines that start a message, clause by clause. Every input is fed
// whole, byte by byte and cut in two at every place (drive.ts).

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  completed,
  kind,
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

describe("row: C1 RFC 9112 §2.2 message parsing", () => {
  it("ends a line at CRLF and nowhere else", () => {
    expect(verdict(requests("GET / HTTP/1.1\nHost: a\r\n\r\n"))).toBe("line.ending @14 400");
    expect(verdict(requests("GET / HTTP/1.1\rHost: a\r\n\r\n"))).toBe("line.ending @14 400");
    expect(verdict(requests("GET / HTTP/1.1\r\nHost: a\n\r\n"))).toBe("line.ending @23 400");
    expect(verdict(requests("GET / HTTP/1.1\r\nHost: a\r\r\n"))).toBe("line.ending @23 400");
    expect(verdict(requests("GET / HTTP/1.1\r\nHost: a\r\n\n"))).toBe("line.ending @25 400");
    expect(verdict(requests("GET / HTTP/1.1\r\nHost: a\r\n\r\r"))).toBe("line.ending @25 400");
    expect(verdict(requests("GET / HTTP/1.1\r\nHost: a\r\n\r\n"))).toBe("accepted");
  });

  it("ignores one empty line before a request line, and no more", () => {
    expect(requestHead(requests(`\r\nGET / HTTP/1.1\r\n${HOST}\r\n`)).target).toBe("/");
    expect(verdict(requests(`\r\n\r\nGET / HTTP/1.1\r\n${HOST}\r\n`))).toBe(
      "request-line.syntax @2 400",
    );
    expect(verdict(requests("\nGET / HTTP/1.1\r\n"))).toBe("line.ending @0 400");
    expect(verdict(requests("\rGET / HTTP/1.1\r\n"))).toBe("line.ending @0 400");
    const said = requests(`GET / HTTP/1.1\r\n${HOST}\r\n\r\nGET /b HTTP/1.1\r\n${HOST}\r\n\r\n`);
    expect(completed(said)).toBe(2);
    expect(verdict(said)).toBe("accepted");
  });

  it("says nothing about input that is only an empty line", () => {
    for (const input of ["", "\r", "\r\n"]) expect(requests(input)).toEqual([]);
  });

  it("knows no empty line before a status line", () => {
    expect(verdict(responses("\r\nHTTP/1.1 204 No Content\r\n\r\n"))).toBe(
      "status-line.syntax @0 close",
    );
  });

  it("refuses whitespace between the start line and the first field", () => {
    for (const blank of [" ", "\t"]) {
      expect(verdict(requests(`GET / HTTP/1.1\r\n${blank}${HOST}\r\n`))).toBe("field.fold @16 400");
      expect(verdict(responses(`HTTP/1.1 200 OK\r\n${blank}a: b\r\n\r\n`))).toBe(
        "field.fold @17 close",
      );
    }
  });

  it("does not take another protocol for HTTP", () => {
    expect(verdict(requests("\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03"))).toBe(
      "method.syntax @0 400",
    );
    expect(verdict(requests("SSH-2.0-OpenSSH_9.6\r\n"))).toBe("request-line.syntax @19 400");
    expect(verdict(requests("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"))).toBe(
      "version.unsupported @6 505",
    );
    expect(verdict(responses("SSH-2.0-OpenSSH_9.6\r\n"))).toBe("status-line.syntax @0 close");
  });
});

describe("row: C1 RFC 9112 §2.3 HTTP version", () => {
  it.each(["1.0", "1.1"])("reads HTTP/%s", (version) => {
    expect(requestHead(requests(`GET / HTTP/${version}\r\n${HOST}\r\n`)).version).toBe(version);
    const said = responses(`HTTP/${version} 200 OK\r\nContent-Length: 0\r\n\r\n`);
    expect(responseHead(said).version).toBe(version);
  });

  it.each(["0.9", "1.2", "1.9", "2.0", "3.0", "9.1"])(
    "refuses HTTP/%s as unsupported",
    (version) => {
      expect(verdict(requests(`GET / HTTP/${version}\r\n${HOST}\r\n`))).toBe(
        "version.unsupported @6 505",
      );
      expect(verdict(responses(`HTTP/${version} 200 OK\r\n\r\n`))).toBe(
        "version.unsupported @0 close",
      );
    },
  );

  it.each([
    "http/1.1",
    "HTTP/1",
    "HTTP/1.",
    "HTTP/11",
    "HTTP/1.10",
    "HTTP/01.1",
    "HTTP/1,1",
    "HTTP 1.1",
    "HTTPS/1.1",
    "HTTP/x.1",
    "HTTP/1.x",
    "HTTP//1.1",
  ])("takes %s for no version", (version) => {
    expect(kind(requests(`GET / ${version}\r\n${HOST}\r\n`))).toBe("request-line.syntax 400");
    expect(kind(responses(`${version} 200 OK\r\n\r\n`))).toBe("status-line.syntax close");
  });
});

describe("row: C1 RFC 9112 §3 request line", () => {
  it("hands out method, target and version as sent", () => {
    fc.assert(
      fc.property(
        token(32).filter((method) => method !== "CONNECT" && !isRtsp(method)),
        fc.string({
          unit: fc
            .integer({ min: 0x21, max: 0x7e })
            .filter((code) => code !== 0x23)
            .map((code) => String.fromCharCode(code)),
          maxLength: 40,
        }),
        fc.constantFrom("1.0", "1.1"),
        (method, rest, version) => {
          const said = requests(`${method} /${rest} HTTP/${version}\r\n${HOST}\r\n`, {
            cuts: "few",
          });
          expect(requestHead(said)).toMatchObject({
            method,
            target: `/${rest}`,
            version,
            form: "origin",
          });
          expect(completed(said)).toBe(1);
        },
      ),
    );
  });

  it.each([
    ["two spaces after the method", "GET  / HTTP/1.1", "request-line.syntax @4 400"],
    ["two spaces before the version", "GET /  HTTP/1.1", "target.form @5 400"],
    ["a space at the end", "GET / HTTP/1.1 ", "request-line.syntax @14 400"],
    ["a space in front", " GET / HTTP/1.1", "method.syntax @0 400"],
    ["a tab after the method", "GET\t/ HTTP/1.1", "method.syntax @3 400"],
    ["a tab before the version", "GET /\tHTTP/1.1", "target.form @5 400"],
    ["a form feed", "GET\f/ HTTP/1.1", "method.syntax @3 400"],
    ["no target", "GET HTTP/1.1", "request-line.syntax @12 400"],
    ["no version", "GET /", "request-line.syntax @5 400"],
    ["no version, but its space", "GET / ", "request-line.syntax @6 400"],
    ["nothing but a method", "GET", "request-line.syntax @3 400"],
    ["a space inside the target", "GET /a b HTTP/1.1", "target.form @6 400"],
    ["a second version", "GET / HTTP/1.1 HTTP/1.1", "target.form @5 400"],
    ["text after the version", "GET / HTTP/1.1x", "request-line.syntax @14 400"],
  ])("refuses %s", (_, line, refused) => {
    expect(verdict(requests(`${line}\r\n${HOST}\r\n`))).toBe(refused);
  });
});

describe("row: C1 RFC 9112 §3.1 method", () => {
  it("is case-sensitive and handed out as sent", () => {
    for (const method of ["GET", "get", "Get", "M-SEARCH", "X!#$%&'*+-.^_`|~9"])
      expect(requestHead(requests(`${method} / HTTP/1.1\r\n${HOST}\r\n`)).method).toBe(method);
  });

  it("is a token: any other byte is refused where it stands", () => {
    for (let byte = 0; byte < 256; byte++) {
      const mark = String.fromCharCode(byte);
      const said = requests(`G${mark}T / HTTP/1.1\r\n${HOST}\r\n`, { cuts: "few" });
      const wanted = TOKEN.includes(mark)
        ? "accepted"
        : mark === "\n"
          ? "line.ending @1 400"
          : mark === "\r"
            ? "line.ending @1 400"
            : mark === " "
              ? "target.form @3 400"
              : "method.syntax @1 400";
      expect(verdict(said), `byte ${byte}`).toBe(wanted);
    }
  });

  it("answers 501 to a method of RTSP", () => {
    for (const method of ["DESCRIBE", "SETUP", "PLAY", "TEARDOWN", "ANNOUNCE"])
      expect(verdict(requests(`${method} / HTTP/1.1\r\n${HOST}\r\n`))).toBe("method.syntax @0 501");
  });
});

describe("row: C1 RFC 9112 §3.2 request target", () => {
  it.each([
    ["GET", "/", "origin"],
    ["GET", "/a/b?c=d&e", "origin"],
    ["GET", "/%00%0d%0A/..//", "origin"],
    ["GET", "//a/b", "origin"],
    ["GET", "/?http://b/", "origin"],
    ["GET", "http://a/", "absolute"],
    ["GET", "HTTP://A", "absolute"],
    ["GET", "http://a?b", "absolute"],
    ["OPTIONS", "*", "asterisk"],
    ["OPTIONS", "/", "origin"],
    ["CONNECT", "a:80", "authority"],
  ])("reads %s %s as %s-form", (method, target, form) => {
    const host = method === "CONNECT" ? "a:80" : "a";
    const head = requestHead(requests(`${method} ${target} HTTP/1.1\r\nHost: ${host}\r\n\r\n`));
    expect(head).toMatchObject({ method, target, form, authority: host });
  });

  it.each([
    ["GET", "*"],
    ["GET", "a"],
    ["GET", "a/b"],
    ["GET", "a:80"],
    ["GET", "?a"],
    ["GET", "%2f"],
    ["GET", "http:/a"],
    ["GET", "http:a"],
    ["GET", "http://"],
    ["GET", "http:///b"],
    ["GET", "http://?b"],
    ["GET", "http://u@a/"],
    ["GET", "http://u:p@a/"],
    ["GET", "http://@a/"],
    ["GET", "http://a:/"],
    ["GET", "http://a:b/"],
    ["GET", "http://a:65536/"],
    ["GET", "http://[::1/"],
    ["GET", "http://a\\b/"],
    ["GET", "ftp://a/"],
    ["GET", "ws://a/"],
    ["GET", "file:///a"],
    ["OPTIONS", "**"],
    ["CONNECT", "/"],
    ["CONNECT", "a"],
    ["CONNECT", "a:"],
    ["CONNECT", "http://a:80/"],
    ["CONNECT", "a:80/"],
    ["CONNECT", "u@a:80"],
    ["CONNECT", "*"],
  ])("refuses %s %s", (method, target) => {
    const at = method.length + 1;
    expect(verdict(requests(`${method} ${target} HTTP/1.1\r\n${HOST}\r\n`))).toBe(
      `target.form @${at} 400`,
    );
  });

  it("holds visible ASCII without # only, at any place", () => {
    for (let place = 0; place <= 8; place++)
      for (let byte = 0; byte < 256; byte++) {
        const mark = String.fromCharCode(byte);
        const target = `/${"a".repeat(place)}${mark}${"b".repeat(9)}`;
        const said = requests(`GET ${target} HTTP/1.1\r\n${HOST}\r\n`, { cuts: "few" });
        const wanted =
          mark === "\r" || mark === "\n"
            ? `line.ending @${5 + place} 400`
            : byte > 0x20 && byte < 0x7f && mark !== "#"
              ? "accepted"
              : `target.form @${5 + place} 400`;
        expect(verdict(said), `byte ${byte}`).toBe(wanted);
      }
  });

  it("refuses an origin-form that starts with // in the strict preset", () => {
    const input = `GET //b/c HTTP/1.1\r\n${HOST}\r\n`;
    expect(verdict(requests(input, { preset: "strict" }))).toBe("target.form @4 400");
    expect(verdict(requests(`GET /b//c HTTP/1.1\r\n${HOST}\r\n`, { preset: "strict" }))).toBe(
      "accepted",
    );
    expect(requestHead(requests(input)).target).toBe("//b/c");
  });

  it("asks for exactly one valid Host in HTTP/1.1", () => {
    expect(verdict(requests("GET / HTTP/1.1\r\n\r\n"))).toBe("host.missing @16 400");
    expect(verdict(requests("GET / HTTP/1.1\r\nb: c\r\n\r\n"))).toBe("host.missing @22 400");
    expect(verdict(requests("GET http://a/ HTTP/1.1\r\n\r\n"))).toBe("host.missing @24 400");
    expect(verdict(requests(`GET / HTTP/1.1\r\n${HOST}${HOST}\r\n`))).toBe(
      "host.duplicate @25 400",
    );
    expect(verdict(requests("GET / HTTP/1.1\r\nHost:\r\n\r\n"))).toBe("host.syntax @21 400");
    expect(verdict(requests("GET / HTTP/1.1\r\nHost: a b\r\n\r\n"))).toBe("host.syntax @22 400");
  });

  it("lets HTTP/1.0 leave Host out, but not send a bad one", () => {
    expect(requestHead(requests("GET / HTTP/1.0\r\n\r\n")).authority).toBeUndefined();
    expect(requestHead(requests("GET http://b/ HTTP/1.0\r\n\r\n")).authority).toBe("b");
    expect(requestHead(requests(`GET / HTTP/1.0\r\n${HOST}\r\n`)).authority).toBe("a");
    expect(verdict(requests("GET / HTTP/1.0\r\nHost: a/\r\n\r\n"))).toBe("host.syntax @22 400");
    expect(verdict(requests(`GET / HTTP/1.0\r\n${HOST}${HOST}\r\n`))).toBe(
      "host.duplicate @25 400",
    );
  });
});

describe("row: C1 RFC 9112 §4 status line", () => {
  it("hands out status and reason as sent", () => {
    const reasonByte = fc.integer({ min: 0x20, max: 0xff }).filter((code) => code !== 0x7f);
    fc.assert(
      fc.property(
        fc.integer({ min: 200, max: 599 }),
        fc.string({ unit: reasonByte.map((code) => String.fromCharCode(code)), maxLength: 20 }),
        (status, reason) => {
          const said = responses(`HTTP/1.1 ${status} ${reason}\r\nb: \xe9\r\n\r\n`, {
            cuts: "few",
          });
          expect(responseHead(said)).toMatchObject({ status, reason, fields: [["b", "\xe9"]] });
        },
      ),
    );
  });

  it("lets the reason be empty, but not its space", () => {
    expect(responseHead(responses("HTTP/1.1 204 \r\n\r\n")).reason).toBe("");
    expect(verdict(responses("HTTP/1.1 204\r\n\r\n"))).toBe("status-line.syntax @12 close");
  });

  it.each([
    ["a space more", "HTTP/1.1  200 OK", "status-line.syntax @9 close"],
    ["a tab", "HTTP/1.1\t200 OK", "status-line.syntax @8 close"],
    ["two digits", "HTTP/1.1 20 OK", "status-line.syntax @11 close"],
    ["four digits", "HTTP/1.1 2000 OK", "status-line.syntax @12 close"],
    ["a letter", "HTTP/1.1 2x0 OK", "status-line.syntax @10 close"],
    ["a sign", "HTTP/1.1 -20 OK", "status-line.syntax @9 close"],
    ["a status below 100", "HTTP/1.1 099 OK", "status-line.syntax @9 close"],
    ["a status above 599", "HTTP/1.1 600 OK", "status-line.syntax @9 close"],
    ["a control character in the reason", "HTTP/1.1 200 O\x00K", "status-line.syntax @14 close"],
    ["DEL in the reason", "HTTP/1.1 200 \x7f", "status-line.syntax @13 close"],
    ["a bare LF", "HTTP/1.1 200 OK\nb: c", "line.ending @15 close"],
    ["a bare CR", "HTTP/1.1 200 OK\rb: c", "line.ending @15 close"],
    ["a bare LF in front of the reason", "HTTP/1.1 200\nb: c", "line.ending @12 close"],
  ])("refuses %s", (_, line, refused) => {
    expect(verdict(responses(`${line}\r\nContent-Length: 0\r\n\r\n`))).toBe(refused);
  });

  it.each([100, 199, 200, 599])("reads status %i", (status) => {
    expect(verdict(responses(`HTTP/1.1 ${status} x\r\n\r\n`))).toBe("accepted");
  });
});

function isRtsp(method: string): boolean {
  return /^(ANNOUNCE|DESCRIBE|FLUSH|GET_PARAMETER|PAUSE|PLAY|RECORD|REDIRECT|SETUP|SET_PARAMETER|TEARDOWN)$/.test(
    method,
  );
}
