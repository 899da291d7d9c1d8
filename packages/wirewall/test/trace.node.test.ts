// wirewall trace: logs that were altered are told by their first bad line.

import { generateKeyPairSync } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ed25519Signer, hmacSigner, sha256 } from "@wirewall/host";
import { AuditLog, ndjsonLine, type Signer, type TraceEvent } from "@wirewall/trace";
import { afterAll, describe, expect, it } from "vitest";
import { run } from "./terminal-double.js";

const folder = mkdtempSync(join(tmpdir(), "wirewall-trace-"));
afterAll(() => rmSync(folder, { recursive: true }));

const file = (name: string, text: string): string => {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
};

const { privateKey, publicKey } = generateKeyPairSync("ed25519");
const PEM = file("public.pem", publicKey.export({ type: "spki", format: "pem" }) as string);
const SECRET = Buffer.alloc(32, 9);
const HEX = file("shared.hex", `${SECRET.toString("hex")}\n`);

function log(signer: Signer, count = 6): string {
  let text = "";
  const audit = new AuditLog({
    logId: "log-1",
    sha256,
    signer,
    write: (lines) => {
      text += lines;
    },
    now: () => 0,
    every: 4,
  });
  for (let n = 0; n < count; n++) audit.append({ kind: "policy_denied", t: n, data: { n } });
  audit.close();
  return text;
}
const signed = log(ed25519Signer("k1", privateKey));
const verify = (text: string, ...more: string[]) =>
  run(["trace", "verify", file("audit.log", text), "--key", `k1=${PEM}`, ...more]);

describe("wirewall trace verify: row: R9", () => {
  it("a log that nobody touched, with both kinds of keys", async () => {
    expect(await verify(signed)).toMatchObject({
      code: 0,
      stderr: "",
      stdout: expect.stringMatching(/^ok {2}.*: 6 entries of log-1, sealed\n$/) as string,
    });
    const shared = file("shared.log", log(hmacSigner("k2", SECRET)));
    const { code } = await run(["trace", "verify", shared, "--key", `k2=${HEX}`]);
    expect(code).toBe(0);
  });

  it.each([
    ["a flipped bit", signed.replace('"n":1', '"n":0'), "checkpointMismatch", 4],
    ["a dropped tail", signed.split("\n").slice(0, 5).join("\n").concat("\n"), "notSealed", 5],
    [
      "a chain that was computed anew without the key",
      log(ed25519Signer("k1", generateKeyPairSync("ed25519").privateKey)),
      "badSignature",
      4,
    ],
  ])("%s: exit code 1, and the first bad record", async (_name, text, type, record) => {
    const outcome = await verify(text, "--json");
    expect(outcome.code).toBe(1);
    expect(JSON.parse(outcome.stdout)).toMatchObject({ type, record });
    const { stdout } = await verify(text);
    expect(stdout).toMatch(new RegExp(`^${type} {2}`));
  });

  it("a log that was rolled back behind a checkpoint that was kept", async () => {
    const last = signed.trimEnd().split("\n").at(-1) ?? "";
    const kept = file("checkpoint.json", last);
    const cut = signed.split("\n").slice(0, 5).join("\n").concat("\n");
    const { code, stdout } = await verify(cut, "--expect-at-least", kept, "--json");
    expect([code, JSON.parse(stdout)]).toEqual([
      1,
      { type: "rolledBack", record: 5, have: 4, want: 6 },
    ]);
  });

  it.each([
    [["trace", "verify", "audit.log"], /--key is missing: expected ID=FILE/],
    [["trace", "verify", "audit.log", "--key", "x"], /--key: expected ID=FILE/],
    [
      ["trace", "verify", "audit.log", "--key", `k1=${file("short", "abcd")}`],
      /expected an Ed25519/,
    ],
    [
      ["trace", "verify", join(folder, "none"), "--key", `k1=${PEM}`],
      /cannot be read: no such file/,
    ],
    [["trace", "verify", "a", "--kee", "x"], /--key/],
    [["trace", "export", "a", "--format", "svg"], /chrome/],
  ])("%j: one line, exit code 2", async (argv, expected) => {
    const { code, stderr, stdout } = await run(argv);
    expect(stderr).toMatch(expected);
    expect([code, stdout, stderr.trimEnd().split("\n").length]).toEqual([2, "", 1]);
  });

  it("a key is never printed", async () => {
    const bad = file("bad.hex", "SECRET-KEY-MATERIAL");
    const { stderr } = await run(["trace", "verify", PEM, "--key", `k=${bad}`]);
    expect(stderr).not.toContain("SECRET");
  });
});

describe("wirewall trace show, export: row: U10", () => {
  const events: TraceEvent[] = [
    { seq: 0, t: 0, kind: "task_spawn", region: "0", task: "0.0", data: {} },
    { seq: 1, t: 1_500, kind: "flood_detected", data: { code: "http2.flood.pings" } },
    { seq: 2, t: 2_000, kind: "task_complete", region: "0", task: "0.0", data: { outcome: "ok" } },
  ];
  const path = file("trace.ndjson", events.map(ndjsonLine).join(""));

  it("shows each event on a line", async () => {
    const { code, stdout } = await run(["trace", "show", path]);
    expect(code).toBe(0);
    expect(stdout.split("\n")[1]).toMatch(
      /^ +1,500 flood_detected +\{"code":"http2\.flood\.pings"\}$/,
    );
  });

  it("exports what Perfetto opens, and the same lines again", async () => {
    const target = join(folder, "chrome.json");
    expect((await run(["trace", "export", path, "--out", target])).code).toBe(0);
    const trace = JSON.parse(readFileSync(target, "utf8")) as { traceEvents: { ph: string }[] };
    expect(trace.traceEvents.map(({ ph }) => ph)).toEqual(["M", "b", "i", "e"]);
    const { stdout } = await run(["trace", "export", path, "--format", "ndjson"]);
    expect(stdout).toBe(readFileSync(path, "utf8"));
  });

  it("reads the entries of an audit log, and stops at what is no event", async () => {
    const { code, stdout } = await run(["trace", "show", file("a.log", signed)]);
    expect([code, stdout.split("\n").length]).toEqual([0, 7]);
    const broken = await run(["trace", "show", file("b.log", `${signed}{"x":\n`)]);
    expect(broken.code).toBe(1);
    expect(broken.stdout).toMatch(/line 9 is no event\n$/);
  });
});

describe("wirewall trace export: row: R9 the trace file and OpenTelemetry", () => {
  const events: TraceEvent[] = [
    { seq: 0, t: 0, kind: "region_open", region: "0", data: {} },
    { seq: 1, t: 5, kind: "task_spawn", region: "0", task: "0.0", data: { priority: 128 } },
  ];
  const lines = file("events.ndjson", events.map(ndjsonLine).join(""));
  const binary = join(folder, "events.wwtrace");

  it("a file that is checked says the same, and what was changed in it is told by its place", async () => {
    expect(
      await run(["trace", "export", lines, "--format", "file", "--out", binary]),
    ).toMatchObject({ code: 0, stderr: "" });
    const back = await run(["trace", "export", binary, "--format", "ndjson"]);
    expect(back.stdout).toBe(readFileSync(lines, "utf8"));
    const bytes = readFileSync(binary);
    writeFileSync(binary, bytes.subarray(0, -1));
    expect(await run(["trace", "show", binary])).toMatchObject({
      code: 1,
      stdout: expect.stringMatching(/region_open[^]*refused {2}.*: Truncated at byte \d+\n$/),
    });
  });

  it("a file that is compressed is smaller, and says the same", async () => {
    const [plain, small] = [`${binary}.plain`, `${binary}.small`];
    const as = ["trace", "export", lines, "--format", "file", "--out"];
    expect((await run([...as, plain])).code).toBe(0);
    expect((await run([...as, small, "--compress"])).code).toBe(0);
    expect(readFileSync(small).length).toBeLessThan(readFileSync(plain).length);
    const back = await run(["trace", "export", small, "--format", "ndjson"]);
    expect(back.stdout).toBe(readFileSync(lines, "utf8"));
  });

  it("--compress is for files that are checked", async () => {
    const { code, stderr } = await run(["trace", "export", lines, "--compress"]);
    expect(code).toBe(2);
    expect(stderr).toMatch(/^[^\n]*--compress: expected[^\n]*\n$/);
  });

  it("what is no text is not written to a terminal", async () => {
    const { code, stderr } = await run(["trace", "export", lines, "--format", "file"]);
    expect(code).toBe(2);
    expect(stderr).toMatch(/--format file: expected --out/);
  });

  it("otlp is one request of OpenTelemetry", async () => {
    const { stdout } = await run(["trace", "export", lines, "--format", "otlp"]);
    const { resourceSpans } = JSON.parse(stdout) as { resourceSpans: { scopeSpans: unknown }[] };
    expect(resourceSpans[0]?.scopeSpans).toMatchObject([
      { spans: [{ name: "region 0" }, { name: "task 0.0" }] },
    ]);
  });
});
