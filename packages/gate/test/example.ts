import { judgeTests, readResults } from "@wirewall/gate";

/** Whether the tests of a promise ran and held, by the JSON of vitest or jest. */
export function example(results: unknown): readonly string[] {
  const tests = readResults(results, ["SEC-BLOCK-03"]);
  return judgeTests(tests.get("SEC-BLOCK-03") ?? []).problems;
}
