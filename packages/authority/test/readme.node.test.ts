import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { denialCodes } from "../src/index.js";
import { example } from "./example.ts";

const folder = new URL("../", import.meta.url);
const readme = readFileSync(new URL("README.md", folder), "utf8");

it("the example of the README is this file, and runs", () => {
  const code = readFileSync(new URL("test/example.ts", folder), "utf8");
  expect(readme).toContain(`\`\`\`ts\n${code}\`\`\``);
  expect(example("https://api.example.org/x", "GET")).toBe("https://api.example.org/x");
  expect(example("https://api.example.org/x", "POST")).toBe("authority.fetch.method-denied");
  expect(example("https://auth.example.org/", "GET")).toBe("authority.fetch.origin-denied");
  expect(example("https://api.example.org\\@127.0.0.1/", "GET")).toBe(
    "authority.fetch.invalid-url",
  );
});

it("every denial stands in the README", () => {
  for (const name of denialCodes.values()) expect(readme).toContain(`\`${name}\``);
});
