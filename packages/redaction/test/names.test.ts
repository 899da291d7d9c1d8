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

  it("a name of which a secret was taken out says so in both passes", () => {
    const key = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJlLXNpZ25hdHVyZQ";
    const once = json({ [key]: "x", list: [{ key, value: false }] }, { mode: "none" });
    expect(once).toEqual({
      "[secret]": "[secret]",
      list: [{ key: "[secret]", value: "[secret]" }],
    });
    expect(json(once, { mode: "none" })).toEqual(once);
  });

  it("brackets of a form are no mark: client[secret] promises one", () => {
    const fields = { "client[secret]": "x", pair: { name: "client[secret]", value: "x" } };
    expect(json(fields, { mode: "none" })).toEqual({
      "client[secret]": "[secret]",
      pair: { name: "client[secret]", value: "[secret]" },
    });
  });

  it.each(["metadata_only", "strict"] as const)(
    "in %s what one name of a pair does not know to be harmless is not",
    (mode) => {
      const hidden = { key: "ssn", name: "code", value: "078-05-1120" };
      expect(JSON.stringify(json(hidden, { mode }))).not.toContain("078");
      const named = { key: "seed", name: "Jane Doe", value: 1 };
      expect(json(named, { mode: "strict" })).toEqual({});
      const other = { key: "seed", name: ["Jane Doe"], value: 1 };
      expect(JSON.stringify(json(other, { mode }))).not.toContain("Jane");
    },
  );

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
