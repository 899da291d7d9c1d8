// Free text: each shape of a secret is found where it stands, what is none is left alone, and a second pass changes
// nothing.

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { redactor } from "../src/index.js";

const none = redactor({ mode: "none" });
const plain = redactor();
const strict = redactor({ mode: "strict" });
const JWT =
  "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.dozjgNryP4J3jVmNHl0w5N_XgL0n3I9PlFUP0THsR8U";
const PEM = "-----BEGIN RSA PRIVATE KEY-----\nMIIEow\n-----END RSA PRIVATE KEY-----";
const A20 = "A1b2C3d4E5f6G7h8I9j0";

/** Text, and what comes of it where only secrets are taken out. */
const CASES: readonly (readonly [text: string, expected: string])[] = [
  ["Authorization: Bearer abcdefgh.ijk", "Authorization: [secret]"],
  ["sent Bearer abcdefghijkl today", "sent Bearer [secret] today"],
  ["Basic dXNlcjpwYXNz, then", "Basic [secret], then"],
  ['Digest username="u", response="abc"', "Digest [secret]"],
  ["basic tools and bearer bonds", "basic tools and bearer bonds"],
  [`jwt ${JWT}!`, "jwt [secret]!"],
  [`unsigned ${JWT.slice(0, JWT.lastIndexOf(".") + 1)}`, "unsigned [secret]"],
  ["jwe eyJhbGciOiJSU0EifQ.abc.def.ghi.jkl.", "jwe [secret]."],
  [`key ${PEM} end`, "key [secret] end"],
  ["cut -----BEGIN EC PRIVATE KEY-----\nMIIE", "cut [secret]"],
  ["-----BEGIN CERTIFICATE-----", "-----BEGIN CERTIFICATE-----"],
  ["aws AKIAIOSFODNN7EXAMPLE.", "aws [secret]."],
  [`gh ghp_${A20} and github_pat_${A20}`, "gh [secret] and [secret]"],
  [`glpat-${A20} npm_${A20} sk_live_${A20}`, "[secret] [secret] [secret]"],
  [`slack xoxb-${A20}-x, google AIza${A20}${A20}`, "slack [secret], google [secret]"],
  ["card 4111 1111 1111 1111.", "card [secret]."],
  ["card 4111-1111-1111-1111 and 4111111111111111", "card [secret] and [secret]"],
  ["no card 4111 1111 1111 1112", "no card 4111 1111 1111 1112"],
  ["no card 1234567890123456789012", "no card 1234567890123456789012"],
  ["password=hunter2&x=1", "password=[secret]&x=1"],
  ["DB_PASSWORD = hunter2;", "DB_PASSWORD = [secret];"],
  ['{"api-key": "a b\\" c", "x": 1}', '{"api-key": "[secret]", "x": 1}'],
  ["access_token:abc,other:def", "access_token:[secret],other:def"],
  ["password=", "password="],
  ["https://u:p@h.example/a?token=x&b=c#d", "https://[secret]@h.example/a?token=[secret]&b=c#d"],
  ["see redis://:pass@10.0.0.1:6379/0.", "see redis://[secret]@10.0.0.1:6379/0."],
  [
    "cb#access%5Ftoken=x https://h/#access_token=x",
    "cb#access%5Ftoken=[secret] https://h/#access_token=[secret]",
  ],
  ["https://h/?pass%77ord=x&%=y", "https://h/?pass%77ord=[secret]&%=y"],
  ["a normal line: 12 items, 3.5 ms, at 10:20:30", "a normal line: 12 items, 3.5 ms, at 10:20:30"],
];

describe("row: P3 threat: RD-05 secrets in text", () => {
  it.each(CASES)("%s", (text, expected) => {
    expect(none.text(text)).toBe(expected);
  });

  it("where sensitive things are not kept, URLs keep their origin and addresses of mail their length", () => {
    expect(plain.text("GET https://u:p@h.example:8443/a/b?c=d&key=#top from jo@mail.example")).toBe(
      "GET https://[secret]@h.example:8443/[sensitive len:3]?c=[sensitive len:1]&key=#[sensitive len:3] from [sensitive len:15]",
    );
    expect(strict.text("https://h.example/a jo@mail.example")).toBe(
      "https://h.example/[sensitive] [sensitive]",
    );
    expect(plain.text("a@b, @c.d, e@f.g.")).toBe("a@b, @c.d, [sensitive len:5].");
  });

  it("strict takes every long run of hexadecimal or base64 for a secret", () => {
    const run = "0123456789abcdef0123456789abcdef";
    expect(strict.text(`x ${run} y ${run.slice(1)}`)).toBe(`x [secret] y ${run.slice(1)}`);
    expect(strict.text("aB3/".repeat(8))).toBe("[secret]");
    expect(plain.text(run)).toBe(run);
  });
});

describe("row: P3 threat: RD-03 one record is one line", () => {
  it("all controls, separators, marks of direction and lone halves are written out", () => {
    const codes = [
      ...Array.from({ length: 0x20 }, (_, code) => code),
      ...Array.from({ length: 0x21 }, (_, at) => 0x7f + at),
      0x61c,
      0x200e,
      0x200f,
      0x2028,
      0x2029,
      0x202a,
      0x202e,
      0x2066,
      0x2069,
      0xfeff,
      0xd800,
      0xdfff,
    ];
    for (const code of codes)
      expect(none.text(`a${String.fromCharCode(code)}b`)).toBe(
        `a\\u${code.toString(16).padStart(4, "0")}b`,
      );
    expect(none.text("\u{1f600} é ß 漢")).toBe("\u{1f600} é ß 漢");
    expect(none.text("\ude00\ud83d")).toBe("\\ude00\\ud83d");
  });

  it("no byte, anywhere, leaves a line that is two", () => {
    for (let code = 0; code < 256; code++)
      expect(none.text(`key${String.fromCharCode(code)}value`)).toMatch(/^[\x20-\x7e\xa0-\xff]*$/);
  });
});

describe("row: P3 what a text would leak, by class", () => {
  it.each([
    ["nothing of note", []],
    ["password=x1", ["secret"]],
    ["from jo@mail.example", ["sensitive"]],
    ["jo@mail.example token: x1", ["secret", "sensitive"]],
    ["a\u001b[0m", ["removed"]],
    ["a".repeat(65_536), []],
    ["a".repeat(65_537), ["removed"]],
  ])("%#: and nothing of the text itself", (text, kinds) => {
    expect(plain.checkText(text)).toEqual(kinds.map((kind) => ({ path: "", kind })));
    expect(plain.checkText(plain.text(text).slice(0, 65_536))).toEqual([]);
  });

  it("finds something exactly where the text is changed", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary", maxLength: 30 }), (text) => {
        expect(plain.checkText(text).length > 0).toBe(plain.text(text) !== text);
      }),
    );
  });
});

describe("row: P3 a second pass", () => {
  const piece = fc.oneof(
    fc.constantFrom(...CASES.flat()),
    fc.string({ unit: "binary", maxLength: 12 }),
    fc.constantFrom(
      "[secret]",
      "[sensitive len:5]",
      "[",
      "]",
      "=",
      ":",
      "://",
      "@",
      " ",
      '"',
      "token",
      "\n",
      "?",
      "#",
      "&",
    ),
  );
  const text = fc.array(piece, { maxLength: 10 }).map((pieces) => pieces.join(""));

  it.each([none, plain, strict])("changes nothing in the mode $mode", (one) => {
    fc.assert(
      fc.property(text, (written) => {
        const once = one.text(written);
        expect(one.text(once)).toBe(once);
      }),
      { numRuns: 3_000 },
    );
  });
});
