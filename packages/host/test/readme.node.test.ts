// What the README says is executed.

import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { example } from "./example.ts";

it("the README has the example that runs here", async () => {
  const readme = readFileSync(new URL("../README.md", import.meta.url), "utf8");
  const code = readFileSync(new URL("example.ts", import.meta.url), "utf8");
  expect(readme).toContain(`\`\`\`ts\n${code}\`\`\``);
  expect(await example()).toMatchObject({ type: "err", error: { message: "no" } });
});
