import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { Ledger } from "@wirewall/limits";
import { example } from "./example.ts";

it("the example of the README is this file, and runs", () => {
  const folder = new URL("../", import.meta.url);
  const code = readFileSync(new URL("test/example.ts", folder), "utf8");
  expect(readFileSync(new URL("README.md", folder), "utf8")).toContain(`\`\`\`ts\n${code}\`\`\``);
  const ledger = new Ledger({ maxRetainedBytes: 300 });
  expect(example(["one", "two"], ledger)).toBeUndefined();
  expect(ledger.retained).toBe(3 + 3 + 2 * 128);
  expect(example(["too long a line"], ledger)).toMatchObject({
    code: "echo.line",
    limit: { name: "maxLineBytes", max: 8, observed: 15 },
  });
  expect(example(["third"], ledger)).toMatchObject({
    code: "echo.full",
    limit: { name: "maxRetainedBytes", max: 300, observed: 395 },
  });
});
