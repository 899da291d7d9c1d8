// RFC 9113 §8.2 and §8.3, clause by clause: what a field section of any kind may hold.

import { describe, expect, it } from "vitest";
import type { RequestHead } from "../src/heads.ts";
import { RequestSection } from "../src/request-section.ts";
import { ResponseSection } from "../src/response-section.ts";
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
