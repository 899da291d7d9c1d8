// What the README says is executed.

import { explore, replay, type ExplorationFailed } from "@wirewall/lab";
import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { example } from "./example.ts";

it("the README has the example that runs here, and fails as it says", async () => {
  const readme = readFileSync(new URL("../README.md", import.meta.url), "utf8");
  const code = readFileSync(new URL("example.ts", import.meta.url), "utf8");
  expect(readme).toContain(`\`\`\`ts\n${code}\`\`\``);
  const failed = await explore(example).catch((error: ExplorationFailed) => error);
  expect(failed).toMatchObject({
    message: /^panicked: a visit was lost\n {2}after 2 orders; replay\(program, "0\.0 0\.1\.0\.0 /,
  });
  const { schedule } = failed as ExplorationFailed;
  expect((await replay(example, schedule)).violation).toBe("panicked: a visit was lost");
});
