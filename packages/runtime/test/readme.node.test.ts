// What the README says is executed.

import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { example } from "./example.ts";
import { play } from "./play.ts";

it("the README has the example that runs here", async () => {
  const readme = readFileSync(new URL("../README.md", import.meta.url), "utf8");
  const code = readFileSync(new URL("example.ts", import.meta.url), "utf8");
  expect(readme).toContain(`\`\`\`ts\n${code}\`\`\``);
  const { outcome } = await play(async (cx) => {
    const fast = await example(cx, async (own, replica) => {
      await own.sleep(replica === 1 ? 5 : 900);
      return `replica ${replica}`;
    });
    const late = await example(cx, (own) => own.sleep(5_000).then(() => "late")).catch(
      (error: { reason: { kind: string } }) => error.reason.kind,
    );
    return [fast, late, cx.now()];
  });
  expect(outcome).toEqual({ type: "ok", value: ["replica 1", "timeout", 1_005_000] });
});
