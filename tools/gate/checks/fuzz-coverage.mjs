// SEC-WARN-01: each target, with its corpus and for some seconds: it has to run, to find nothing, and to reach as much as it
// once did. One that never calls its decoder reaches next to nothing.

import { join } from "node:path";
import { digest } from "@wirewall/gate";
import { run } from "../tagged-tests.mjs";

const SUMMARY = /: ([\d,]+) executions in .* coverage ([\d,]+) edges/;

/** @param {{ root: string, policy: object, say(text: string): void, targets?: readonly string[] }} context */
export async function checkFuzzCoverage({ root, policy, say, targets }) {
  const main = join(root, "tools", "fuzz", "main.mjs");
  const { output } = await run(process.execPath, [main, "--list"], { cwd: root });
  const names = output
    .split("\n")
    .map((line) => line.split(" ")[0])
    .filter((name) => name !== "" && name !== "planted");
  const problems = [];
  const evidence = [];
  for (const name of Object.keys(policy.fuzz.edges))
    if (!names.includes(name)) problems.push(`${name}: in the policy, and no target`);
  for (const name of targets ?? names) {
    say(`fuzz ${name}`);
    const { code, output: told } = await run(
      process.execPath,
      [main, name, "--time", String(policy.fuzz.seconds)],
      { cwd: root },
    );
    const [, executions = "0", edges = "0"] = SUMMARY.exec(told) ?? [];
    const [count, reached] = [executions, edges].map((text) => Number(text.replaceAll(",", "")));
    const least = policy.fuzz.edges[name];
    if (code !== 0) problems.push(`${name}: exit code ${code}`);
    if (count === 0) problems.push(`${name}: nothing was executed`);
    if (least === undefined) problems.push(`${name}: no coverage in the policy`);
    else if (reached < least) problems.push(`${name}: reaches ${reached} edges, and ${least} once`);
    evidence.push({ id: name, sha256: digest(`${name} ${code}`) });
  }
  return { executed: evidence.length, evidence, problems };
}
