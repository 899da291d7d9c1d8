// wirewall inspect --protocol hpack. Blocks and fields are those of RFC 7541 Appendix C.

import { describe, expect, it } from "vitest";
import { run, type Outcome } from "./terminal-double.js";

const block = (hex: string): Buffer => Buffer.from(hex.replaceAll(" ", ""), "hex");
const inspect = (stdin: Uint8Array, ...more: string[]): Promise<Outcome> =>
  run(["inspect", "-", "--protocol", "hpack", ...more], { stdin });

/** §C.4.1: the first request, with Huffman coding. */
const FIRST_REQUEST = block("8286 8441 8cf1 e3c2 e5f2 3a6b a0ab 90f4 ff");
/** §C.2.3: a literal that is never indexed. */
const PASSWORD = block("1008 7061 7373 776f 7264 0673 6563 7265 74");

describe("wirewall inspect --protocol hpack: row: U5", () => {
  it("lists the fields of a block", async () => {
    const { code, stdout, stderr } = await inspect(FIRST_REQUEST);
    expect([code, stderr]).toEqual([0, ""]);
    expect(stdout.split("\n")).toEqual([
      ":method: GET",
      ":scheme: http",
      ":path: /",
      ":authority: www.example.com",
      "all read        17 bytes, nothing refused",
      "",
    ]);
  });

  it("says which values must stay out of tables", async () => {
    expect((await inspect(PASSWORD)).stdout).toMatch(/^password: secret \(never indexed\)\n/);
    const { stdout } = await inspect(PASSWORD, "--json");
    expect(stdout.split("\n")[0]).toBe(
      '{"type":"field","name":"password","value":"secret","neverIndexed":true}',
    );
  });

  it("explains what is refused, and what the peer is told", async () => {
    const { code, stdout } = await inspect(block("82 80"));
    expect(code).toBe(1);
    expect(stdout).toMatch(/refused +hpack\.index\.invalid: /);
    expect(stdout).toMatch(/offset +1 \(0x1\)/);
    expect(stdout).toContain("[80]");
    expect(stdout).toMatch(/peer is told +GOAWAY COMPRESSION_ERROR \(0x9\)/);
  });

  it("stops reading where a block is too long", async () => {
    const { code, stdout } = await inspect(Buffer.alloc(1_000_000, 0x82), "--json");
    expect(code).toBe(1);
    expect(JSON.parse(stdout)).toMatchObject({ code: "hpack.block.bytes" });
  });
});
