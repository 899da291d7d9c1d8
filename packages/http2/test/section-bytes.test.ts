// Every byte at every kind of place: what RFC 9113 §8.2.1 and RFC 9110 §5.1, §5.5 let a name and a
// value hold, written here from the text of the sections and not from our tables.

import { describe, expect, it } from "vitest";
import {
  GET,
  OK,
  readRequest,
  readResponse,
  readTrailers,
  verdict,
  type Line,
} from "./sections.ts";

const ALL = Array.from({ length: 256 }, (_, byte) => String.fromCharCode(byte));
const DIGITS = "0123456789";
const LOWER = "abcdefghijklmnopqrstuvwxyz";
const UPPER = LOWER.toUpperCase();

/** RFC 9110 §5.6.2: tchar, without the letters that §8.2.1 of RFC 9113 takes away. */
const NAME = new Set(`!#$%&'*+-.^_\`|~${DIGITS}${LOWER}`);

/** RFC 9110 §5.5: field-vchar, and SP and HTAB inside. */
const isValueByte = (byte: number): boolean =>
  byte === 0x09 || byte === 0x20 || (byte > 0x20 && byte !== 0x7f);
const isEdgeByte = (byte: number): boolean => isValueByte(byte) && byte !== 0x09 && byte !== 0x20;

/** All three readers, which have to agree. */
function read(line: Line): string {
  const said = new Set([
    verdict(readRequest([...GET, line])),
    verdict(readResponse([...OK, line])),
    verdict(readTrailers([line])),
  ]);
  expect(said.size).toBe(1);
  return [...said].join();
}

describe("row: C3 threat: H2-17 all 256 bytes", () => {
  it("in a name: first, inside, last, and alone", () => {
    for (const byte of ALL)
      for (const name of [`${byte}b`, `a${byte}b`, `a${byte}`, byte]) {
        const isPseudo = name.startsWith(":") && name.length > 1;
        const wanted = NAME.has(byte) ? "read" : isPseudo ? "pseudo.invalid" : "field.syntax";
        expect([name, read([name, "v"])]).toEqual([name, wanted]);
      }
  });

  it("in a value: first, inside, last, and alone", () => {
    for (const [code, byte] of ALL.entries()) {
      const inside = isValueByte(code) ? "read" : "field.syntax";
      const edge = isEdgeByte(code) ? "read" : "field.syntax";
      expect([code, read(["x", `a${byte}b`])]).toEqual([code, inside]);
      for (const value of [`${byte}b`, `a${byte}`, byte])
        expect([code, read(["x", value])]).toEqual([code, edge]);
    }
  });

  const pseudo = (name: string, value: string): string =>
    verdict(readRequest(GET.map((line): Line => (line[0] === name ? [name, value] : line))));
  const table = (
    name: string,
    before: string,
    after: string,
    allowed: ReadonlySet<string>,
  ): void => {
    for (const [code, byte] of ALL.entries()) {
      const wanted = allowed.has(byte)
        ? "read"
        : !isValueByte(code) || (after === "" && !isEdgeByte(code))
          ? "field.syntax"
          : "pseudo.value";
      expect([name, code, pseudo(name, `${before}${byte}${after}`)]).toEqual([name, code, wanted]);
    }
  };

  it("in :method, which is a token (RFC 9110 §9.1)", () => {
    table(":method", "G", "T", new Set(`${[...NAME].join("")}${UPPER}`));
  });

  it("in :path, which is an absolute path with a query", () => {
    // RFC 3986 §3.3, §3.4 and what every reader lets through: visible ASCII, but never "#".
    const visible = ALL.slice(0x21, 0x7f).filter((byte) => byte !== "#");
    table(":path", "/a", "b", new Set(visible));
    table(":path", "/a", "", new Set(visible));
  });

  it("in :authority, which is a host with a port (RFC 3986 §3.2.2)", () => {
    table(":authority", "a", "", new Set(`-._~!$&'()*+,;=${DIGITS}${LOWER}${UPPER}`));
    table(":authority", "a:1", "", new Set(DIGITS));
  });

  it("in :scheme, which is http or https", () => {
    table(":scheme", "http", "", new Set("s"));
  });

  it("in :status, which is three digits", () => {
    for (const [code, byte] of ALL.entries())
      for (const status of [`2${byte}0`, `20${byte}`]) {
        const said = verdict(readResponse([[":status", status]]));
        const edge = status.endsWith(byte) ? isEdgeByte(code) : isValueByte(code);
        const wanted = DIGITS.includes(byte) ? "read" : edge ? "pseudo.value" : "field.syntax";
        expect([status, said]).toEqual([status, wanted]);
      }
  });
});
