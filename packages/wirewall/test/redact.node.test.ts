// wirewall redact: what comes out is clean, and --check says where something would leak.

import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { run } from "./terminal-double.js";

const folder = mkdtempSync(join(tmpdir(), "wirewall-redact-"));
afterAll(() => rmSync(folder, { recursive: true }));

const file = (name: string, text: string): string => {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
};
const CANARY = "canary-91bd";
const LOG = file(
  "app.ndjson",
  [
    JSON.stringify({ level: 30, password: CANARY, nested: [{ token: CANARY }], msg: "hello" }),
    `plain text with password=${CANARY}`,
    "",
    "{ not json",
    JSON.stringify({ level: 40, status: 200 }),
  ].join("\n"),
);

describe("row: P3 wirewall redact", () => {
  it("lines: JSON by class, text by its shapes, each line one line", async () => {
    const { code, stdout, stderr } = await run(["redact", LOG]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(stdout.split("\n")).toEqual([
      '{"level":30,"password":"[secret]","nested":[{"token":"[secret]"}],"msg":"[sensitive len:5]"}',
      "plain text with password=[secret]",
      "",
      "{ not json",
      '{"level":40,"status":200}',
      "",
    ]);
  });

  it("stdin, as it comes", async () => {
    const { code, stdout } = await run(["redact", "-", "--mode", "strict"], {
      stdin: `{"level":30,"seed":1,"cookie":"${CANARY}"}\nBearer ${CANARY}`,
    });
    expect({ code, stdout }).toEqual({
      code: 0,
      stdout: '{"seed":1,"cookie":"[secret]"}\nBearer [secret]\n',
    });
  });

  it("--check: exit 1, place and class, never the value", async () => {
    const { code, stdout } = await run(["redact", LOG, "--check", "--metadata", "msg"]);
    expect(code).toBe(1);
    expect(stdout).toBe(
      [
        `leaks  ${LOG}:1 password: secret`,
        `leaks  ${LOG}:1 nested.0.token: secret`,
        `leaks  ${LOG}:2: secret`,
        "",
      ].join("\n"),
    );
  });

  it("--check of lines that are text says each class, and that a line is cut or written out", async () => {
    const stdin = "ok\nfrom jo@mail.example\npassword=x1 jo@mail.example\n\u001b[31mred\n";
    const { code, stdout } = await run(["redact", "-", "--check"], { stdin });
    expect({ code, stdout }).toEqual({
      code: 1,
      stdout:
        "leaks  -:2: sensitive\nleaks  -:3: secret\nleaks  -:3: sensitive\nleaks  -:4: removed\n",
    });
  });

  it("what came out passes --check, in each mode", async () => {
    for (const mode of ["metadata_only", "strict", "none"]) {
      const { stdout } = await run(["redact", LOG, "--mode", mode]);
      expect(stdout).not.toContain(CANARY);
      const again = await run([
        "redact",
        file(`clean-${mode}.ndjson`, stdout),
        "--mode",
        mode,
        "--check",
      ]);
      expect({ mode, code: again.code, stdout: again.stdout }).toEqual({
        mode,
        code: 0,
        stdout: "",
      });
    }
  });

  it("a HAR file stays one, and is clean", async () => {
    const headers = [{ name: "Cookie", value: CANARY }];
    const request = {
      method: "GET",
      url: `https://h.example/?key=${CANARY}`,
      headers,
      cookies: [],
    };
    const har = file(
      "session.har",
      JSON.stringify({ log: { version: "1.2", entries: [{ time: 1, request }] } }),
    );
    expect((await run(["redact", har, "--check"])).code).toBe(1);
    const { stdout } = await run(["redact", har]);
    expect(JSON.parse(stdout)).toMatchObject({
      log: {
        version: "1.2",
        entries: [
          { time: 1, request: { method: "GET", headers: [{ name: "Cookie", value: "[secret]" }] } },
        ],
      },
    });
    expect(stdout).not.toContain(CANARY);
    expect((await run(["redact", file("clean.har", stdout), "--check"])).code).toBe(0);
  });

  it("a policy file says what is kept", async () => {
    const policy = file(
      "policy.json",
      JSON.stringify({
        schemaVersion: "wirewall-redaction-policy-v1",
        metadata: ["msg"],
        classes: { "nested.*.token": "metadata" },
      }),
    );
    const { stdout } = await run(["redact", LOG, "--policy", policy]);
    expect(JSON.parse(stdout.split("\n")[0] ?? "")).toEqual({
      level: 30,
      password: "[secret]",
      nested: [{ token: CANARY }],
      msg: "hello",
    });
  });

  it("a line of any length is told by its length, and the next is read", async () => {
    const { stdout } = await run(["redact", "-"], {
      stdin: `${"x".repeat(16_777_217)}\n{"seed":1}\n`,
    });
    expect(stdout).toBe('"[sensitive len:16777217]"\n{"seed":1}\n');
  });

  it.each([
    [["redact"], /missing required argument 'file'/],
    [["redact", LOG, "--mode", "loud"], /--mode <name>.*metadata_only, strict, none/],
    [["redact", LOG, "--chek"], /--chek.*--check/s],
    [["redact", join(folder, "none")], /cannot be read: no such file/],
    [["redact", LOG, "--policy", LOG], /expected JSON/],
    [["redact", LOG, "--shape", "document"], /expected JSON; --shape lines/],
  ])("%j: one line on stderr, exit 2", async (args, message) => {
    const { code, stdout, stderr } = await run(args);
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expect(stderr).toMatch(message);
  });

  it("in CI the mode none is refused", async () => {
    const { code, stderr } = await run(["redact", LOG, "--mode", "none"], { env: { CI: "true" } });
    expect(code).toBe(2);
    expect(stderr).toMatch(/mode: none .* refused in ci/);
  });
});
