// What the README says is executed.

import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { example } from "./example.ts";

it("the README has the example that runs here", () => {
  const readme = readFileSync(new URL("../README.md", import.meta.url), "utf8");
  const code = readFileSync(new URL("example.ts", import.meta.url), "utf8");
  expect(readme).toContain(`\`\`\`ts\n${code}\`\`\``);
  const sha256 = (bytes: Uint8Array): Uint8Array => createHash("sha256").update(bytes).digest();
  const sign = (bytes: Uint8Array): Uint8Array => sha256(Buffer.concat([Buffer.from("k"), bytes]));
  const verdict = example(sha256, { keyId: "k", sign }, (bytes, signature) =>
    Buffer.from(sign(bytes)).equals(signature),
  );
  expect(verdict).toEqual({ type: "ok", size: 1, logId: "tenant-7" });
});
