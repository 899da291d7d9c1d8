// The command as it is typed. What is measured here is the controls, and only whether they run: no
// test looks at a time.

import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, describe, expect, it } from "vitest";

const tool = fileURLToPath(new URL("..", import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "bench-test-"));

afterAll(() => {
  rmSync(folder, { recursive: true });
});

function run(...args: string[]): { status: number | null; stdout: string; stderr: string } {
  const { status, stdout, stderr } = spawnSync(process.execPath, [tool, ...args], {
    encoding: "utf8",
  });
  return { status, stdout, stderr };
}

describe("node tools/bench", () => {
  it("lists the benches with their peers", () => {
    const { status, stdout } = run("--list");
    expect(status).toBe(0);
    for (const name of [
      "http1-parse-194",
      "http1-parse-1100",
      "http1-keep-alive",
      "http1-pipelined",
      "http1-idle-rss",
      "http1-slow-head",
      "http1-guard",
      "http1-guard-stream",
    ])
      expect(stdout).toMatch(new RegExp(`^${name} `, "m"));
    expect(stdout).toMatch(/^http1-guard .* against http-proxy-3, nginx$/m);
    expect(stdout).toMatch(/^http1-parse-194 .* against llhttp, llhttp-wasm, http-parser-js$/m);
    expect(stdout).toMatch(
      /^http1-keep-alive .* against node:http, @hono\/node-server, node:net$/m,
    );
  });

  it("explains itself", () => {
    const { status, stdout } = run("--help");
    expect(status).toBe(0);
    expect(stdout).toContain("npm run bench -- http1 --repeat 3 --json out.json");
    expect(stdout).toContain("2 wrong use");
  });

  it.each([
    [["http1-pars-194"], "no bench is named http1-pars-194, did you mean http1-parse-194?"],
    [["zebra"], "no bench is named zebra (--list shows all of them)"],
    [["--round", "3"], "unknown option --round, did you mean --rounds?"],
    [["--rounds"], "--rounds expects a value"],
    [["--rounds", "0"], "--rounds: expected a whole number from 1 to 1000, got 0"],
    [["--rounds=1e2"], "--rounds: expected a whole number"],
    [["http1-parse", "--peer", "lhttp"], "--peer: lhttp is none of llhttp, "],
    [["--json", "/no/such/folder/x.json"], "--json: /no/such/folder/x.json cannot be written"],
    [["one", "two"], "expected one filter, got one and two"],
  ])("names what is wrong with %j in one line, exit code 2", (args, message) => {
    const { status, stdout, stderr } = run(...args);
    expect(status).toBe(2);
    expect(stdout).toBe("");
    expect(stderr).toContain(message);
    expect(stderr.trimEnd().split("\n")).toHaveLength(1);
  });

  it("measures the control in pairs and writes a line of JSON", () => {
    const json = join(folder, "out.json");
    const { status, stdout, stderr } = run(
      "control-same",
      "--no-build",
      "--rounds",
      "2",
      "--repeat",
      "2",
      "--json",
      json,
    );
    expect(stderr).toContain("control-same: round 2/2: ");
    expect(stdout).toMatch(
      /^control-same +itself +[\d.]+ us\/message +[\d.]+ us\/message +[\d.]+ \[/m,
    );
    expect(stdout).toContain("2 rounds are too few to quote");
    expect(status).toBe(0);
    const lines = readFileSync(json, "utf8").trimEnd().split("\n");
    expect(lines).toHaveLength(1);
    const line: unknown = JSON.parse(lines[0] ?? "");
    expect(line).toMatchObject({
      bench: "control-same",
      peer: "itself",
      ratio: {
        median: expect.any(Number),
        min: expect.any(Number),
        max: expect.any(Number),
      },
      medians: [expect.any(Number), expect.any(Number)],
      rounds: 2,
      unit: "us/message",
      ours: expect.any(Number),
      theirs: expect.any(Number),
      node: process.versions.node,
      limits: "default",
    });
  });
});
