import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { example } from "./example.ts";

it("the example of the README is this file, and runs", () => {
  const folder = new URL("../", import.meta.url);
  const code = readFileSync(new URL("test/example.ts", folder), "utf8");
  expect(readFileSync(new URL("README.md", folder), "utf8")).toContain(`\`\`\`ts\n${code}\`\`\``);
  const host = ["Host", "example.com:8080"] as const;
  expect(example([host, ["Cookie", "a=b; c=d"]])).toEqual([
    "example.com",
    8080,
    [
      ["a", "b"],
      ["c", "d"],
    ],
    3,
  ]);
  expect(example([["Host", "a@b"]])).toEqual(["no host"]);
  expect(example([host, ["Cookie", "a;".repeat(128)]])).toEqual(["fields.cookie.count", 431]);
  expect(() => example([["Host", "a\r\nb: c"]])).toThrow(TypeError);
});
