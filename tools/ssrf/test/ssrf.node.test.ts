// Ways past filters: none passes ours, and each of them leads where nobody should be led.

import { BlockList, isIPv4, isIPv6 } from "node:net";
import { describe, expect, it } from "vitest";
import { execute } from "../table.mjs";
import { spellings } from "../spellings.mjs";

describe("row: P1 threat: AU-01, AU-02, AU-08, AU-09 published ways past filters", () => {
  it("none of them passes, with a grant for its very origin", async () => {
    const rows = await execute();
    expect(rows.length).toBeGreaterThan(40);
    expect(rows.filter(({ ours }) => ours !== "refused").map(({ url }) => url)).toEqual([]);
    // A table in which nobody ever lets anything through would have executed nothing.
    expect(rows.filter(({ answers }) => answers.includes("let through")).length).toBeGreaterThan(
      10,
    );
  });

  it("each of them leads to an address that is not public, as WHATWG reads it", () => {
    const open = new BlockList();
    open.addSubnet("2000::", 3, "ipv6");
    for (const [text] of spellings) {
      const host = new URL(text.replace(":PORT", "")).hostname.replace(/^\[|\]$/g, "");
      if (isIPv4(host))
        expect(["127", "0", "169", "100", "168", "192", "198"], text).toContain(host.split(".")[0]);
      else if (isIPv6(host))
        expect(!open.check(host, "ipv6") || /^200[12]:/.test(host), text).toBe(true);
      else
        expect(
          ["localhost", "localhost.", "127.0.0.1", "metadata.google.internal"],
          text,
        ).toContain(host);
    }
  });
});
