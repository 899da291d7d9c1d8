// What the README says is executed.

import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { example } from "./example.ts";

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

it("the README has the example that runs here", () => {
  const readme = readFileSync(new URL("../README.md", import.meta.url), "utf8");
  const code = readFileSync(new URL("example.ts", import.meta.url), "utf8");
  expect(readme).toContain(`\`\`\`ts\n${code}\`\`\``);
  const large = "x".repeat(5_000);
  const pieces = example([bytes("one\ntw"), bytes("o\n\nthr"), bytes(`ee\n${large}\nrest`)]);
  expect(Buffer.concat(pieces).toString()).toBe(`3:one3:two0:5:three5000:${large}`);
});
