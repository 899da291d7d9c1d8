// RFC 9113 §8.3.2 and §8.1.1, clause by clause: what a response says, and how long content is.

import { describe, expect, it } from "vitest";
import type { RequestHead, ResponseHead } from "../src/heads.ts";
import { expectedBytes } from "../src/response-section.ts";
import { GET, OK, readRequest, readResponse, verdict, type Line } from "./sections.ts";

/** A request with more lines, which has content unless the test says otherwise. */
const request = (...more: Line[]): string => verdict(readRequest([...GET, ...more], open));
const open = { endStream: false } as const;
const head = (...more: Line[]): RequestHead => readRequest([...GET, ...more], open) as RequestHead;

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
