// Reading is fast for plain input, and what makes it fast is shared between connections: scratch
// space, a copy of what is read, known names, a place where small pieces are gathered. None of it
// may show: not in what is read, and not from one connection to another.

import { RequestDecoder, ResponseDecoder, isViolation } from "@wirewall/http1";
import type { Decoder } from "@wirewall/limits";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  bytes,
  contentOf,
  hear,
  kind,
  plain,
  requestHead,
  requests,
  responses,
  text,
  type Said,
} from "./drive.ts";

const HOST = "Host: a\r\n";
const TOKEN = "!#$%&'*+-.^_`|~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

/** Registered names, all that decide and many that are sent every day. */
const NAMES =
  "host content-length transfer-encoding connection expect upgrade accept accept-charset accept-encoding accept-language " +
  "access-control-request-headers access-control-request-method age alt-svc authorization cache-control content-disposition " +
  "content-encoding content-language content-location content-range content-security-policy content-type cookie date dnt etag " +
  "expires forwarded from if-match if-modified-since if-none-match if-range if-unmodified-since keep-alive last-modified link " +
  "location max-forwards origin pragma priority proxy-authenticate proxy-authorization proxy-connection range referer " +
  "retry-after sec-ch-ua sec-ch-ua-mobile sec-ch-ua-platform sec-fetch-dest sec-fetch-mode sec-fetch-site sec-fetch-user " +
  "sec-websocket-accept sec-websocket-extensions sec-websocket-key sec-websocket-protocol sec-websocket-version server " +
  "set-cookie strict-transport-security te traceparent tracestate trailer upgrade-insecure-requests user-agent vary via " +
  "www-authenticate x-content-type-options x-forwarded-for x-forwarded-host x-forwarded-proto x-frame-options x-real-ip " +
  "x-request-id x-requested-with";

const names = NAMES.split(" ");
const deciding = new Set(names.slice(0, 6));

/** The name with each letter in the case that a bit says. */
function inCase(name: string, bits: number): string {
  return Array.from(name, (letter, at) =>
    (bits >> (at % 31)) & 1 ? letter.toUpperCase() : letter,
  ).join("");
}

function fieldsOf(lines: string, cuts: "all" | "few" = "few"): unknown {
  return requestHead(requests(`GET / HTTP/1.1\r\n${HOST}${lines}\r\n`, { cuts })).fields.slice(1);
}

describe("row: C1 known names", () => {
  it("are read in any case, and stand for themselves", () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...names.filter((name) => !deciding.has(name))),
        fc.nat(),
        (name, bits) => {
          expect(fieldsOf(`${inCase(name, bits)}: v\r\n`)).toEqual([[name, "v"]]);
        },
      ),
      { numRuns: 500 },
    );
    for (const name of names.filter((each) => !deciding.has(each))) {
      expect(fieldsOf(`${name}: v\r\n`)).toEqual([[name, "v"]]);
      expect(fieldsOf(`${name.toUpperCase()}: v\r\n`)).toEqual([[name, "v"]]);
    }
  });

  it("are not taken for others that are nearly the same", () => {
    const change = fc.tuple(
      fc.constantFrom(...names),
      fc.nat(),
      fc.constantFrom(...TOKEN),
      fc.constantFrom("put", "cut", "set", "swap"),
    );
    fc.assert(
      fc.property(change, ([name, at, mark, how]) => {
        const place = at % name.length;
        const left = name.slice(0, place);
        const right = name.slice(place + 1);
        const other =
          how === "put"
            ? left + mark + name.slice(place)
            : how === "cut"
              ? left + right
              : how === "set"
                ? left + mark + right
                : left + right.slice(0, 1) + name.slice(place, place + 1) + right.slice(1);
        const sent = other === "" || deciding.has(other.toLowerCase()) ? "x" : other;
        expect(fieldsOf(`${sent}: v\r\n`)).toEqual([[sent.toLowerCase(), "v"]]);
      }),
      { numRuns: 3_000 },
    );
  });

  it("each that decides does so in any case, alone and among others", () => {
    fc.assert(
      fc.property(
        fc.nat(),
        fc.constantFrom("", "B: c\r\n", "b:c\r\n", `${"Accept: x\r\n".repeat(20)}`),
        (bits, before) => {
          const kindOf = (lines: string): string =>
            kind(requests(`POST / HTTP/1.1\r\n${before}${lines}\r\n`, { cuts: "few", end: false }));
          const host = `${inCase("host", bits)}: a\r\n`;
          expect(kindOf(host + host)).toBe("host.duplicate 400");
          expect(kindOf(`${host}${inCase("content-length", bits)}: x\r\n`)).toBe(
            "framing.length 400",
          );
          expect(kindOf(`${host}${inCase("transfer-encoding", bits)}: x\r\n`)).toBe(
            "framing.coding 400",
          );
          expect(kindOf(`${host}${inCase("connection", bits)}: (\r\n`)).toBe("field.value 400");
          expect(kindOf(`${host}${inCase("expect", bits)}: x\r\n`)).toBe("expect.unknown 417");
          const upgrade = `${host}${inCase("connection", bits)}: upgrade\r\n${inCase("upgrade", bits)}: b\r\n`;
          expect(
            requestHead(requests(`GET / HTTP/1.1\r\n${before}${upgrade}\r\n`, { cuts: "few" }))
              .upgrade,
          ).toEqual(["b"]);
          const framed = `HTTP/1.1 200 OK\r\n${before}`;
          expect(
            kind(
              responses(`${framed}${inCase("content-length", bits)}: x\r\n\r\n`, { cuts: "few" }),
            ),
          ).toBe("framing.length close");
          expect(
            kind(
              responses(`${framed}${inCase("transfer-encoding", bits)}: x\r\n\r\n`, {
                cuts: "few",
              }),
            ),
          ).toBe("framing.coding close");
        },
      ),
    );
  });
});

describe("row: C1 heads of all sizes", () => {
  it.each([1, 2, 3, 63, 64, 65, 127])("%i lines after Host, of different lengths", (count) => {
    const lines = Array.from(
      { length: count },
      (_, at) => [`n${"x".repeat(at % 40)}${at}`, "v".repeat((at * 7) % 60)] as const,
    );
    const sent = lines.map(([name, value]) => `${name}: ${value}\r\n`).join("");
    expect(fieldsOf(sent)).toEqual(lines);
    const rest = `${sent}Content-Length: 3\r\n`;
    const said = requests(`PUT /p HTTP/1.1\r\n${HOST}${rest}\r\nabc`, {
      cuts: "few",
      limits: { maxHeaderCount: 200 },
    });
    expect(contentOf(said)).toBe("abc");
  });

  it("at every place relative to what is read at once", () => {
    for (let length = 980; length < 1_060; length++)
      expect(fieldsOf(`b: ${"x".repeat(length)}\r\nc: d\r\n`)).toEqual([
        ["b", "x".repeat(length)],
        ["c", "d"],
      ]);
    for (let length = 2_000; length < 2_060; length++)
      expect(fieldsOf(`b: ${"x".repeat(length)}\r\nc: d\r\n`)).toEqual([
        ["b", "x".repeat(length)],
        ["c", "d"],
      ]);
    for (const length of [1_000, 2_020, 2_040, 4_000, 8_100]) {
      const head = requestHead(
        requests(`GET /${"t".repeat(length)} HTTP/1.1\r\n${HOST}b: c\r\n\r\n`, { cuts: "few" }),
      );
      expect(head.target).toHaveLength(length + 1);
      expect(head.fields).toHaveLength(2);
    }
  });

  it("many requests in one chunk, with what is no plain line among them", () => {
    const line = fc.constantFrom(
      "Accept: */*",
      "b:c",
      "B: c ",
      "b:  c",
      "b: \xe9",
      "b:",
      "b: c\td",
      "Cookie: a=b; c=d",
      "x-long: " + "v".repeat(300),
      "n".repeat(70) + ": v",
    );
    const one = fc.record({
      method: fc.constantFrom("GET", "PUT", "POST", "HEAD", "DELETE", "GE", "GETS", "get"),
      target: fc.constantFrom("/", "/a?b=c&d", "/" + "long/".repeat(60), "http://a/x"),
      version: fc.constantFrom("1.1", "1.1", "1.0"),
      lines: fc.array(line, { maxLength: 6 }),
      content: fc.constantFrom("", "abc", "GET / HTTP/1.1\r\n\r\n"),
    });
    fc.assert(
      fc.property(fc.array(one, { minLength: 1, maxLength: 12 }), (all) => {
        const input = all
          .map(({ method, target, version, lines, content }) => {
            const keep = version === "1.0" ? "Connection: keep-alive\r\n" : "";
            return `${method} ${target} HTTP/${version}\r\n${HOST}${keep}${lines.map((each) => `${each}\r\n`).join("")}Content-Length: ${content.length}\r\n\r\n${content}`;
          })
          .join("");
        const said = requests(input, { cuts: "few" });
        const heads = said.flatMap((event) => (event.type === "request-head" ? [event] : []));
        expect(heads.map(({ method, target, version }) => [method, target, version])).toEqual(
          all.map(({ method, target, version }) => [method, target, version]),
        );
        expect(
          heads.map(({ fields }) => fields.slice(1, -1).filter(([name]) => name !== "connection")),
        ).toEqual(
          all.map(({ lines }) =>
            lines.map((each) => {
              const colon = each.indexOf(":");
              return [
                each.slice(0, colon).toLowerCase(),
                each.slice(colon + 1).replaceAll(/^[ \t]+|[ \t]+$/g, ""),
              ];
            }),
          ),
        );
        expect(contentOf(said)).toBe(all.map(({ content }) => content).join(""));
      }),
      { numRuns: 300 },
    );
  });

  it("one byte of any value anywhere in a plain head is read alike, whole and in pieces", () => {
    const head = `POST /abc/def?ghi=jkl HTTP/1.1\r\n${HOST}Accept: text/html\r\nx-Name-1: value of it\r\nContent-Length: 2\r\n\r\nok`;
    for (let at = 0; at < head.length; at++)
      for (const byte of [
        "\0",
        "\t",
        "\n",
        "\r",
        " ",
        "!",
        "#",
        "/",
        "0",
        ":",
        "@",
        "A",
        "[",
        "`",
        "h",
        "{",
        "~",
        "\x7f",
        "\x80",
        "\xff",
      ])
        requests(head.slice(0, at) + byte + head.slice(at + 1), { cuts: "few" });
  });
});

describe("row: C1 connections next to each other", () => {
  const lines = (count: number, tag: string): string =>
    Array.from({ length: count }, (_, at) => `${tag}-${at}: ${tag.repeat(at % 9)}${at}\r\n`).join(
      "",
    );
  const message = fc.oneof(
    fc
      .tuple(fc.nat({ max: 120 }), fc.constantFrom("a", "b", "c"))
      .map(([count, tag]) => `GET /${tag}${count} HTTP/1.1\r\n${HOST}${lines(count, tag)}\r\n`),
    fc
      .tuple(fc.nat({ max: 30 }), fc.constantFrom("d", "e"))
      .map(
        ([count, tag]) =>
          `POST /${tag} HTTP/1.1\r\n${HOST}Transfer-Encoding: chunked\r\n\r\n${`3\r\n${tag.repeat(3)}\r\n`.repeat(count)}0\r\n${lines(count, tag)}\r\n`,
      ),
    fc
      .tuple(fc.nat({ max: 3_000 }), fc.constantFrom("f", "g"))
      .map(
        ([size, tag]) =>
          `PUT /${tag} HTTP/1.1\r\n${HOST}Content-Length: ${size}\r\nx: ${tag.repeat(size % 700)}\r\n\r\n${tag.repeat(size)}`,
      ),
  );
  const stream = fc.array(message, { minLength: 1, maxLength: 3 }).map((all) => all.join(""));

  it("read what each would alone, however their bytes are mixed", () => {
    fc.assert(
      fc.property(
        fc.array(stream, { minLength: 2, maxLength: 4 }),
        fc.array(fc.tuple(fc.nat(), fc.integer({ min: 1, max: 900 }), fc.boolean()), {
          maxLength: 60,
        }),
        (streams, order) => {
          const limits = { maxTrailerCount: 200 };
          const alone = streams.map((input) =>
            hear(new RequestDecoder({ limits }), [bytes(input)]),
          );
          const decoders = streams.map(() => new RequestDecoder({ limits }));
          const said: Said[][] = streams.map(() => []);
          const at = streams.map(() => 0);
          const open: Decoder<object>[] = decoders;
          const pull = (which: number, once: boolean): void => {
            for (
              let event = open[which]?.next();
              event !== undefined;
              event = open[which]?.next()
            ) {
              said[which]?.push(plain(event));
              if (once) return;
            }
          };
          const feed = (which: number, size: number): void => {
            const place = at[which] ?? 0;
            const part = streams[which]?.slice(place, place + size) ?? "";
            at[which] = place + part.length;
            if (part !== "") open[which]?.receive(bytes(part));
          };
          for (const [which, size, once] of order) {
            feed(which % streams.length, size);
            pull(which % streams.length, once);
          }
          for (const [which] of streams.entries()) {
            pull(which, false);
            feed(which, 1_000_000);
            pull(which, false);
          }
          expect(said.map(joined)).toEqual(alone.map(joined));
          expect(said.flat().some((event) => isViolation(event))).toBe(false);
        },
      ),
      { numRuns: 200 },
    );
  });

  it("of both roles, one half read while the other is", () => {
    const request = new RequestDecoder();
    const response = new ResponseDecoder();
    response.expect("GET");
    request.receive(bytes(`GET / HTTP/1.1\r\n${lines(70, "a")}`));
    expect(request.next()).toBeUndefined();
    response.receive(bytes(`HTTP/1.1 200 OK\r\n${lines(100, "b")}Content-Length: 0\r\n\r\n`));
    const answered = response.next();
    request.receive(bytes(`${HOST}\r\n`));
    const asked = request.next();
    expect(asked?.type === "request-head" && asked.fields.get("a-69")).toBe(
      "a".repeat(69 % 9) + "69",
    );
    expect(asked?.type === "request-head" && asked.fields.size).toBe(71);
    expect(answered?.type === "response-head" && answered.fields.get("b-99")).toBe("99");
  });

  it("content that was handed out is never written over", () => {
    const decoders = [new RequestDecoder(), new RequestDecoder()];
    const kept: [Uint8Array, string][] = [];
    for (const decoder of decoders)
      decoder.receive(bytes(`POST / HTTP/1.1\r\n${HOST}Transfer-Encoding: chunked\r\n\r\n`));
    for (let round = 0; round < 50; round++)
      for (const [which, decoder] of decoders.entries()) {
        const mark = String.fromCharCode(0x41 + ((round * 2 + which) % 26));
        decoder.receive(bytes(`2\r\n${mark}${mark}\r\n3\r\n${mark}`));
        decoder.receive(bytes(`${mark}${mark}\r\n`));
        for (let event = decoder.next(); event !== undefined; event = decoder.next())
          if (event.type === "content") kept.push([event.bytes, text(event.bytes)]);
      }
    for (const [piece, said] of kept) expect(text(piece)).toBe(said);
    expect(kept.map(([, said]) => said).join("")).toHaveLength(50 * 2 * 5);
  });
});

/** Content put together, whatever the cuts. */
function joined(said: readonly Said[]): unknown[] {
  const out: unknown[] = [];
  let content = "";
  for (const event of said) {
    if (event.type === "content") content += event.text;
    else {
      if (content !== "") out.push(content);
      content = "";
      out.push(event);
    }
  }
  return out;
}
