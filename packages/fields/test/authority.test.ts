// RFC 3986 §3.2.2, RFC 9110 §4.2: host with an optional port. Each row of what is refused stands
// beside a neighbour that is legal.

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { isAuthority, isPlainAuthority, parseAuthority, sameAuthority } from "@wirewall/fields";

const bytesOf = (text: string): Uint8Array =>
  Uint8Array.from(text, (character) => character.charCodeAt(0));
const isPlain = (text: string): boolean => isPlainAuthority(bytesOf(text), 0, text.length);

/** §2.2, §2.3: unreserved and sub-delims. */
const REG_NAME = new Set(
  "-._~!$&'()*+,;=0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ",
);

describe("RFC 3986 §3.2.2 a host", () => {
  it.each([
    ["a", "a", undefined],
    ["Example.COM", "Example.COM", undefined],
    ["example.com:80", "example.com", 80],
    ["example.com.", "example.com.", undefined],
    ["xn--bcher-kva.example:8080", "xn--bcher-kva.example", 8080],
    ["_a.b-c~d", "_a.b-c~d", undefined],
    ["a!$&'()*+,;=b:1", "a!$&'()*+,;=b", 1],
    ["1.2.3.4", "1.2.3.4", undefined],
    ["1.2.3.4:65535", "1.2.3.4", 65_535],
    // By §3.2.2 what is no IPv4 address is a name: whoever resolves it has to judge that.
    ["256.1.1.1", "256.1.1.1", undefined],
    ["0x7f.1", "0x7f.1", undefined],
    ["a:0", "a", 0],
    ["a:00080", "a", 80],
    ["[::1]", "[::1]", undefined],
    ["[::1]:443", "[::1]", 443],
    ["[2001:DB8::a:1.2.3.4]:0", "[2001:DB8::a:1.2.3.4]", 0],
  ])("%s is one", (text, host, port) => {
    expect(isAuthority(text)).toBe(true);
    expect(parseAuthority(text)).toEqual({ host, port });
  });

  it.each([
    ["nothing", ""],
    ["only a port", ":80"],
    ["an empty port", "a:"],
    ["an empty port behind an address", "[::1]:"],
    ["a port of six digits", "a:000080"],
    ["a port over 65535", "a:65536"],
    ["a port over 65535 of one digit more", "a:99999"],
    ["a signed port", "a:+80"],
    ["a port with a space", "a:8 0"],
    ["a hexadecimal port", "a:0x50"],
    ["two ports", "a:80:80"],
    ["user information", "u@a"],
    ["user information with a password", "u:p@a:80"],
    ["a percent-encoded byte", "a%2eb"],
    ["a lone percent sign", "a%"],
    ["a path", "a/b"],
    ["a query", "a?b"],
    ["a fragment", "a#b"],
    ["a backslash", "a\\b"],
    ["a space", "a b"],
    ["a space in front", " a"],
    ["a control", "a\0b"],
    ["a line end", "a\r\nb"],
    ["a quote", 'a"b'],
    ["an IPv6 address without brackets", "::1"],
    ["a full IPv6 address without brackets", "1:2:3:4:5:6:7:8"],
    ["an IPv4 address in brackets", "[1.2.3.4]"],
    ["a name in brackets", "[a]"],
    ["empty brackets", "[]"],
    ["no closing bracket", "[::1"],
    ["no opening bracket", "::1]"],
    ["two closing brackets", "[::1]]"],
    ["nested brackets", "[[::1]]"],
    ["brackets after a name", "a[::1]"],
    ["a name after brackets", "[::1]a"],
    ["a zone", "[fe80::1%eth0]"],
    ["an encoded zone", "[fe80::1%25eth0]"],
    ["an address of a later version", "[v1.a]"],
    ["a letter beyond ASCII", "b\xfccher"],
    ["a full stop of another script", "a\u3002b"],
    ["a full-width letter", "\uff41"],
    ["the Kelvin sign", "\u212a"],
  ])("%s is none", (_, text) => {
    expect(isAuthority(text)).toBe(false);
    expect(parseAuthority(text)).toBeUndefined();
    if (/^[\0-\xff]*$/.test(text)) expect(isPlain(text)).toBe(false);
  });

  it("has reg-name characters and no others, in each place", () => {
    for (let code = 0; code < 0x180; code++) {
      const character = String.fromCharCode(code);
      const wanted = REG_NAME.has(character);
      for (const text of [character, `${character}a`, `a${character}`, `a${character}b`])
        expect(isAuthority(text), JSON.stringify(text)).toBe(wanted);
    }
  });

  it("has ports from 0 to 65535 in at most five digits", () => {
    for (let port = 0; port < 65_536; port += 13)
      expect(parseAuthority(`a:${port}`)?.port).toBe(port);
    for (const port of [65_534, 65_535, 65_536, 65_537])
      expect(isAuthority(`a:${port}`)).toBe(port <= 65_535);
  });
});

describe("RFC 3986 §3.2.2 an IPv6 address", () => {
  /** The grammar, counted out: `left` groups, "::", `right` groups, and an IPv4 address or not. */
  const groups = (count: number): string => Array.from({ length: count }, () => "f").join(":");

  it("has eight groups, or at most seven with two colons, of which IPv4 counts as two", () => {
    for (let left = 0; left <= 9; left++) {
      expect(isAuthority(`[${groups(left)}]`), `${left}`).toBe(left === 8);
      const before = left === 0 ? "" : `${groups(left)}:`;
      expect(isAuthority(`[${before}1.2.3.4]`), `${left} and IPv4`).toBe(left === 6);
      for (let right = 0; right <= 9; right++) {
        const whole = `${groups(left)}::${groups(right)}`;
        expect(isAuthority(`[${whole}]`), whole).toBe(left + right <= 7);
        const mixed = `${groups(left)}::${right === 0 ? "" : `${groups(right)}:`}1.2.3.4`;
        expect(isAuthority(`[${mixed}]`), mixed).toBe(left + right <= 5);
      }
    }
  });

  it.each([
    ["::", true],
    ["::1", true],
    ["1::", true],
    ["::ffff:1.2.3.4", true],
    ["2001:db8:0:0:1:0:0:1", true],
    ["FFFF:ABCD:ef01:0:00:000:0000:1", true],
    ["1:2:3:4:5:6:255.255.255.255", true],
    [":", false],
    [":::", false],
    ["::::", false],
    ["1:::2", false],
    ["1::2::3", false],
    [":1", false],
    ["1:", false],
    [":1::2", false],
    ["1::2:", false],
    ["1:2:3:4:5:6:7:", false],
    [":2:3:4:5:6:7:8", false],
    ["12345::", false],
    ["::00001", false],
    ["::g", false],
    ["::-1", false],
    ["::1 ", false],
    ["::1.2.3", false],
    ["::1.2.3.4.5", false],
    ["::1.2.3.256", false],
    ["::1.2.3.04", false],
    ["::01.2.3.4", false],
    ["::1.2.3.", false],
    ["::1..3.4", false],
    ["::1.2.3.4:5", false],
    ["::1.2.3.4::", false],
    ["1.2.3.4::", false],
    ["1.2.3.4::1", false],
    ["::1.2.3.0x4", false],
    ["::1.2.3.٤", false],
    ["::1.2.3.4\n", false],
    ["0000:0000:0000:0000:0000:0000:255.255.255.255", true],
    ["0000:0000:0000:0000:0000:0000:0255.255.255.255", false],
  ])("%j: %s", (address, wanted) => {
    expect(isAuthority(`[${address}]`)).toBe(wanted);
    expect(parseAuthority(`[${address}]:1`)).toEqual(
      wanted ? { host: `[${address}]`, port: 1 } : undefined,
    );
  });
});

describe("an authority in bytes", () => {
  const character = fc.oneof(
    fc.constantFrom(..."aZ09.-_~!,:[]%@ \0\xff"),
    fc.integer({ min: 0, max: 255 }).map((code) => String.fromCharCode(code)),
  );
  const host = fc.string({ unit: fc.constantFrom(...REG_NAME), minLength: 1, maxLength: 8 });
  const text = fc.oneof(
    fc.string({ unit: character, maxLength: 12 }),
    fc.tuple(host, fc.nat(99_999)).map(([name, port]) => `${name}:${port}`),
    fc.tuple(host, character, host).map((parts) => parts.join("")),
  );

  it("is plain only if it is one as text, whatever stands around it", () => {
    fc.assert(
      fc.property(text, fc.nat(3), fc.nat(3), (authority, before, after) => {
        const bytes = bytesOf("x".repeat(before) + authority + "x".repeat(after));
        const plain = isPlainAuthority(bytes, before, before + authority.length);
        if (plain) expect(isAuthority(authority)).toBe(true);
        // What it leaves open is an address in brackets or a port of five digits.
        if (!plain && isAuthority(authority)) expect(authority).toMatch(/^\[|:\d{5}$/);
      }),
      { numRuns: 2_000 },
    );
  });

  it.each([
    ["a", true],
    ["a:1", true],
    ["a:1234", true],
    ["a:12345", false],
    ["a:", false],
    [":1", false],
    ["", false],
    ["[::1]", false],
    ["a:1a", false],
    ["a b", false],
  ])("%j: %s", (authority, wanted) => {
    expect(isPlain(authority)).toBe(wanted);
  });
});

describe("two authorities", () => {
  it.each([
    ["a", "a", true],
    ["A.b:80", "a.B:80", true],
    ["[::A]", "[::a]", true],
    // What is the same to one reader only is not the same.
    ["a", "a:80", false],
    ["a", "a.", false],
    ["a:80", "a:080", false],
    ["[::1]", "[0::1]", false],
    ["a", "b", false],
    ["a", "ab", false],
  ])("%s and %s: %s", (left, right, wanted) => {
    expect(sameAuthority(left, right)).toBe(wanted);
    expect(sameAuthority(right, left)).toBe(wanted);
  });
});
