// The command as it is typed. Fuzzing itself takes native code and time, and is not run here:
// `npm run fuzz -- planted --time 60` must end with exit code 77.

import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";

const tool = fileURLToPath(new URL("..", import.meta.url));

function run(...args: string[]): { status: number | null; stdout: string; stderr: string } {
  const { status, stdout, stderr } = spawnSync(process.execPath, [tool, ...args], {
    encoding: "utf8",
  });
  return { status, stdout, stderr };
}

describe("row: U6 node tools/fuzz", () => {
  it("lists the targets, the planted one last", () => {
    const { status, stdout } = run("--list");
    expect(status).toBe(0);
    expect(stdout).toMatch(/^http1-request +packages\/http1\/fuzz\/http1-request\.fuzz\.ts$/m);
    expect(stdout).toMatch(/^http1-response /m);
    expect(stdout.trimEnd().split("\n").at(-1)).toMatch(/^planted /);
  });

  it("explains itself", () => {
    const { status, stdout } = run("--help");
    expect(status).toBe(0);
    expect(stdout).toContain("npm run fuzz -- http1-request --time 60");
    expect(stdout).toContain("77 a finding");
  });

  it.each([
    [["http1-requst"], "unknown target http1-requst, did you mean http1-request?"],
    [["zebra"], "unknown target zebra (--list shows all of them)"],
    [["http1-request", "--tim", "3"], "unknown option --tim, did you mean --time?"],
    [["http1-request", "--time"], "--time expects a value"],
    [["http1-request", "--time", "0"], "--time: expected a whole number from 1 to 604800, got 0"],
    [["http1-request", "--time=1e3"], "--time: expected a whole number"],
    [["http1-request", "--reproduce", "no-such-file"], "--reproduce: no file no-such-file"],
    [["http1-request", "--runtime", "systm"], "unknown systm, did you mean system?"],
    [["one", "two"], "expected one target, got one and two"],
    [[], "expected a target: "],
  ])("names what is wrong with %j in one line, exit code 2", (args, message) => {
    const { status, stdout, stderr } = run(...args);
    expect(status).toBe(2);
    expect(stdout).toBe("");
    expect(stderr).toContain(message);
    expect(stderr.trimEnd().split("\n")).toHaveLength(1);
  });
});
