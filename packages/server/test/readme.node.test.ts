import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { example } from "./example.js";

it("the example of the README is this file, and runs", async () => {
  const folder = new URL("../", import.meta.url);
  const code = readFileSync(new URL("test/example.ts", folder), "utf8");
  expect(readFileSync(new URL("README.md", folder), "utf8")).toContain(`\`\`\`ts\n${code}\`\`\``);
  const [url, end] = await example();
  expect(await (await fetch(`${url}/path`)).text()).toBe("hello from /path\n");
  const posted = await fetch(url, { method: "POST", body: "[1]" });
  expect(await posted.json()).toEqual({ got: [1] });
  await end();
});
