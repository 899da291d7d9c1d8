// RFC 9110 §5.1, §5.5, §5.6.2: each byte in each place, against sets written down from the ABNF.

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  Fields,
  fieldName,
  fieldValue,
  isFieldValue,
  isToken,
  tokenBytes,
  valueBytes,
} from "@wirewall/fields";

const BYTES = Array.from({ length: 256 }, (_, byte) => byte);
const PLACES = ["alone", "first", "middle", "last"] as const;

/** §5.6.2: tchar. */
const TCHAR = new Set(
  Array.from(
    "!#$%&'*+-.^_`|~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz",
    (character) => character.charCodeAt(0),
  ),
);
const isBlank = (byte: number): boolean => byte === 0x09 || byte === 0x20;
/** §5.5: field-vchar is VCHAR (0x21 to 0x7E) or obs-text (0x80 to 0xFF). */
const isFieldVchar = (byte: number): boolean => byte >= 0x21 && byte <= 0xff && byte !== 0x7f;

function textWith(byte: number, place: (typeof PLACES)[number]): string {
  const character = String.fromCharCode(byte);
  if (place === "alone") return character;
  return place === "first"
    ? `${character}xy`
    : place === "last"
      ? `xy${character}`
      : `x${character}y`;
}

describe("row: L4 threat: H1-14 RFC 9110 §5.6.2 a token", () => {
  it.each(PLACES)("holds tchar and no other of 256 bytes: %s", (place) => {
    for (const byte of BYTES) {
      const text = textWith(byte, place);
      expect(isToken(text), `0x${byte.toString(16)}`).toBe(TCHAR.has(byte));
      if (TCHAR.has(byte)) expect(fieldName(text)).toBe(text.toLowerCase());
      else expect(() => fieldName(text)).toThrow(TypeError);
    }
  });

  it("is not empty, and nothing but text", () => {
    for (const bad of ["", undefined, null, 1, ["a"], { length: 1, charCodeAt: () => 97 }])
      expect(isToken(bad as string)).toBe(false);
    expect(() => fieldName("")).toThrow(TypeError);
  });

  it("is listed per byte with its lower-case form", () => {
    expect(tokenBytes).toHaveLength(256);
    for (const byte of BYTES) {
      const lower = byte >= 0x41 && byte <= 0x5a ? byte + 0x20 : byte;
      expect(tokenBytes[byte], `0x${byte.toString(16)}`).toBe(TCHAR.has(byte) ? lower : 0);
    }
  });
});

describe("row: L4 threat: H1-14 RFC 9110 §5.5 a field value", () => {
  it.each(PLACES)("holds VCHAR and obs-text, and blanks inside: %s", (place) => {
    for (const byte of BYTES) {
      const text = textWith(byte, place);
      const wanted = isFieldVchar(byte) || (place === "middle" && isBlank(byte));
      expect(isFieldValue(text), `0x${byte.toString(16)}`).toBe(wanted);
      if (wanted) expect(fieldValue(text)).toBe(text);
      else expect(() => fieldValue(text)).toThrow(TypeError);
    }
  });

  it("may be empty, and is nothing but text", () => {
    expect(fieldValue("")).toBe("");
    for (const bad of [undefined, null, 1, ["a"], { length: 0 }])
      expect(isFieldValue(bad as string)).toBe(false);
  });

  it("is listed per byte", () => {
    expect(valueBytes).toHaveLength(256);
    for (const byte of BYTES)
      expect(valueBytes[byte], `0x${byte.toString(16)}`).toBe(
        isFieldVchar(byte) || isBlank(byte) ? 1 : 0,
      );
  });
});

describe("characters that are no bytes", () => {
  it("are neither in names nor in values, and never become the byte they end in", () => {
    const wide = fc
      .integer({ min: 0x100, max: 0x10_ffff })
      .map((code) => String.fromCodePoint(code));
    const low = [0x010d, 0x010a, 0x0100, 0x0141, 0x013a, 0x2020, 0x212a, 0x130];
    const seen = (character: string): void => {
      for (const text of [character, `x${character}y`]) {
        expect(isToken(text)).toBe(false);
        expect(isFieldValue(text)).toBe(false);
        expect(() => new Fields([[text, "v"]])).toThrow(TypeError);
        expect(() => new Fields([["n", text]])).toThrow(TypeError);
      }
    };
    for (const code of low) seen(String.fromCharCode(code));
    fc.assert(fc.property(wide, seen));
  });
});

describe("row: L3 what was refused", () => {
  it("is not in the message", () => {
    for (const make of [fieldName, fieldValue]) {
      let message = "";
      try {
        make("s3cret\r\n");
      } catch (error) {
        message = String(error);
      }
      expect(message).toMatch(/RFC 9110/);
      expect(message).not.toContain("s3cret");
    }
  });
});
