// What docs/lost-permit.md says is executed.

import { explore, replay, search, sweep, type ExplorationFailed } from "@wirewall/lab";
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { Connections, MendedConnections, service } from "./lost-permit.ts";

const broken = service(() => new Connections());

describe("row: R7 a connection that is lost when a request is cancelled at the wrong await", () => {
  it("is missed by ten thousand random runs", async () => {
    expect(await sweep(broken, 10_000)).toEqual({ passed: 10_000, failure: undefined });
  });

  it("is found in the fourth order, with a schedule that shows it again and cannot be shorter", async () => {
    const failed = (await explore(broken).catch((error: unknown) => error)) as ExplorationFailed;
    expect(failed.message).toMatch(/^panicked: the connection is lost\n {2}after 4 orders; /);
    const { schedule } = failed;
    expect((await replay(broken, schedule)).violation).toBe("panicked: the connection is lost");
    expect((await replay(broken, schedule.slice(0, -1))).violation).toBeUndefined();
  });

  it("holds in every order once it is mended", async () => {
    expect(await search(service(() => new MendedConnections()))).toMatchObject({
      executions: 6,
      traces: 6,
      violations: [],
      deadlocks: 0,
      complete: true,
    });
  });

  it("the document has the code that runs here", () => {
    const document = readFileSync(new URL("../../../docs/lost-permit.md", import.meta.url), "utf8");
    const code = readFileSync(new URL("lost-permit.ts", import.meta.url), "utf8");
    expect(document).toContain(`\`\`\`ts\n${code}\`\`\``);
  });
});
