// RFC 9110 §7.6.1 and §6.5.1: what does not travel on, and what may not stand in trailers.

import { describe, expect, it } from "vitest";
import { connectionFields, Fields, isForbiddenTrailer } from "@wirewall/fields";

const HOP_BY_HOP = [
  "connection",
  "http2-settings",
  "keep-alive",
  "proxy-authenticate",
  "proxy-authentication-info",
  "proxy-authorization",
  "proxy-connection",
  "te",
  "trailer",
  "transfer-encoding",
  "upgrade",
];

/** What §6.5.1 names by kind, with the fields of each kind in RFC 9110, 9111, 6265 and 7239. */
const IN_HEAD_ONLY = {
  framing: ["content-length"],
  routing: ["host", "max-forwards", "via", "forwarded", "x-forwarded-for", "x-forwarded-host"],
  "more routing": ["x-forwarded-proto", "x-real-ip"],
  "request modifiers": ["cache-control", "expect", "pragma", "range", "if-match", "if-none-match"],
  conditions: ["if-modified-since", "if-unmodified-since", "if-range"],
  authentication: ["authorization", "www-authenticate", "cookie", "set-cookie"],
  "response control": ["age", "date", "expires", "location", "retry-after", "vary", "warning"],
  content: ["content-encoding", "content-type", "content-range", "content-location"],
  "more content": ["content-disposition"],
};
const inHeadOnly = Object.values(IN_HEAD_ONLY).flat();

/** Made for trailers: checksums, states and times that are known at the end only. */
const LEGAL = [
  "authentication-info",
  "content-digest",
  "content-md5",
  "digest",
  "etag",
  "grpc-message",
  "grpc-status",
  "last-modified",
  "repr-digest",
  "server-timing",
  "x-checksum",
  "__proto__",
  "constructor",
  "",
];

describe("RFC 9110 §6.5.1 trailers", () => {
  it.each([...HOP_BY_HOP, ...inHeadOnly])("%s is forbidden", (name) => {
    expect(isForbiddenTrailer(name)).toBe(true);
    expect(isForbiddenTrailer(`${name}x`), "as a whole name").toBe(false);
    expect(isForbiddenTrailer(`x${name}`), "as a whole name").toBe(false);
  });

  it.each(LEGAL)("%j is legal", (name) => {
    expect(isForbiddenTrailer(name)).toBe(false);
  });
});

describe("RFC 9110 §7.6.1 fields of one connection", () => {
  const namesOf = (...values: string[]): unknown => {
    const result = connectionFields(new Fields(values.map((value) => ["Connection", value])));
    return "type" in result ? result : [...result].toSorted();
  };

  it("are the known ones where Connection lists none", () => {
    expect(namesOf()).toEqual(HOP_BY_HOP);
    for (const value of ["", ",", "close", "keep-alive"])
      expect(namesOf(value)).toEqual(
        [...new Set([...HOP_BY_HOP, ...(value === "close" ? ["close"] : [])])].toSorted(),
      );
  });

  it("are those that any Connection line lists, in any letter case, as well", () => {
    expect(namesOf("X-A, close", "x-b")).toEqual([...HOP_BY_HOP, "close", "x-a", "x-b"].toSorted());
    expect(namesOf("__proto__")).toEqual([...HOP_BY_HOP, "__proto__"].toSorted());
  });

  it.each(inHeadOnly)("never hold %s, which a peer could take away by listing it", (name) => {
    expect(namesOf(`${name}, x-a`)).toEqual([...HOP_BY_HOP, "x-a"].toSorted());
    expect(namesOf(name.toUpperCase())).toEqual(HOP_BY_HOP);
  });

  it("are not read from a list that is none, or too long", () => {
    expect(namesOf("close", "a b")).toMatchObject({ code: "fields.list.syntax", offset: 0 });
    expect(namesOf("a,".repeat(300))).toMatchObject({ code: "fields.list.count", offset: 512 });
    expect(namesOf(...Array.from({ length: 257 }, () => "a"))).toMatchObject({
      code: "fields.list.count",
    });
  });

  it("of one message do not show in the next", () => {
    namesOf("x-a");
    expect(namesOf()).toEqual(HOP_BY_HOP);
  });
});
