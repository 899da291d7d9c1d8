// The command line of the gate, once everything is built.

import { join } from "node:path";
import { EventLog, PolicyError, stableJson, writeWhole } from "@wirewall/gate";
import { assuranceOfResults, judgeResults } from "../docs/assurance.mjs";
import { asText, OptionError, readOptions } from "../setup/read-options.mjs";
import { root } from "./context.mjs";
import { dependencyPolicy, releasePolicy } from "./policies.mjs";
import { runGate } from "./run-gate.mjs";
import { selfTest } from "./self-test.mjs";

const HELP = `Usage: npm run gate -- [options]

Runs every check of the release policy, and shows with --self-test that each finds what it is for.

  --policy FILE    the release policy (default .github/security-release-policy.json)
  --report FILE    where the report goes (default artifacts/gate/report.json)
  --events FILE    where the events go (default artifacts/gate/events.ndjson)
  --results FILE   results of vitest in JSON, by which rows and threats are judged; may be given again
  --only ID        one check or scenario, such as SEC-BLOCK-03
  --now TIME       the time by which transitions expire, such as 2026-12-01T00:00:00Z
  --strict         a warning fails
  --self-test      plants the violation of each check; one that is not caught is exit code 1
  --help           this text

Exit codes: 0 pass or warn, 1 fail, 2 wrong use or an unreadable policy.
`;

/** @returns {Promise<number>} the exit code */
export async function main(args) {
  let options;
  try {
    options = readOptions(args, {
      noun: "word",
      defaults: {
        report: "artifacts/gate/report.json",
        events: "artifacts/gate/events.ndjson",
        results: undefined,
      },
      switches: { strict: ["strict", true], "self-test": ["selfTest", true], help: ["help", true] },
      values: {
        policy: asText,
        report: asText,
        events: asText,
        results: asText,
        only: asText,
        now: readTime,
      },
    });
    if (options.word !== undefined) throw new OptionError(`expected options, got ${options.word}`);
    if (options.help) {
      process.stdout.write(HELP);
      return 0;
    }
    const policy = releasePolicy(root, options.policy);
    const dependencies = dependencyPolicy(root);
    const ids = [...policy.checks, ...policy.scenarios].map(({ id }) => id);
    if (
      options.only !== undefined &&
      !ids.includes(options.only) &&
      !/^PRIV-0[1-7]$/.test(options.only)
    )
      throw new OptionError(`--only: expected one of ${ids.join(", ")}, got ${options.only}`);
    return await execute(
      { ...options, policy, dependencyPolicy: dependencies, now: options.now ?? Date.now() },
      options,
    );
  } catch (error) {
    if (!(error instanceof OptionError || error instanceof PolicyError)) throw error;
    process.stderr.write(`gate: ${error.message}\n`);
    return 2;
  }
}

async function execute(
  settings,
  { report: reportPath, events: eventsPath, strict, selfTest: isSelfTest, results },
) {
  const events = new EventLog();
  const say = (text) => process.stdout.write(`${text}\n`);
  const context = { ...settings, events, say };
  try {
    if (isSelfTest) {
      const cases = await selfTest(context);
      const missed = cases.filter(({ caught }) => !caught);
      say(`self-test: ${cases.length - missed.length} of ${cases.length} violations caught`);
      return missed.length === 0 && cases.length > 0 ? 0 : 1;
    }
    const report = await runGate(context);
    if (results !== undefined) judgeRows(report, results.split(","), say);
    writeWhole(join(root, reportPath), stableJson(report));
    const { summary, adversarial, privacy, status } = report;
    say(
      `checks: ${summary.pass} pass, ${summary.warn} warn, ${summary.fail} fail; attacks: ${adversarial.covered} of ${adversarial.total}; privacy: ${privacy.filter((one) => one.status === "pass").length} of ${privacy.length}`,
    );
    say(`gate: ${status}`);
    return status === "fail" || (strict && status === "warn") ? 1 : 0;
  } finally {
    writeWhole(join(root, eventsPath), events.text);
  }
}

/** A row or a threat that no test has executed fails the gate. */
function judgeRows(report, files, say) {
  const { problems, summary } = judgeResults(root, files);
  report.rows = { summary, uncovered: problems };
  for (const problem of problems) say(problem);
  // docs/assurance.md says which tests; this says what became of them.
  writeWhole(join(root, "artifacts/gate/assurance.md"), `${assuranceOfResults(root, files)}\n`);
  if (problems.length > 0) report.status = "fail";
}

function readTime(word, text) {
  const time = Date.parse(text);
  if (Number.isNaN(time) || !/(?:Z|[+-]\d{2}:\d{2})$/.test(text))
    throw new OptionError(
      `--${word}: expected a time with its zone, such as 2026-12-01T00:00:00Z, got ${text}`,
    );
  return time;
}
