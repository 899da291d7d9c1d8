import { describe, expect, it } from "vitest";

interface Summary {
  artifact: string | undefined;
  fault: string | undefined;
  read(line: string): string;
  text(name: string, seconds: number, entries: number): string;
}

const { Summary } = (await import(new URL("../summary.mjs", import.meta.url).href)) as {
  Summary: new () => Summary;
};

function summaryOf(...lines: string[]): Summary {
  const summary = new Summary();
  for (const line of lines) summary.read(line);
  return summary;
}

describe("the engine's log", () => {
  it("becomes one line", () => {
    const summary = summaryOf(
      "INFO: Seed: 1",
      "#2\tINITED cov: 2 ft: 2 corp: 1/6b exec/s: 0 rss: 135Mb",
      "#524288\tpulse  cov: 1234 ft: 5678 corp: 90/12Kb lim: 4096 exec/s: 17476 rss: 180Mb",
      "stat::number_of_executed_units: 1048576",
      "stat::average_exec_per_sec:     17190",
    );
    expect(summary.text("http1-request", 61, 3)).toBe(
      "http1-request: 1,048,576 executions in 61 s, 17,190 exec/s, coverage 1,234 edges, 5,678 features, 3 new corpus entries",
    );
    expect(summary.artifact).toBeUndefined();
  });

  it.each([
    ["==12== Uncaught Exception: RangeError: read beyond", "RangeError: read beyond"],
    ["==12== ERROR: libFuzzer: timeout after 2 seconds", "timeout after 2 seconds"],
    ["AssertionError: split at 3", "AssertionError: split at 3"],
  ])("keeps the fault of %j", (line, fault) => {
    const summary = summaryOf(
      line,
      "    at fuzz (x.ts:1:1)",
      "artifact_prefix='/a/'; Test unit written to /a/crash-1f",
    );
    expect(summary.fault).toBe(fault);
    expect(summary.artifact).toBe("/a/crash-1f");
  });
});
