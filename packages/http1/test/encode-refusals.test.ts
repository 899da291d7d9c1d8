// What the encoder refuses, because a decoder on the other side would: one case for each rule.

import {
  ServerConnection,
  encodeRequestHead,
  encodeResponseHead,
  type Http1Options,
} from "@wirewall/http1";
import { UsageError } from "@wirewall/limits";
import { describe, expect, it } from "vitest";
import { listen, taken, tell } from "./converse.ts";
import { bytes, text } from "./drive.ts";
import { adopt } from "./hostile.ts";

const GET = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";

describe("row: C1 the encoder refuses what a decoder refuses", () => {
  const refused = (lines: readonly (readonly [string, string])[]): void => {
    expect(() =>
      encodeRequestHead({ method: "GET", target: "/", fields: adopt(lines), content: "none" }),
    ).toThrow();
  };

  it("in requests: Host missing, bad, twice, or against the target", () => {
    refused([]);
    refused([["host", "a b"]]);
    refused([["host", ""]]);
    refused([
      ["host", "a"],
      ["host", "a"],
    ]);
    expect(() =>
      encodeRequestHead({
        method: "GET",
        target: "http://b/",
        fields: adopt([["host", "a"]]),
        content: "none",
      }),
    ).toThrow(TypeError);
    expect(() =>
      encodeRequestHead({
        method: "CONNECT",
        target: "a:80",
        fields: adopt([["host", "a:80"]]),
        content: 5,
      }),
    ).toThrow(TypeError);
  });

  it("in requests: expectations other than 100-continue, and two of them", () => {
    refused([
      ["host", "a"],
      ["expect", "x"],
    ]);
    refused([
      ["host", "a"],
      ["expect", "100-continue"],
      ["expect", "100-continue"],
    ]);
    expect(
      text(
        encodeRequestHead({
          method: "PUT",
          target: "/",
          fields: adopt([
            ["host", "a"],
            ["expect", "100-Continue"],
          ]),
          content: 1,
        }),
      ),
    ).toMatch(/expect: 100-Continue/);
  });

  it("singletons that repeat", () => {
    for (const name of ["content-type", "location", "authorization", "content-range"]) {
      refused([
        ["host", "a"],
        [name, "b"],
        [name, "b"],
      ]);
      expect(() =>
        encodeResponseHead({
          status: 200,
          fields: adopt([
            [name, "b"],
            [name, "b"],
          ]),
          content: "none",
        }),
      ).toThrow(TypeError);
    }
    expect(
      encodeResponseHead({
        status: 200,
        fields: adopt([
          ["set-cookie", "b"],
          ["set-cookie", "c"],
        ]),
        content: "none",
      }),
    ).toBeInstanceOf(Uint8Array);
  });

  it("a Connection field that is no list, and names that are too long", () => {
    for (const value of ["a b", "(", 'a, "b"']) {
      refused([
        ["host", "a"],
        ["connection", value],
      ]);
      expect(() =>
        encodeResponseHead({
          status: 200,
          fields: adopt([["connection", value]]),
          content: "none",
        }),
      ).toThrow(TypeError);
    }
    refused([
      ["host", "a"],
      ["n".repeat(257), "b"],
    ]);
    expect(
      encodeResponseHead({ status: 200, fields: adopt([["n".repeat(256), "b"]]), content: "none" }),
    ).toBeInstanceOf(Uint8Array);
  });

  it("more lines or bytes than the limits, at each side of the edge", () => {
    const limits: NonNullable<Http1Options["limits"]> = {
      maxHeaderCount: 8,
      maxHeaderBytes: 100,
      maxTrailerCount: 2,
      maxTrailerBytes: 64,
    };
    const answer = (count: number, valueBytes: number): string => {
      const server = new ServerConnection({ limits });
      tell(server, GET);
      const lines = Array.from({ length: count }, () => ["b", "x".repeat(valueBytes)] as const);
      server.sendHead({ status: 200, fields: adopt(lines), content: "stream" });
      return taken(server);
    };
    expect(answer(5, 0)).toMatch(/^HTTP/);
    expect(() => answer(6, 0)).toThrow(RangeError);
    // "transfer-encoding: chunked\r\n" has 28 bytes, "b: \r\n" has 5.
    expect(answer(1, 100 - 28 - 5)).toMatch(/^HTTP/);
    expect(() => answer(1, 100 - 28 - 4)).toThrow(RangeError);

    const trail = (count: number, valueBytes: number): void => {
      const server = new ServerConnection({ limits });
      tell(server, GET);
      server.sendHead({ status: 200, content: "stream" });
      server.sendEnd(
        adopt(Array.from({ length: count }, () => ["b", "x".repeat(valueBytes)] as const)),
      );
    };
    trail(2, 0);
    expect(() => trail(3, 0)).toThrow(RangeError);
    trail(1, 59);
    expect(() => trail(1, 60)).toThrow(RangeError);
  });

  it("content that is not bytes, and misuse of the order", () => {
    const server = new ServerConnection();
    tell(server, GET);
    server.sendHead({ status: 200, content: "stream" });
    expect(() => server.sendContent("text" as unknown as Uint8Array)).toThrow(TypeError);
    expect(() => server.sendHead({ status: 200, content: "none" })).toThrow(UsageError);
    server.sendEnd();
    expect(() => server.sendEnd()).toThrow(UsageError);
    expect(() => server.sendContent(bytes("x"))).toThrow(UsageError);
    expect(listen(server)).toEqual([]);
    expect(() => server.receive("text" as unknown as Uint8Array)).toThrow(TypeError);
  });
});
