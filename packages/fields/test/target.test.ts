// RFC 9112 §3.2, RFC 9113 §8.3.1, RFC 9110 §8.6: what stands in a target, in a length, and a port.

import { describe, expect, it } from "vitest";
import { hasPort, isTargetText, readContentLength, targetBytes } from "@wirewall/fields";

describe("RFC 9112 §3.2 a target", () => {
  it("holds visible ASCII but for #, whichever byte and place", () => {
    for (let byte = 0; byte < 256; byte++) {
      const allowed = byte > 0x20 && byte < 0x7f && byte !== 0x23;
      const character = String.fromCharCode(byte);
      expect([byte, targetBytes[byte]]).toEqual([byte, allowed ? 1 : 0]);
      for (const text of [character, `${character}a`, `/a${character}b`, `/${character}`])
        expect([byte, isTargetText(text)]).toEqual([byte, allowed]);
    }
  });

  it("is a text that is not empty, of bytes", () => {
    expect(isTargetText("")).toBe(false);
    expect(isTargetText("/\u0121")).toBe(false);
    expect(isTargetText(undefined as unknown as string)).toBe(false);
    expect(isTargetText(["/"] as unknown as string)).toBe(false);
  });
});

describe("RFC 9110 §8.6 a length", () => {
  it.each([
    ["0", 0],
    ["10", 10],
    ["007", 7],
    ["999999999999999", 999_999_999_999_999],
  ])("%s", (text, length) => {
    expect(readContentLength(text, 15)).toBe(length);
  });

  it.each(["", " 1", "1 ", "+1", "-1", "1,1", "1.0", "0x1", "1e1", "\xb2", "1000000000000000"])(
    "%j is none of up to 15 digits",
    (text) => {
      expect(readContentLength(text, 15)).toBeUndefined();
    },
  );
});

describe("RFC 3986 §3.2.3 a port", () => {
  it.each([
    ["a", false],
    ["a:1", true],
    ["[::1]", false],
    ["[::1]:1", true],
  ])("%s", (authority, has) => {
    expect(hasPort(authority)).toBe(has);
  });
});
