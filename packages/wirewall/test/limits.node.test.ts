import { limits as http1Limits } from "@wirewall/http1";
import { describe, expect, it } from "vitest";
import { catalogue } from "../src/commands/catalogue.js";
import { run } from "./terminal-double.js";

describe("wirewall limits", () => {
  it("row: L1 – lists every limit of every table with unit, figures, range, reason and section", async () => {
    const { code, stdout, stderr } = await run(["limits", "--json"]);
    expect([code, stderr]).toEqual([0, ""]);
    const rows = JSON.parse(stdout) as Record<string, unknown>[];
    expect(rows).toHaveLength(catalogue.reduce((sum, limits) => sum + limits.table.length, 0));
    expect(rows).toContainEqual({
      owner: "http1",
      name: "maxHeaderBytes",
      unit: "Bytes",
      value: 65_536,
      default: 65_536,
      strict: 16_384,
      min: 64,
      max: 16_777_216,
      reason: "all field lines of a head, with their line ends",
      spec: "RFC 6585 §5",
    });
  });

  it("shows the values of the preset that was asked for", async () => {
    const { stdout } = await run(["limits", "--json", "--preset", "strict"]);
    const rows = JSON.parse(stdout) as { owner: string; name: string; value: number }[];
    const strict = http1Limits.resolve({}, "strict");
    for (const row of rows)
      if (row.owner === "http1") expect(row.value).toBe(strict[row.name as keyof typeof strict]);
  });

  it("prints a table for people, in colour only on a terminal", async () => {
    const plain = await run(["limits"]);
    expect(plain.code).toBe(0);
    for (const { owner, table } of catalogue) {
      expect(plain.stdout).toContain(owner);
      for (const { name, reason } of table) {
        expect(plain.stdout).toContain(name);
        expect(plain.stdout).toContain(reason);
      }
    }
    expect(plain.stdout).toContain("65,536 | 16,384");
    expect(plain.stdout).not.toContain("\u001b");
    expect((await run(["limits"], { tty: true })).stdout).toContain("\u001b[");
    const quiet = await run(["limits"], { tty: true, env: { NO_COLOR: "1" } });
    expect(quiet.stdout).toBe(plain.stdout);
    const dumb = await run(["limits"], { tty: true, env: { TERM: "dumb" } });
    expect(dumb.stdout).toBe(plain.stdout);
  });
});
