// wirewall tls check: what is wrong with a policy, all of it, before a socket opens (row: P4).

import { generate } from "selfsigned";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { run } from "./terminal-double.js";

const folder = mkdtempSync(join(tmpdir(), "wirewall-tls-check-"));
afterAll(() => rmSync(folder, { recursive: true }));

const { private: key, cert } = generate([{ name: "commonName", value: "localhost" }], {
  keySize: 2_048,
});
writeFileSync(join(folder, "own.crt"), cert);
writeFileSync(join(folder, "own.key"), key);

function file(name: string, content: unknown): string {
  const path = join(folder, name);
  writeFileSync(path, typeof content === "string" ? content : JSON.stringify(content));
  return path;
}

const GOOD = { cert: "own.crt", key: "own.key", ALPNProtocols: ["h2", "http/1.1"] };

describe("row: P4 – wirewall tls check", () => {
  it("finds nothing in a good policy, whose files stand beside it", async () => {
    const { code, stdout, stderr } = await run(["tls", "check", file("good.json", GOOD)]);
    expect([code, stderr]).toEqual([0, ""]);
    expect(stdout).toMatch(/nothing is wrong with it\n$/);
  });

  it("refuses TLS 1.0, no ALPN, and rejectUnauthorized: 0, naming each", async () => {
    const policy = {
      ...GOOD,
      ALPNProtocols: undefined,
      minVersion: "TLSv1",
      rejectUnauthorized: 0,
    };
    const { code, stdout } = await run(["tls", "check", file("bad.json", policy)]);
    expect(code).toBe(1);
    const lines = stdout.trimEnd().split("\n");
    expect(lines).toHaveLength(3);
    expect(lines[0]).toContain(
      'minVersion: "TLSv1": expected TLSv1.2 or TLSv1.3 (tls.version.range',
    );
    expect(lines[1]).toContain("rejectUnauthorized: the number 0: may only be true");
    expect(lines[2]).toContain("ALPNProtocols: absent: HTTP/2 and gRPC need h2 (tls.alpn.empty");
  });

  it("says the same in JSON, and repeats no secret", async () => {
    const policy = { ...GOOD, key: "-----BEGIN PRIVATE KEY-----\nSECRET\n", pins: ["SECRET"] };
    const { code, stdout } = await run(["tls", "check", "--json", file("pins.json", policy)]);
    expect(code).toBe(1);
    expect(JSON.parse(stdout)).toMatchObject([{ code: "tls.pin.mismatch", field: "pins" }]);
    expect(stdout).not.toContain("SECRET");
    const fine = await run(["tls", "check", "--json", file("good.json", GOOD)]);
    expect([fine.code, fine.stdout]).toEqual([0, "[]\n"]);
  });

  it("one line and exit code 2 for what cannot be judged", async () => {
    for (const [path, expected] of [
      [join(folder, "none.json"), /cannot be read/],
      [file("text.json", "no json"), /expected JSON/],
      [file("list.json", []), /expected a JSON object/],
      [file("lost.json", { ...GOOD, cert: "none.crt" }), /tls check: cert .*cannot be read/],
    ] as const) {
      const { code, stderr } = await run(["tls", "check", path]);
      expect(code).toBe(2);
      expect(stderr).toMatch(expected);
      expect(stderr.trimEnd().split("\n")).toHaveLength(1);
    }
  });
});
