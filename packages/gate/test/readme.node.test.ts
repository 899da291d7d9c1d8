import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { example } from "./example.ts";

it("the example of the README is this file, and runs", () => {
  const folder = new URL("../", import.meta.url);
  const code = readFileSync(new URL("test/example.ts", folder), "utf8");
  expect(readFileSync(new URL("README.md", folder), "utf8")).toContain(`\`\`\`ts\n${code}\`\`\``);
  expect(example({})).toEqual(["no test was executed"]);
});
