// What the laws and the fuzzer found, one test each.

import { Fields, type FieldName, type FieldValue } from "@wirewall/fields";
import {
  ClientConnection,
  RequestDecoder,
  ResponseDecoder,
  encodeRequestHead,
  encodeResponseHead,
} from "@wirewall/http1";
import type { Decoder } from "@wirewall/limits";
import { describe, expect, it } from "vitest";
import { ascii } from "./laws/shapes.js";

const asking = (maxBodyBytes: number): ResponseDecoder => {
  const decoder = new ResponseDecoder({ limits: { maxBodyBytes } });
  decoder.expect("GET");
  return decoder;
};

function lastOf(decoder: Decoder<object>, ...chunks: readonly string[]): object | undefined {
  let last: object | undefined;
  for (const chunk of chunks) {
    decoder.receive(ascii(chunk));
    for (let event = decoder.next(); event !== undefined; event = decoder.next()) last = event;
  }
  return last;
}

describe("NUL is no digit", () => {
  it.each(["HTTP/1.\0", "HTTP/\0.1"])("in the version of a request: %j", (version) => {
    expect(lastOf(new RequestDecoder(), `GET / ${version}\r\nHost: a\r\n\r\n`)).toMatchObject({
      code: "http1.request-line.syntax",
      reply: { status: 400 },
    });
  });

  it.each(["HTTP/1.\0 200 OK", "HTTP/1.1 20\0 OK", "HTTP/1.1 2\x000 OK", "HTTP/1.1 \x0000 OK"])(
    "in a status line: %j",
    (line) => {
      expect(lastOf(asking(5), `${line}\r\ncontent-length: 0\r\n\r\n`)).toMatchObject({
        code: "http1.status-line.syntax",
        offset: line.indexOf("\0"),
      });
    },
  );
});

describe("what a decoder refuses is not sent", () => {
  const nul = Fields.adopt(["host", "a", "\0", "v"] as (FieldName | FieldValue)[]);

  it("NUL as a field name", () => {
    expect(() => encodeResponseHead({ status: 200, fields: nul, content: 0 })).toThrow(TypeError);
    expect(() =>
      encodeRequestHead({ method: "GET", target: "/", fields: nul, content: "none" }),
    ).toThrow(TypeError);
  });

  it.each(["none", 0] as const)("trailers after a request with content %j", (content) => {
    const client = new ClientConnection();
    const fields = new Fields([["host", "a"]]);
    client.sendRequest({ method: "POST", target: "/", fields, content });
    expect(() => client.sendEnd(new Fields([["a", "b"]]))).toThrow(TypeError);
    expect(() => client.sendEnd()).not.toThrow();
  });
});

describe("a list that is kept with a head is bounded", () => {
  const offered = (count: number): unknown => {
    const list = Array.from({ length: count }, (_, at) => `p${at}/1`).join(", ");
    const lines = `Connection: upgrade\r\nUpgrade: ${list}\r\n`;
    const decoder = new RequestDecoder();
    decoder.receive(ascii(`GET / HTTP/1.1\r\nHost: a\r\n${lines}\r\n`));
    const head = decoder.next();
    return head?.type === "request-head" ? head.upgrade.length : head;
  };

  // threat: H1-27
  it("protocols to upgrade to: 16 are an offer, 17 are none", () => {
    expect(offered(1)).toBe(1);
    expect(offered(16)).toBe(16);
    expect(offered(17)).toBe(0);
    expect(offered(6_000)).toBe(0);
  });
});

describe("a refusal does not depend on the cut", () => {
  it.each([["xxxxxxxx"], ["xxxx", "xxxx"], ["xxxxxx", "xx"]])(
    "content until the end: %j",
    (...chunks) => {
      expect(lastOf(asking(5), "HTTP/1.1 200 OK\r\n\r\n", ...chunks)).toMatchObject({
        code: "http1.body.too-large",
        limit: { name: "maxBodyBytes", max: 5, observed: 6 },
      });
    },
  );
});
