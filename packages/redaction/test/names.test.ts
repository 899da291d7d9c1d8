// Names, and members that name what another is.

import { describe, expect, it } from "vitest";
import { redactor, type RedactorOptions } from "../src/index.js";

/** Compared as JSON: the results have no prototypes. */
const json = (value: unknown, options?: RedactorOptions): unknown =>
  JSON.parse(JSON.stringify(redactor(options).redact(value).value));

describe("row: P3 names, and pairs of a name and a value", () => {
  it("in a pair the name says what the value is, and in strict goes where the value goes", () => {
    const pairs = [
      { name: "Cookie", value: "x" },
      { key: "seed", value: 1 },
      { name: "X-Custom", value: "x" },
      { name: "no pair" },
    ];
    expect(json(pairs)).toEqual([
      { name: "Cookie", value: "[secret]" },
      { key: "seed", value: 1 },
      { name: "X-Custom", value: "[sensitive len:1]" },
      { name: "[sensitive len:7]" },
    ]);
    expect(json(pairs, { mode: "strict" })).toEqual([
      { name: "Cookie", value: "[secret]" },
      { key: "seed", value: 1 },
      {},
      {},
    ]);
  });

  it("a mark in a name promises nothing, and a second pass changes nothing", () => {
    const key = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJlLXNpZ25hdHVyZQ";
    const once = json({ [key]: "x", list: [{ key, value: false }] }, { mode: "none" });
    expect(once).toEqual({ "[secret]": "x", list: [{ key: "[secret]", value: false }] });
    expect(json(once, { mode: "none" })).toEqual(once);
    expect(json({ "[secret] token": "x" })).toEqual({ "[secret] token": "[secret]" });
  });

  it.each(["metadata_only", "strict", "none"] as const)(
    "in %s a pair whose name loses what it promised stays as it is in a second pass",
    (mode) => {
      const pairs = [
        { name: "text password=x", value: "x" },
        { name: "eyJtoken.eyJtoken0.sessiontoken", value: "x" },
        { name: "eyJtoken.eyJtoken0.sessiontoken", value: null },
        { name: new Date(0), key: "seed", value: "x" },
        { name: new URL("https://h.example/?token=x"), key: "method", value: "x" },
        { name: "seed", value: "[sensitive len:3]" },
        { key: `${"long ".repeat(80)}password`, value: "x" },
        // Written out, it ends in a letter.
        { key: "\fsrf", value: "x" },
      ];
      const once = json(pairs, { mode });
      expect(json(once, { mode })).toEqual(once);
    },
  );

  it("either name of a pair may promise a secret", () => {
    expect(json({ name: "seed", key: "Cookie", value: "x" }, { mode: "none" })).toEqual({
      name: "seed",
      key: "Cookie",
      value: "[secret]",
    });
  });
});
