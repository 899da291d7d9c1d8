import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, it } from "vitest";
import { example } from "./example.js";

it("the example of the README is this file, and runs", async () => {
  const folder = new URL("../", import.meta.url);
  const code = readFileSync(new URL("test/example.ts", folder), "utf8");
  expect(readFileSync(new URL("README.md", folder), "utf8")).toContain(`\`\`\`ts\n${code}\`\`\``);
  const server = createServer((_, response) => response.end("hello"));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  const [url, end] = await example(`http://127.0.0.1:${port}`);
  expect(await (await fetch(url)).text()).toBe("hello");
  await end();
  server.close();
});
