import { readFileSync } from "node:fs";
import { expect, it, vi } from "vitest";

it("the library example of the root README is a file here, and says what it says it does", async () => {
  const code = readFileSync(new URL("root-example.ts", import.meta.url), "utf8");
  const readme = readFileSync(new URL("../../../README.md", import.meta.url), "utf8");
  expect(readme).toContain(`\`\`\`ts\n${code}\`\`\``);
  const log = vi.spyOn(console, "log").mockImplementation(() => {});
  await import("./root-example.js");
  expect(log.mock.calls).toEqual([["GET", "/a", "example.org"]]);
  log.mockRestore();
});
